"""How the networks of a run answered, summed up once for every result that needs it (paper 5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.confusion import count_confusions, normalise_rows
from fercore.comparison.intervals import Interval, bootstrap_mean, wilson
from fercore.errors import MissingError
from fercore.labels import LabelSet
from fercore.machines.regime import MULTICLASS as MULTICLASS
from fercore.machines.runs import Run
from fercore.machines.votes import multiclass_two_afc, predict, two_afc, vote
from fercore.settings import ComparisonSettings
from fercore.study import Study

SPLITS: Final = ("experimental", "validation")
"""Images that networks answer: the ones that people saw, and others."""

RULES: Final = ("simple", "weighted", "weighted-softmax")
"""Voting rules, the paper's two first."""


class Share(NamedTuple):
    """A share of right answers."""

    value: float
    ci: Interval
    """Over images: Wilson's, or a cluster bootstrap where an image is asked about several times."""
    n: int
    """Answers."""


@dataclass(frozen=True)
class Readout:
    """The answers of one regime on the images of one split."""

    true: NDArray[np.intp]
    """(n,): number of each image's true label, images in the order of the plan or of the split in the image index."""
    winners: dict[str, NDArray[np.intp]]
    """By voting rule (or ``multiclass``), (n,): number of the label that was answered. An ensemble in which a pair has no
    classifier does not vote and has no entries here."""
    accuracy: dict[str, Share]
    """By voting rule (or ``multiclass``): right answers among all labels."""
    confusion: dict[str, NDArray[np.float64]]
    """By voting rule (or ``multiclass``): (L, L), row true label, column answer, rows sum to 1; NaN in a row without images."""
    two_afc: Share
    """Experimental images: true against false label, as people had it. Validation images have no false label: the true
    label against each other label, so that n is larger than the number of images. Conditions whose classifier was not
    trained are left out."""


def readouts(study: Study, run: Run, settings: ComparisonSettings) -> dict[str, dict[str, Readout]]:
    """Give the answers of every regime of a run by split; a split that the run did not answer has no entry."""
    images = {"experimental": study.plan["true_label"], "validation": study.images.of_split("validation")["label"]}
    false_labels = {"experimental": study.plan["false_label"]}
    answers: dict[str, dict[str, Readout]] = {}
    for regime in run.regimes:
        answers[regime] = {}
        for split, true_labels in images.items():
            try:
                logits = run.outputs(regime, split)
            except MissingError:
                continue
            answers[regime][split] = _read(
                regime, logits, list(true_labels), list(false_labels.get(split, [])), study.label_set, settings
            )
    return answers


def _read(
    regime: str,
    logits: NDArray[np.float32],
    true_labels: list[str],
    false_labels: list[str],
    label_set: LabelSet,
    settings: ComparisonSettings,
) -> Readout:
    true = np.array([label_set.index(label) for label in true_labels], dtype=np.intp)
    winners = {MULTICLASS: predict(logits)} if regime == MULTICLASS else _vote(logits, label_set)
    rows = np.arange(len(true))
    others = false_labels
    if not false_labels:  # each image is put to every other label
        others = [other for label in true_labels for other in label_set if other != label]
        rows = np.repeat(rows, len(label_set) - 1)
    asked = _answerable(regime, logits, label_set, [true_labels[row] for row in rows], others)
    rows, others = rows[asked], [others[number] for number in asked]
    decide = multiclass_two_afc if regime == MULTICLASS else two_afc
    right = decide(logits[rows], label_set, [true_labels[row] for row in rows], others)
    return Readout(
        true=true,
        winners=winners,
        accuracy={rule: _share(won == true, np.arange(len(true)), settings) for rule, won in winners.items()},
        confusion={rule: normalise_rows(count_confusions(true, won, len(label_set))) for rule, won in winners.items()},
        two_afc=_share(right, rows, settings),
    )


def _vote(logits: NDArray[np.float32], label_set: LabelSet) -> dict[str, NDArray[np.intp]]:
    try:
        return {rule: vote(logits, label_set, rule).winners for rule in RULES}
    except MissingError:  # some pairs were not trained
        return {}


def _answerable(
    regime: str, logits: NDArray[np.float32], label_set: LabelSet, true_labels: list[str], false_labels: list[str]
) -> list[int]:
    """Give the numbers of the conditions whose classifier was trained."""
    conditions = list(zip(true_labels, false_labels, strict=True))
    if regime == MULTICLASS:
        return list(range(len(conditions)))
    trained = {pair for number, pair in enumerate(label_set.pairs) if np.isfinite(logits[:, number]).all()}
    return [number for number, labels in enumerate(conditions) if label_set.pair(*labels) in trained]


def _share(right: NDArray[np.bool_], images: NDArray[np.intp], settings: ComparisonSettings) -> Share:
    n = len(right)
    if n == 0:
        return Share(np.nan, Interval(np.nan, np.nan), 0)
    if len(np.unique(images)) == n:
        interval = wilson(int(right.sum()), n, settings.ci_level)
    else:
        rng = np.random.default_rng(settings.seed)
        interval = bootstrap_mean(right, images, rng, n_resamples=settings.n_bootstrap, level=settings.ci_level)
    return Share(float(right.mean()), interval, n)
