"""From the outputs of classifiers to decisions: votes of an ensemble, and the two-alternative readout.

One-vs-one: every pair classifier votes for its winner (larger output; equal: the pair's first label), and the label with
most votes is the prediction (paper 5.2). Labels whose votes are equal within `TIE` are told apart by the sum of softmax
probabilities that they got from all their classifiers, and labels equal in that too by the order of the label set; the
paper says nothing about ties. Outputs are logits throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from fercore.errors import MissingError
from fercore.labels import LabelSet
from fercore.registry import Registry

TIE = 1e-9
"""Votes, and sums of probabilities, that differ by no more than this are tied."""


class VotingRule(Protocol):
    """What a winner's vote is worth."""

    def __call__(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Weigh the votes of classifiers with outputs (n, n_pairs, 2): (n, n_pairs)."""
        ...


VOTING_RULES: Registry[VotingRule] = Registry("fercore.machines.voting", "voting rule")
"""The voting rules that fercore has."""


@dataclass(frozen=True)
class Votes:
    """How an ensemble voted on n images."""

    votes: NDArray[np.float64]
    """(n, n_labels), the sum of the weighted votes for each label."""
    winners: NDArray[np.intp]
    """(n,), position of the predicted label in the label set."""
    n_tied: int
    """Images whose most votes were shared by several labels."""
    n_still_tied: int
    """Of these, images that the probabilities did not decide either: the order of the labels did."""


def vote(logits: NDArray[np.floating], label_set: LabelSet, rule: str = "simple") -> Votes:
    """Let the pair classifiers vote.

    Parameters
    ----------
    logits
        (n, n_pairs, 2), outputs for the first and second label of each pair, in the order of ``label_set.pairs``.
    label_set
        The labels.
    rule
        Name of a voting rule (`VOTING_RULES`).

    Raises
    ------
    UnknownNameError
        For a rule that does not exist.
    MissingError
        When a pair has no classifier (its outputs are NaN): an ensemble votes with all its members.
    """
    weigh = VOTING_RULES.get(rule)
    outputs = np.asarray(logits, dtype=np.float64)
    _require_outputs(outputs, label_set)
    first, second = _pair_positions(label_set)
    first_wins = outputs[..., 0] >= outputs[..., 1]
    weights = weigh(outputs)
    votes = _sum_by_label(first, second, np.where(first_wins, weights, 0), np.where(first_wins, 0, weights), label_set)
    tied = votes >= votes.max(axis=1, keepdims=True) - TIE
    p_first, p_second = expit(outputs[..., 0] - outputs[..., 1]), expit(outputs[..., 1] - outputs[..., 0])
    support = np.where(tied, _sum_by_label(first, second, p_first, p_second, label_set), -np.inf)
    still_tied = support >= support.max(axis=1, keepdims=True) - TIE
    return Votes(
        votes=votes,
        winners=still_tied.argmax(axis=1),
        n_tied=int((tied.sum(axis=1) > 1).sum()),
        n_still_tied=int((still_tied.sum(axis=1) > 1).sum()),
    )


def two_afc(
    logits: NDArray[np.floating], label_set: LabelSet, true_labels: Sequence[str], false_labels: Sequence[str]
) -> NDArray[np.bool_]:
    """Decide as people do, between two labels: on each image only the classifier of its own pair is asked.

    Parameters
    ----------
    logits
        (n, n_pairs, 2), as for `vote`.
    label_set
        The labels.
    true_labels, false_labels
        The condition of each image, n labels each.

    Returns
    -------
    NDArray
        (n,), True where the output of the true label is strictly larger: an exact tie counts as wrong.

    Raises
    ------
    MissingError
        When the classifier of one of these conditions was not trained.
    """
    outputs = np.asarray(logits)
    column = {pair: number for number, pair in enumerate(label_set.pairs)}
    pairs = [label_set.pair(a, b) for a, b in zip(true_labels, false_labels, strict=True)]
    own = outputs[np.arange(len(pairs)), [column[pair] for pair in pairs]]
    decided = np.isfinite(own.sum(axis=1))
    untrained = sorted({str(pair) for pair, there in zip(pairs, decided, strict=True) if not there})
    if untrained:
        raise MissingError(f"This run has no classifier of {', '.join(untrained)}. Train all pairs that were shown.")
    true_first = np.array([pair.first == label for pair, label in zip(pairs, true_labels, strict=True)], dtype=bool)
    correct: NDArray[np.bool_] = np.where(true_first, own[:, 0] > own[:, 1], own[:, 1] > own[:, 0])
    return correct


def predict(logits: NDArray[np.floating]) -> NDArray[np.intp]:
    """Give the predicted label of a multiclass classifier with outputs (n, n_labels): (n,); equal: the first label."""
    winners: NDArray[np.intp] = np.asarray(logits).argmax(axis=1)
    return winners


def multiclass_two_afc(
    logits: NDArray[np.floating], label_set: LabelSet, true_labels: Sequence[str], false_labels: Sequence[str]
) -> NDArray[np.bool_]:
    """Decide between two labels by a multiclass classifier, comparing p(true) with p(false).

    Parameters
    ----------
    logits
        (n, n_labels). Probabilities would do as well: softmax keeps the order.
    label_set
        The labels.
    true_labels, false_labels
        The condition of each image, n labels each.

    Returns
    -------
    NDArray
        (n,), True where the true label's output is strictly larger: an exact tie counts as wrong.
    """
    outputs = np.asarray(logits)
    rows = np.arange(len(outputs))
    true = outputs[rows, [label_set.index(label) for label in true_labels]]
    false = outputs[rows, [label_set.index(label) for label in false_labels]]
    correct: NDArray[np.bool_] = true > false
    return correct


def _require_outputs(outputs: NDArray[np.float64], label_set: LabelSet) -> None:
    decided = np.isfinite(outputs.sum(axis=(0, 2)))
    if not decided.all():
        missing = [str(pair) for pair, there in zip(label_set.pairs, decided, strict=True) if not there]
        raise MissingError(
            f"An ensemble votes with all {len(label_set.pairs)} pair classifiers, and this run has no outputs of "
            f"{len(missing)} of them: {', '.join(missing)}. Train these pairs too."
        )


def _pair_positions(label_set: LabelSet) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    positions = np.array([[label_set.index(label) for label in pair] for pair in label_set.pairs])
    return positions[:, 0], positions[:, 1]


def _sum_by_label(
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    for_first: NDArray[np.float64],
    for_second: NDArray[np.float64],
    label_set: LabelSet,
) -> NDArray[np.float64]:
    """Sum what each pair (n, n_pairs) gives to its first and to its second label, over the pairs: (n, n_labels)."""
    labels = np.eye(len(label_set))
    summed: NDArray[np.float64] = for_first @ labels[first] + for_second @ labels[second]
    return summed
