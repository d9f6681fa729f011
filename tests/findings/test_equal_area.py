import numpy as np
import pytest

from fercore.comparison.measures import measures
from fercore.errors import MissingError
from fercore.findings.agreement import map_agreement
from fercore.findings.attention import mean_maps, sweep_attention
from fercore.findings.equal_area import MEASURE, equal_area, equal_area_image_ceilings, equal_area_part


@pytest.fixture
def found(full, settings):
    return equal_area(full, full.run(), settings)


def test_means_over_images_are_those_of_agreement(full, found, settings):
    expected = (
        map_agreement(full, full.run(), settings, names=[MEASURE], n_splits=2).table(settings).set_index("method")
    )
    for row in found.images.to_dict("records"):
        for ours, theirs in (("mean", "mean"), ("ci_low", "ci_low"), ("floor", "floor"), ("n_images", "n_images")):
            assert row[ours] == pytest.approx(expected.loc[row["method"], theirs])


def test_mean_maps_and_the_area_under_the_sweep_are_those_of_attention(full, found, settings):
    maps = mean_maps(full, full.run())
    assert found.methods == tuple(maps.model)
    dice = measures(settings, [MEASURE])[MEASURE]
    for number, method in enumerate(found.methods):
        assert found.of_mean_maps[number] == pytest.approx(dice(maps.human, maps.model[method]), nan_ok=True)
        off_diagonal = found.matrix(method)[~np.eye(len(full.label_set), dtype=bool)]
        assert off_diagonal == pytest.approx(found.of_mean_maps[number], nan_ok=True)
    assert found.sweep_area == pytest.approx(np.nanmean(sweep_attention(maps).mean_dice, axis=0))


def test_every_condition_has_an_interval_over_its_images(found):
    low, high = np.moveaxis(found.of_images_ci, -1, 0)
    several = np.isfinite(low)
    assert several.any()
    assert ((low <= found.of_images) & (found.of_images <= high))[several].all()


def test_methods_are_tested_within_conditions(full, found):
    assert found.within is not None
    assert len(found.within.crossed.values) + found.within.crossed.n_left_out == len(full.label_set.conditions)
    assert found.mixed.n == np.isfinite(found.of_images).sum()
    assert list(found.method_by_expression["effect"]) == ["method", "true_label", "method:true_label", "residual"]
    assert found.expressions.df == len(full.label_set) - 1


def test_one_method_cannot_be_compared_with_others(bare, fill, settings):
    study = fill(bare, people=3, run="new", maps=("cam",))
    found = equal_area(study, study.run(), settings)
    assert found.within is None
    assert found.method_by_expression.empty


def test_without_maps_it_says_how_to_make_them(bare, fill, settings):
    study = fill(bare, people=2, run="new")
    with pytest.raises(MissingError, match="fercore explain"):
        equal_area(study, study.run(), settings)


def test_the_report_has_the_numbers_of_the_page(full, found, settings):
    part = equal_area_part(full, full.run(), settings)
    assert list(part["methods"]) == list(found.methods)
    errors = ~np.eye(len(full.label_set), dtype=bool)
    for number, method in enumerate(found.methods):
        own, row = part["methods"][method], found.images.iloc[number]
        assert (own["mean"], own["floor"], own["n_images"]) == (row["mean"], row["floor"], row["n_images"])
        assert own["dice_by_condition"][errors] == pytest.approx(found.of_images[number], nan_ok=True)
        assert own["score"] == pytest.approx((row["mean"] - row["floor"]) / (part["ceiling"] - row["floor"]))
        assert own["sweep_area"] == found.sweep_area[number]
        assert own["score_ci"].low < own["score"] < own["score_ci"].high
    assert part["ceiling"] == pytest.approx(np.nanmean(equal_area_image_ceilings(full, settings)))
    assert part["ceiling_ci"].low < part["ceiling"] < part["ceiling_ci"].high
    assert part["within"]["rm_anova"]["F"] == found.within.repeated.F
    assert [effect["effect"] for effect in part["method_by_expression"]] == list(found.method_by_expression["effect"])
    with pytest.raises(MissingError, match="no finished run"):
        equal_area_part(full, None, settings)
