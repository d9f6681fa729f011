"""Claims about networks: which way of training and voting is right more often, and about which labels (paper 5.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.intervals import Interval
from fercore.comparison.proportions import mcnemar, paired_difference
from fercore.comparison.resamples import moved_interval
from fercore.comparison.strata import draw_within, group_means
from fercore.errors import MissingError
from fercore.findings.evidence import FAILS, HOLDS, UNKNOWN, Decision, Evidence, side
from fercore.machines.regime import MULTICLASS
from fercore.notation import NONE, interval, probability, share

ENSEMBLE: Final = "accuracy-90"
"""The paper's ensemble."""

SIMILAR: Final = 0.05
"""Largest difference between two accuracies that are called similar; the paper's differ by .01."""

RARE: Final = 0.5
"""A label with fewer training images than this share of the usual number (the median over labels) is a minor one; one of which the
usual number is a smaller share than this is a major one."""


@dataclass(frozen=True)
class Paired:
    """Two networks on the same images: the share of images of which something is true, first minus second."""

    first: float
    second: float
    ci: Interval
    """Of the difference: Newcombe's for paired shares, never narrower than McNemar's exact test allows."""
    p: float
    """McNemar's exact test."""
    n: int

    def sign(self, alpha: float) -> int:
        """Which of the two is larger, 1 or -1; 0 where McNemar's test or the interval does not tell."""
        return side(self.ci) if self.p < alpha else 0

    @property
    def rigorous(self) -> str:
        """The difference in words."""
        return (
            f"{share(self.first - self.second)} {interval(self.ci)}, McNemar {probability(self.p)}, n = {self.n} images"
        )


