import numpy as np
import pytest
from scipy.stats import false_discovery_control

from fercore.errors import MissingError
from fercore.findings.cells import compare_cells
from fercore.findings.networks import readouts


def test_cells_are_the_conditions_with_p_adjusted_within_a_regime(full, settings):
    part = compare_cells(full, full.run(), settings)
    assert list(part) == ["accuracy-90", "multiclass"]
    for regime, rows in part.items():
        assert [f"{r['true_label']}|{r['false_label']}" for r in rows] == [str(c) for c in full.label_set.conditions]
        np.testing.assert_allclose([r["q"] for r in rows], false_discovery_control([r["p"] for r in rows]))
        counted = readouts(full, full.run(), settings)[regime]["experimental"].two_afc.value
        assert np.mean([r["network"] for r in rows]) == pytest.approx(counted)
    kept = full.kept_trials
    own = kept[(kept["true_label"] == "sad") & (kept["false_label"] == "anger")]
    row = next(r for r in part["multiclass"] if (r["true_label"], r["false_label"]) == ("sad", "anger"))
    assert row["people"] == pytest.approx(own["correct"].mean())
    assert row["difference"] == pytest.approx(row["people"] - row["network"])


def test_a_condition_without_a_classifier_has_no_test(bare, fill, settings):
    study = fill(bare, people=6, run="partial", regimes=("epochs-2",), missing=("sad-fear",))
    rows = compare_cells(study, study.run(), settings)["epochs-2"]
    for row in rows:
        untrained = {row["true_label"], row["false_label"]} == {"sad", "fear"}
        assert np.isnan([row["network"], row["p"], row["q"]]).all() == untrained


def test_people_or_networks_may_be_missing(bare, fill, settings):
    study = fill(bare, people=1, run="one")
    with pytest.raises(MissingError, match="two participants and a run"):
        compare_cells(study, study.run(), settings)


def test_it_is_said_how_sure_a_difference_is(full, settings):
    for rows in compare_cells(full, full.run(), settings).values():
        for row in rows:
            assert row["ci"].low <= row["difference"] <= row["ci"].high
            assert row["n_people"] == len(full.exclusion.kept)
            assert row["n_images"] == 2
