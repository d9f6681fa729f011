import numpy as np
import pandas as pd
import pytest

from fercore import tables
from fercore.humans.responses import accuracy, confusion_counts, right_answers
from fercore.labels import LabelSet


@pytest.fixture
def table():
    rows = [
        ("P1", True, 1, 1, "a", "c", "cat", "cat", True, 0.5),
        ("P1", True, 1, 2, "b", "c", "dog", "cat", False, 1.5),
        ("P1", True, 1, 3, "c", "c", "dog", "", False, np.nan),
        ("net", False, 1, 1, "a", "c", "cat", "dog", False, np.nan),
        ("net", False, 1, 2, "b", "c", "dog", "dog", True, np.nan),
    ]
    return pd.DataFrame(rows, columns=list(tables.RESPONSES))


def test_a_missing_answer_counts_as_wrong(table):
    found = accuracy(table).set_index("observer")
    assert found.loc["P1", "accuracy"] == pytest.approx(1 / 3)
    assert found.loc["P1", ["n", "n_missed", "n_correct"]].tolist() == [3, 1, 1]
    assert found.loc["P1", "time_s"] == 1.0
    assert np.isnan(found.loc["net", "time_s"])
    assert list(found["person"]) == [True, False]


def test_a_confusion_matrix_counts_the_answers_given(table):
    counts = confusion_counts(table[table["observer"] == "P1"], LabelSet(("cat", "dog")))
    assert counts.tolist() == [[1, 0], [1, 0]]


def test_who_was_not_asked_is_neither_right_nor_wrong(table):
    right = right_answers(table)
    assert list(right.columns) == ["P1", "net"]
    assert right.loc[("c", "c"), "P1"] == 0
    assert np.isnan(right.loc[("c", "c"), "net"])
    assert right.loc[("c", "a")].tolist() == [1, 0]
