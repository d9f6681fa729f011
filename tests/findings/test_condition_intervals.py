import numpy as np
import pytest

from fercore.errors import MissingError
from fercore.findings.condition_intervals import condition_intervals, interval_matrices
from fercore.findings.people import people


def test_every_condition_has_the_interval_of_its_own_mean(full, settings):
    found, ours = condition_intervals(full, settings), people(full, settings)
    for name, by_condition in found.items():
        assert len(by_condition) == len(full.label_set.conditions)
        for row in ours.conditions.to_dict("records"):
            cell = by_condition[row["true_label"], row["false_label"]]
            assert cell.ci.low <= row[name] <= cell.ci.high
            assert cell.n_people <= len(full.exclusion.kept)
            assert cell.n_trials <= row["n"]
    assert found["accuracy"]["sad", "anger"].n_trials == 2 * len(full.exclusion.kept)


def test_one_person_has_no_interval(bare, fill, settings):
    found = condition_intervals(fill(bare, people=1), settings)
    assert all(np.isnan(cell.ci.low) for cell in found["clicks"].values())


def test_without_trials_there_are_none(bare, settings):
    with pytest.raises(MissingError, match="no trials"):
        condition_intervals(bare, settings)


def test_matrices_have_a_row_for_each_true_label_and_nothing_on_the_diagonal(full, settings):
    found, (bounds, n) = condition_intervals(full, settings), interval_matrices(full, settings)
    i, j = full.label_set.index("sad"), full.label_set.index("anger")
    for name, cells in found.items():
        assert bounds[name][i][j] == list(cells["sad", "anger"].ci)
        assert np.isnan(bounds[name][i][i]).all()
    assert (n[i][j], n[i][i]) == (found["accuracy"]["sad", "anger"].n_trials, 0)
