from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from fercore.humans import performance
from fercore.humans.exclusion import exclude
from fercore.labels import LabelSet
from fercore.settings import ExclusionSettings


@pytest.fixture(scope="module")
def included(reference_trials: pd.DataFrame, reference_plan: pd.DataFrame) -> pd.DataFrame:
    """Trials of those whom R keeps too (`test_exclusion.py`)."""
    kept = exclude(reference_trials, reference_plan, ExclusionSettings()).kept
    return reference_trials[reference_trials["participant"].isin(kept)]


@pytest.fixture
def expected(reference: Any) -> Any:
    return reference("trials").expected


def floats(matrix: list[list[float | None]]) -> np.ndarray:
    return np.array(matrix, dtype=float)


@pytest.mark.reference("trials", "overall_*")
def test_accuracy_is_that_of_r(included: pd.DataFrame, expected: Any) -> None:
    assert performance.accuracy(included) == pytest.approx(expected["overall_accuracy"], rel=1e-8)
    assert included["n_clicks"].mean() == pytest.approx(expected["overall_mean_clicks"], rel=1e-8)
    time_s = included["decision_time_s"].mean()
    assert time_s == pytest.approx(expected["overall_mean_decision_time_s"], rel=1e-8)


@pytest.mark.reference("trials", "participant_accuracy.*", "n_rows", "n_participants")
def test_participants_are_those_of_r(reference_trials: pd.DataFrame, expected: Any) -> None:
    table = performance.participants(reference_trials)
    accuracies = dict(zip(table["participant"], table["accuracy"], strict=True))
    assert accuracies == pytest.approx(expected["participant_accuracy"], rel=1e-8)
    assert (table["n"].sum(), len(table)) == (expected["n_rows"], expected["n_participants"])
    assert list(table["participant"]) == sorted(table["participant"])


@pytest.mark.reference("trials", "confusion_counts", "confusion")
def test_confusions_are_those_of_r(included: pd.DataFrame, expected: Any, label_set: LabelSet) -> None:
    counts = performance.confusion_counts(included, label_set)
    np.testing.assert_array_equal(counts, expected["confusion_counts"])
    np.testing.assert_allclose(performance.confusion(included, label_set), floats(expected["confusion"]), rtol=1e-8)


@pytest.mark.reference("trials", "condition_*")
def test_condition_tables_are_those_of_r(included: pd.DataFrame, expected: Any, label_set: LabelSet) -> None:
    tables = performance.by_condition(included, label_set)
    for name, key in (("accuracy", "accuracy"), ("clicks", "mean_clicks"), ("time_s", "mean_decision_time_s")):
        np.testing.assert_allclose(tables[name], floats(expected[f"condition_{key}"]), rtol=1e-8)
        assert np.isnan(np.diag(tables[name])).all()


def test_condition_means_have_one_row_per_condition_in_order(included: pd.DataFrame, label_set: LabelSet) -> None:
    means = performance.condition_means(included, label_set)
    assert list(zip(means["true_label"], means["false_label"], strict=True)) == [
        (c.true_label, c.false_label) for c in label_set.conditions
    ]
    assert (means["n"] == 110).all()
    assert list(means.columns) == ["true_label", "false_label", "accuracy", "clicks", "time_s", "n"]


def test_confusion_and_condition_accuracy_agree_in_this_design(included: pd.DataFrame, label_set: LabelSet) -> None:
    matrix = performance.confusion(included, label_set)
    accuracy = performance.by_condition(included, label_set)["accuracy"]
    np.testing.assert_allclose(np.nanmean(accuracy, axis=1), np.diag(matrix), rtol=1e-12)
    off = ~np.eye(8, dtype=bool)
    np.testing.assert_allclose((1 - accuracy[off]) / 7, matrix[off], atol=1e-12)


def test_what_has_no_trials_is_empty_and_never_zero(included: pd.DataFrame, label_set: LabelSet) -> None:
    fear = included[included["true_label"] == "fear"]
    matrix = performance.confusion(fear, label_set)
    row = label_set.index("fear")
    assert np.isnan(np.delete(matrix, row, axis=0)).all()
    assert matrix[row].sum() == pytest.approx(1)
    means = performance.condition_means(fear, label_set)
    assert (means["n"] == 0).sum() == 49
    assert means.loc[means["n"] == 0, ["accuracy", "clicks", "time_s"]].isna().all(axis=None)
    assert np.isnan(performance.accuracy(fear.head(0)))
    assert np.isnan(performance.confusion(fear.head(0), label_set)).all()


def test_trials_without_clicks_count_for_accuracy_and_clicks_but_not_for_time(label_set: LabelSet) -> None:
    trials = pd.DataFrame(
        {
            "participant": "P1",
            "true_label": "fear",
            "false_label": "sad",
            "response": ["fear", "sad"],
            "correct": [True, False],
            "n_clicks": [4, 0],
            "decision_time_s": [2.0, np.nan],
        }
    )
    (row,) = performance.participants(trials).itertuples()
    assert (row.accuracy, row.clicks, row.time_s, row.n) == (0.5, 2.0, 2.0, 2)
