import numpy as np
import pytest

from fercore.comparison.binary_maps import binarise, scale_map
from fercore.errors import MissingError
from fercore.findings.attention import mean_maps, sweep_attention
from fercore.findings.units_of_analysis import CONDITION, IMAGE, PARTICIPANT, analyse_units, units_part
from fercore.humans.click_maps import participant_maps
from fercore.saliency.maps import METHOD_LABELS


def dice(a, b):
    total = a.sum() + b.sum()
    return 2 * (a & b).sum() / total if total else np.nan


@pytest.fixture
def found(full, settings):
    return analyse_units(full, full.run(), settings)


def test_conditions_are_the_papers_analysis(full, found, settings):
    sweep = sweep_attention(mean_maps(full, full.run()))
    assert pytest.approx(sweep.anova(settings.threshold).F) == found[CONDITION].independent.F


def test_images_are_compared_one_by_one(full, found, settings):
    block = full.maps(full.run(), "cam").maps
    values = found[IMAGE].values.query("method == 'cam'")["dice"].to_numpy()
    for row in range(len(full.plan)):
        human, model = (binarise(scale_map(maps[row]), settings.threshold) for maps in (full.attention_maps, block))
        expected = dice(human, model) if full.n_correct[row] else np.nan
        assert values[row] == pytest.approx(expected, nan_ok=True)


def test_participants_are_compared_by_what_they_uncovered_themselves(full, found, settings):
    maps, correct = participant_maps(full.kept_trials, full.plan, full.side, full.radius_px)
    block = binarise(scale_map(full.maps(full.run(), "grad-cam").maps), settings.threshold)
    values = found[PARTICIPANT].values.query("method == 'grad-cam'")["dice"].to_numpy()
    for person in range(3):
        own = [dice(maps[person, image], block[image]) for image in np.flatnonzero(correct[person])]
        assert values[person] == pytest.approx(np.nanmean(own))


def test_every_unit_is_tested_within_itself(found, full):
    assert list(found) == [CONDITION, IMAGE, PARTICIPANT]
    assert len(found[PARTICIPANT].crossed.values) == len(full.exclusion.kept)
    for analysis in found.values():
        assert len(analysis.contrasts) == 3
        assert analysis.repeated.n == len(analysis.crossed.values)


def test_the_report_has_the_numbers_of_the_page(full, found, settings):
    part = units_part(full, full.run(), settings)
    assert list(part) == list(found)
    for unit, analysis in found.items():
        told = part[unit]
        assert list(told["means"].values()) == pytest.approx(list(analysis.crossed.values.mean(axis=0)))
        assert told["independent"]["df"] == [2, 3 * len(analysis.crossed.values) - 3]
        assert told["rm_anova"]["eta_squared_partial_ci"] == analysis.eta_squared_partial_ci
        assert told["friedman"]["kendall_w"] == analysis.ranks.kendall_w
        assert [row["p"] for row in told["tukey"]] == list(analysis.tukey["p"])
        assert [row["estimate"] for row in told["mixed_model"]["effects"]] == list(analysis.mixed.effects["estimate"])
        assert told["conclusion"]["within"] == analysis.in_words(analysis.contrasts, "p_holm")
        assert [row["p_holm"] for row in told["holm"]] == list(analysis.contrasts["p_holm"])
    with pytest.raises(MissingError, match="no finished run"):
        units_part(full, None, settings)


def test_pairs_that_are_apart_name_the_larger_mean_first(found):
    analysis = found[IMAGE]
    means = dict(zip(analysis.crossed.levels, analysis.crossed.values.mean(axis=0), strict=True))
    tests = analysis.contrasts.assign(p_holm=[0.001, 0.2, 0.04])
    apart = analysis.apart(tests, "p_holm")
    assert [set(pair) for pair in apart] == [set(tests.loc[row, ["a", "b"]]) for row in (0, 2)]
    assert all(means[higher] > means[lower] for higher, lower in apart)
    assert means[analysis.first] == max(means.values())
    (first, second), (_, third) = apart
    labels = [METHOD_LABELS[name] for name in (first, second, third)]
    words = analysis.in_words(tests, "p_holm")
    assert words.startswith(f"{labels[0]} above {labels[1]}")
    assert words.endswith(" not apart")


def test_tukey_and_the_mixed_model_are_of_the_same_values(found):
    analysis = found[CONDITION]
    assert len(analysis.tukey) == 3
    f = (analysis.tukey["t"] ** 2).sum() / 3  # with three groups of equal size
    assert pytest.approx(f) == analysis.independent.F
    assert analysis.mixed.n == analysis.values["dice"].notna().sum()
