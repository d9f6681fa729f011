from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fercore.errors import InputError
from fercore.humans.votes import vote_accuracy, vote_confusion
from fercore.labels import LabelSet

LABELS = LabelSet(("calm", "glad", "sore"))


@pytest.fixture
def votes() -> pd.DataFrame:
    rows = [("a", 8, 1, 1, 0), ("b", 0, 5, 5, 0), ("c", 1, 3, 1, 5), ("d", 1, 3, 1, 5), ("e", 0, 0, 0, 10)]
    return pd.DataFrame(rows, columns=["image", *LABELS, "unknown"])


def test_accuracy_counts_shares_and_pluralities(votes: pd.DataFrame) -> None:
    labels = pd.Series({"a": "calm", "b": "glad", "d": "sore", "e": "calm"})
    outcome = vote_accuracy(votes, labels, LABELS)
    assert outcome.share == pytest.approx(np.mean([8 / 10, 5 / 10, 1 / 5]))
    assert outcome.plurality == pytest.approx(1 / 3)  # b: an equal first place counts as wrong
    assert (outcome.n_images, outcome.n_votes) == (3, 25)


def test_confusion_counts_every_vote_once(votes: pd.DataFrame) -> None:
    labels = pd.Series({"a": "calm", "b": "glad", "d": "glad"})
    matrix, n_images = vote_confusion(votes, labels, LABELS)
    np.testing.assert_allclose(matrix[:2], [[0.8, 0.1, 0.1], [1 / 15, 8 / 15, 6 / 15]])
    assert np.isnan(matrix[2]).all()
    assert list(n_images) == [1, 2, 0]


def test_without_labelled_images_nothing_is_known(votes: pd.DataFrame) -> None:
    none = pd.Series([], index=pd.Index([], dtype="str"), dtype="str")
    outcome = vote_accuracy(votes, none, LABELS)
    assert np.isnan([outcome.share, outcome.plurality]).all()
    assert (outcome.n_images, outcome.n_votes) == (0, 0)
    assert np.isnan(vote_confusion(votes, none, LABELS)[0]).all()


def test_wrong_votes_and_labels_are_named(votes: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="'cross' is not a label"):
        vote_accuracy(votes, pd.Series({"a": "cross"}), LABELS)
    with pytest.raises(InputError, match="lacks the column"):
        vote_confusion(votes.drop(columns="glad"), pd.Series({"a": "calm"}), LABELS)
    votes.loc[3, "glad"] = -1
    with pytest.raises(InputError, match="'d' are negative"):
        vote_confusion(votes, pd.Series({"a": "calm"}), LABELS)
