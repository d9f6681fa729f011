from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ttest_rel

from fercore.comparison.measures import measures
from fercore.findings.agreement import map_agreement
from fercore.findings.attention import mean_maps, sweep_attention
from fercore.findings.multiverse import AT_A_THRESHOLD, EQUAL_AREA, THRESHOLDS, UNITS, multiverse, multiverse_values


@pytest.fixture
def found(full, settings):
    return in_every_universe(full, settings)


def in_every_universe(study, settings):
    return multiverse(study, study.run(), map_agreement(study, study.run(), settings, n_splits=20), settings)


def test_one_universe_is_the_papers(full, found):
    sweep = sweep_attention(mean_maps(full, full.run()))
    own = found.values.query("universe == 'Dice, mean maps of conditions' and threshold == 50").set_index("method")[
        "value"
    ]
    for number, method in enumerate(sweep.methods):
        assert own[method] == pytest.approx(sweep.mean_dice[50, number])


def test_whoever_comes_first_has_the_largest_value(found):
    for row in found.winners.to_dict("records"):
        same = found.values["threshold"].eq(row["threshold"]) | (
            found.values["threshold"].isna() & np.isnan(row["threshold"])
        )
        own = found.values[same & (found.values["universe"] == row["universe"])].set_index("method")["value"]
        assert own.idxmax() == row["method"]
        assert row["lead"] == pytest.approx(own.max() - own.nlargest(2).iloc[-1])


def test_of_measures_where_less_is_nearer_the_smallest_comes_first(full, found, settings):
    table = map_agreement(full, full.run(), settings, names=["kl"]).table(settings).set_index("method")["mean"]
    assert found.winners.set_index("universe").loc["KL, image by image", "method"] == table.idxmin()


def test_every_threshold_measure_and_unit_is_a_universe(found):
    by_universe = found.winners.groupby("universe").size()
    chosen = measures()
    for unit in UNITS:
        assert 1 < by_universe[f"Dice, {unit}"] <= len(THRESHOLDS)
        assert by_universe[f"IoU, {unit}"] == by_universe[f"Dice, {unit}"]
        for name, measure in chosen.items():
            if name not in AT_A_THRESHOLD:
                label = f"{measure.label} (top 20 %)" if name == EQUAL_AREA else measure.label
                assert by_universe[f"{label}, {unit}"] == 1
    assert found.shares().sum() == pytest.approx(1)
    told = multiverse_values(found)
    assert told["n_universes"] == len(told["winners"]) == len(found.winners)
    assert told["shares"] == dict(found.shares())
    assert told["lead_holds"] == found.lead_holds
    assert 0 <= found.lead_holds < 1  # maps are noise


def test_the_lead_has_the_interval_of_paired_differences_and_all_methods_their_place(full, found, settings):
    agreement = map_agreement(full, full.run(), settings, n_splits=20)
    row = found.winners.set_index("universe").loc["CC, image by image"]
    first, second = (agreement.methods[method]["cc"].own for method in row["order"][:2])
    test = ttest_rel(first, second, nan_policy="omit").confidence_interval()
    assert (row["lead_low"], row["lead_high"]) == pytest.approx((test.low, test.high))
    assert row["method"] == row["order"][0]
    own = found.values[found.values["universe"] == "CC, image by image"].sort_values("value", ascending=False)
    assert list(own["method"]) == row["order"]
    assert multiverse_values(found)["winners"][-1]["order"] == found.winners["order"].iloc[-1]


def test_equal_areas_have_the_percentage_of_the_settings_in_every_unit(full, settings):
    maps = mean_maps(full, full.run())
    values = {}
    for percent in (10.0, 40.0):
        own = in_every_universe(full, replace(settings, top_percent=percent)).values.set_index("universe")["value"]
        for unit in UNITS:
            values[unit, percent] = own[f"Dice at equal area (top {percent:g} %), {unit}"].to_numpy()
        expected = measures(replace(settings, top_percent=percent), [EQUAL_AREA])[EQUAL_AREA]
        of_conditions = [np.nanmean(expected(maps.human, model)) for model in maps.model.values()]
        assert values[UNITS[0], percent] == pytest.approx(of_conditions)
    for unit in UNITS:
        assert (values[unit, 40.0] > values[unit, 10.0]).all()  # larger maps overlap more


def test_measures_without_a_threshold_compare_mean_maps_of_conditions_too(full, found):
    maps = mean_maps(full, full.run())
    own = found.values[found.values["universe"] == "CC, mean maps of conditions"].set_index("method")["value"]
    for method, model in maps.model.items():
        each = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(maps.human, model, strict=True)]
        assert own[method] == pytest.approx(np.nanmean(each))
