"""Crowd votes as a group of human observers: FER+ (Barsoum et al. 2016, arXiv 1608.01041).

A vote table has one row per image: ``image``, one column of vote counts per label, and possibly more columns, which are
not counted (FER+ has ``unknown`` and ``NF``, no face). Votes are taken as they were given; FER+'s rule that single votes
do not count belongs to the label of an image, and so to the image source. People who vote choose among all labels at
once; that is another task than the paper's two options, with another chance level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore import tables
from fercore.errors import InputError
from fercore.labels import LabelSet


@dataclass(frozen=True)
class VoteAccuracy:
    """How far votes agree with labels."""

    share: float
    """Mean over images of the share of votes that the image's label has, among the votes on labels of the set."""
    plurality: float
    """Share of images whose label has more votes than every other label; an equal first place counts as wrong."""
    n_images: int
    """Images that have votes on labels of the set; the others are left out."""
    n_votes: int
    """Votes on labels of the set, over these images."""


def vote_accuracy(votes: pd.DataFrame, labels: pd.Series, label_set: LabelSet) -> VoteAccuracy:
    """Compare votes with the labels of images.

    Where the labels are the majority of these very votes, as in FER+, ``plurality`` is 1 by construction and ``share`` says
    how unanimous people were; both are then no measure of correctness.

    Parameters
    ----------
    votes
        ``image`` and one count column per label of the set.
    labels
        Label by image (the index); images without a label are left out.
    label_set
        The study's labels.
    """
    counts, true = _labelled(votes, labels, label_set)
    own = counts[np.arange(len(counts)), true]
    others = counts.copy()
    others[np.arange(len(counts)), true] = -1
    totals = counts.sum(axis=1)
    some = len(counts) > 0
    return VoteAccuracy(
        share=float((own / totals).mean()) if some else float("nan"),
        plurality=float((own > others.max(axis=1)).mean()) if some else float("nan"),
        n_images=len(counts),
        n_votes=int(totals.sum()),
    )


def vote_confusion(
    votes: pd.DataFrame, labels: pd.Series, label_set: LabelSet
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Give the confusion matrix of the votes; parameters as in `vote_accuracy`.

    Returns
    -------
    matrix, n_images
        (n_labels, n_labels): row label of the image, column label voted for, shares of the row's votes (every vote counts
        once); NaN in a row without votes. And (n_labels,): images per row.
    """
    counts, true = _labelled(votes, labels, label_set)
    sums = np.zeros((len(label_set), len(label_set)))
    np.add.at(sums, true, counts)
    totals = sums.sum(axis=1, keepdims=True)
    matrix = np.full(sums.shape, np.nan)
    np.divide(sums, totals, out=matrix, where=totals > 0)
    return matrix, np.bincount(true, minlength=len(label_set)).astype(np.intp)


def _counts(votes: pd.DataFrame, label_set: LabelSet) -> NDArray[np.int64]:
    tables.require_columns(votes, ("image", *label_set), "The vote table")
    counts = votes[list(label_set)].to_numpy(dtype=np.int64)
    if (counts < 0).any():
        image = votes["image"].iloc[int(np.argmax((counts < 0).any(axis=1)))]
        raise InputError(f"The votes of image {image!r} are negative. Votes are counts: 0, 1, 2, ...")
    return counts


def _labelled(
    votes: pd.DataFrame, labels: pd.Series, label_set: LabelSet
) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Give counts and label positions of the images that have a label and votes."""
    counts = _counts(votes, label_set)
    names = votes["image"].map(labels)
    true = pd.Index(label_set.names).get_indexer(pd.Index(names))
    unknown = names.notna().to_numpy() & (true < 0)
    if unknown.any():
        raise InputError(f"{names[unknown].iloc[0]!r} is not a label of the study ({', '.join(label_set)}).")
    some = (true >= 0) & (counts.sum(axis=1) > 0)
    return counts[some], true[some]
