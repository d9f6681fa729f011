"""FER+ voters as observers: people who chose among all labels, seeing the whole face (Barsoum et al. 2016)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercore.errors import MissingError
from fercore.humans.votes import VoteAccuracy, vote_accuracy, vote_confusion
from fercore.study import Study


@dataclass(frozen=True)
class Voters:
    """Votes on the experimental images."""

    accuracy: VoteAccuracy
    """Agreement of the votes with the labels; where the labels are the majority of these votes, it is no correctness."""
    confusion: NDArray[np.float64]
    """(L, L), row label of the image, column label voted for, rows sum to 1; NaN in a row without votes."""


def voters(study: Study) -> Voters:
    """Sum up the votes on the experimental images; raises `MissingError` when the study has no votes."""
    if study.votes is None:
        raise MissingError(f"Study {study.name!r} has no votes: its image source brought none.")
    labels = study.plan.set_index("image")["true_label"]
    matrix, _ = vote_confusion(study.votes, labels, study.label_set)
    return Voters(vote_accuracy(study.votes, labels, study.label_set), matrix)