def pair(evidence: Evidence, first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Paired:
    """Compare what is true of the same images, (n,) each."""
    both, only_first, only_second = (int(there.sum()) for there in (first & second, first & ~second, second & ~first))
    neither = len(first) - both - only_first - only_second
    ci = paired_difference(both, only_first, only_second, neither, evidence.settings.ci_level)
    p = mcnemar(only_first, only_second).p_exact
    return Paired(float(first.mean()), float(second.mean()), ci, p, len(first))


def is_right(evidence: Evidence, regime: str, rule: str, split: str = "experimental") -> NDArray[np.bool_]:
    """Tell on which images of a split a regime is right, (n,)."""
    found = evidence.readout(regime, rule, split)
    right: NDArray[np.bool_] = found.winners[rule] == found.true
    return right


def is_answer(evidence: Evidence, regime: str, rule: str, label: str, split: str = "experimental") -> NDArray[np.bool_]:
    """Tell to which images of a split a regime answers a label, (n,)."""
    if label not in evidence.study.label_set.names:
        raise MissingError(f"the study has no label {label!r}")
    found = evidence.readout(regime, rule, split)
    answered: NDArray[np.bool_] = found.winners[rule] == evidence.study.label_set.index(label)
    return answered


def _answered_any(evidence: Evidence, regime: str, rule: str, labels: Sequence[str]) -> NDArray[np.bool_]:
    """Tell where a regime answered one of some labels; raises `MissingError` where it did not answer."""
    found = evidence.readout(regime, rule)
    numbers = [evidence.study.label_set.index(label) for label in labels]
    answered: NDArray[np.bool_] = np.isin(found.winners[rule], numbers)
    return answered


def more(evidence: Evidence, found: Paired, yes: str, no: str) -> tuple[str, str]:
    """Decide that the first is larger."""
    told = {1: (HOLDS, yes), -1: (FAILS, no), 0: (UNKNOWN, "neither is shown to be larger")}
    return told[found.sign(evidence.alpha)]


def similar_votes(evidence: Evidence) -> Decision:
    """Look whether simple and weighted votes are right about equally often."""
    found = pair(evidence, is_right(evidence, ENSEMBLE, "simple"), is_right(evidence, ENSEMBLE, "weighted"))
    ours = f"{share(found.first)}, {share(found.second)}"
    if found.sign(evidence.alpha):
        better = "simple" if found.first > found.second else "weighted"
        return Decision(ours, found.rigorous, FAILS, f"the {better} vote is better on the same images")
    if max(abs(found.ci.low), abs(found.ci.high)) <= SIMILAR:
        return Decision(ours, found.rigorous, HOLDS, f"the whole interval lies within {share(SIMILAR, 2)}")
    return Decision(
        ours,
        found.rigorous,
        UNKNOWN,
        f"neither a difference is shown nor one of more than {share(SIMILAR, 2)} excluded",
    )


def multiclass_better(evidence: Evidence) -> Decision:
    """Look whether the multiclass network is right more often than the ensemble's simple vote."""
    found = pair(evidence, is_right(evidence, MULTICLASS, MULTICLASS), is_right(evidence, ENSEMBLE, "simple"))
    ours = f"{share(found.first)}, {share(found.second)}"
    return Decision(ours, found.rigorous, *more(evidence, found, "better on the same images", "the ensemble is better"))


def minor_classes(evidence: Evidence) -> Decision:
    """Look whether the ensemble finds rare labels more often than the multiclass network."""
    minor = ("disgust", "contempt")
    label_set = evidence.study.label_set
    if not set(minor) <= set(label_set.names):
        raise MissingError("the study has other labels than the paper")
    true = evidence.readout(ENSEMBLE, "weighted").true
    own = np.isin(true, [label_set.index(label) for label in minor])
    right = [is_right(evidence, ENSEMBLE, "weighted")[own], is_right(evidence, MULTICLASS, MULTICLASS)[own]]
    found = pair(evidence, *right)
    ours = f"recall of both: {share(found.first)} (weighted vote), {share(found.second)} (multiclass)"
    counts = evidence.study.images.of_split("train")["label"].value_counts()
    fewest = int(counts.reindex(list(minor)).min())
    if fewest >= RARE * counts.median():
        because = f"no label is rare here ({fewest} training images each at least), so there are no minor classes"
        return Decision(ours, found.rigorous, UNKNOWN, because)
    return Decision(
        ours,
        found.rigorous,
        *more(evidence, found, "the ensemble finds them more often", "multiclass finds them more often"),
    )


def less_biased(evidence: Evidence) -> Decision:
    """Look whether the ensemble's weighted vote names frequent labels less often than the multiclass network does."""
    counts = evidence.study.images.of_split("train")["label"].value_counts()
    major = [label for label in evidence.study.label_set if RARE * counts.get(label, 0) > counts.median()]
    told = {
        regime: _answered_any(evidence, regime, rule, major)
        for regime, rule in ((MULTICLASS, MULTICLASS), (ENSEMBLE, "weighted"))
    }
    if not major:
        because = f"no label is frequent here ({int(counts.max())} training images each at most), so there are no major expressions"
        return Decision(NONE, NONE, UNKNOWN, because)
    found = pair(evidence, told[MULTICLASS], told[ENSEMBLE])
    ours = f"answers {' or '.join(major)}: {share(found.second)} (weighted vote), {share(found.first)} (multiclass)"
    return Decision(
        ours,
        found.rigorous,
        *more(evidence, found, "the ensemble names them less often", "the ensemble names them more often"),
    )


def even_recall(evidence: Evidence) -> Decision:
    """Look whether the ensemble is more equally right about all labels than the multiclass network.

    A resampled SD has the noise of the answers twice, so that plain percentiles could find nothing where labels hardly differ:
    they are moved to the difference observed.
    """
    true = evidence.readout(ENSEMBLE, "weighted").true
    draws = draw_within(true, evidence.rng(), evidence.settings.n_bootstrap)
    spread, resampled = [], []
    for regime, rule in ((MULTICLASS, MULTICLASS), (ENSEMBLE, "weighted")):
        right = is_right(evidence, regime, rule)
        spread.append(float(group_means(right, true, np.ones((1, len(true)))).std(axis=1, ddof=1)[0]))
        resampled.append(group_means(right, true, draws).std(axis=1, ddof=1))
    moved = np.r_[spread[0] - spread[1], resampled[0] - resampled[1]]
    ci = moved_interval(moved, evidence.settings.ci_level, correlation=False)
    ours = f"SD of recall over labels: {share(spread[1])} (weighted vote), {share(spread[0])} (multiclass)"
    rigorous = f"difference {share(spread[0] - spread[1])} {interval(ci)}, images drawn within labels"
    told = {
        1: (HOLDS, "the ensemble's recall differs less between labels"),
        -1: (FAILS, "the ensemble's recall differs more between labels"),
        0: (UNKNOWN, "the interval holds both signs"),
    }
    return Decision(ours, rigorous, *told[side(ci)])


def finetuned_worse(evidence: Evidence) -> Decision:
    """Look whether fine-tuning with click-revealed images makes the simple vote worse, on images that it did not see."""
    evidence.require_regime("finetuned")
    found = pair(evidence, *(is_right(evidence, regime, "simple", "validation") for regime in (ENSEMBLE, "finetuned")))
    ours = f"{share(found.second)} after {share(found.first)} (validation images)"
    return Decision(
        ours, found.rigorous, *more(evidence, found, "worse on the same images", "better on the same images")
    )


def finetuned_bias(evidence: Evidence) -> Decision:
    """Look whether fine-tuning makes more answers 'neutral'."""
    evidence.require_regime("finetuned")
    found = pair(
        evidence,
        *(is_answer(evidence, regime, "simple", "neutral", "validation") for regime in ("finetuned", ENSEMBLE)),
    )
    ours = f"answers 'neutral': {share(found.first)} after {share(found.second)} (validation images)"
    return Decision(
        ours, found.rigorous, *more(evidence, found, "more answers are 'neutral'", "fewer answers are 'neutral'")
    )


def masked_ratio(_evidence: Evidence) -> Decision:
    """Say that one run cannot tell."""
    raise MissingError("it takes several runs that differ in the ratio of masked and unmasked images")


DECIDERS: Final[dict[str, Callable[[Evidence], Decision]]] = {
    "similar-votes": similar_votes,
    "multiclass-better": multiclass_better,
    "minor-classes": minor_classes,
    "even-recall": even_recall,
    "less-biased": less_biased,
    "finetuned-worse": finetuned_worse,
    "masked-ratio": masked_ratio,
    "finetuned-bias": finetuned_bias,
}
"""By the names in ``claims.toml``."""
