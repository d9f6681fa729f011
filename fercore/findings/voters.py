"""FER+ voters as observers: people who chose among all labels, seeing the whole face (Barsoum et al. 2016)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.confusion_bootstrap import Answers
from fercore.comparison.intervals import percentiles
from fercore.comparison.resamples import draw_images
from fercore.errors import MissingError
from fercore.humans.votes import VoteAccuracy, vote_accuracy, vote_confusion
from fercore.settings import ComparisonSettings
from fercore.study import Study


@dataclass(frozen=True)
class Voters:
    """Votes on the experimental images."""

    accuracy: VoteAccuracy
    """Agreement of the votes with the labels; where the labels are the majority of these votes, it is no correctness."""
    confusion: NDArray[np.float64]
    """(L, L), row label of the image, column label voted for, rows sum to 1; NaN in a row without votes."""
    answers: Answers
    """The votes, of people who are not known one by one."""


def voters(study: Study) -> Voters:
    """Sum up the votes on the experimental images; raises `MissingError` when the study has no votes."""
    if study.votes is None:
        raise MissingError(f"Study {study.name!r} has no votes: its image source brought none.")
    labels = study.plan.set_index("image")["true_label"]
    matrix, _ = vote_confusion(study.votes, labels, study.label_set)
    return Voters(vote_accuracy(study.votes, labels, study.label_set), matrix, _answers(study, study.votes))


def vote_bounds(study: Study, settings: ComparisonSettings) -> NDArray[np.float64]:
    """Give the interval of each cell of `Voters.confusion`, (L, L, 2): bootstrap over the images of its row, votes staying with them.

    NaN where a row has fewer than two images with votes.
    """
    if study.votes is None:
        raise MissingError(f"Study {study.name!r} has no votes: its image source brought none.")
    counts = study.plan.merge(study.votes, on="image")
    bounds = np.full((len(study.label_set), len(study.label_set), 2), np.nan)
    for row, label in enumerate(study.label_set):
        own = counts.loc[counts["true_label"] == label, list(study.label_set)].to_numpy(float)
        own = own[own.sum(axis=1) > 0]
        if len(own) > 1:
            sums = draw_images(len(own), np.random.default_rng(settings.seed), settings.n_bootstrap) @ own
            shares = sums / sums.sum(axis=1, keepdims=True)
            bounds[row] = [percentiles(column, settings.ci_level) for column in shares.T]
    return bounds


def _answers(study: Study, votes: pd.DataFrame) -> Answers:
    table = study.plan.merge(votes, on="image")
    counts = table[list(study.label_set)].to_numpy(float)
    row, answered = np.nonzero(counts)
    true = np.array([study.label_set.index(label) for label in table["true_label"]], dtype=np.intp)
    images = table["image"].to_numpy(str)
    return Answers(
        images[row], true[row] * len(study.label_set) + answered, np.zeros(len(row), np.intp), counts[row, answered]
    )
