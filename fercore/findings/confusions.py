"""How alike everybody's confusions are to those of one observer: the part ``confusion`` of the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.confusion import correlate_confusions, error_shares, even_errors
from fercore.comparison.confusion_bootstrap import Answers, ErrorResamples
from fercore.comparison.confusion_ceiling import confusion_ceiling
from fercore.comparison.reliability import SplitHalf
from fercore.errors import MissingError
from fercore.findings.confusion_agreement import Likeness, counts_by_participant, liken
from fercore.findings.confusion_observers import PAPERS as PAPERS
from fercore.findings.confusion_observers import Observer as Observer
from fercore.findings.confusion_observers import observers
from fercore.findings.networks import SPLITS
from fercore.findings.observer_groups import PEOPLE as PEOPLE
from fercore.findings.observer_groups import VOTERS as VOTERS
from fercore.findings.responses import responses
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study


@dataclass(frozen=True)
class ConfusionLikeness:
    """How alike everybody's confusions are to those of one observer."""

    observers: dict[str, Observer]
    """Everybody, people first."""
    reference: str
    """Whom the others are held against: people, else voters, else the people of the paper, else the first."""
    others: dict[str, Likeness]
    """Everybody but the reference."""
    ceiling: SplitHalf
    """Likeness of people's halves over the errors; empty where the reference is not a crowd of at least two people."""
    even_errors_r: float
    """r over all cells of an observer who errs without any preference, whatever the accuracy; NaN with two labels."""

    @property
    def networks(self) -> tuple[str, ...]:
        """Whoever is no person, no voter, and not the people of the paper."""
        return tuple(
            name
            for name, one in self.observers.items()
            if name not in (PEOPLE, VOTERS, PAPERS) and one.other_people is None
        )

    @property
    def first_network(self) -> str | None:
        """The first network that is held against somebody; None where there is none."""
        return next((name for name in self.networks if name in self.others), None)


def confusion_likeness(study: Study, run: Run | None, split: str, settings: ComparisonSettings) -> ConfusionLikeness:
    """Compare everybody's confusions; raises `MissingError` when nobody has answered.

    Parameters
    ----------
    study, run
        The study, and the run whose networks answered, or None.
    split
        Which images networks answered, one of `fercore.findings.networks.SPLITS`.
    settings
        Level of intervals, resampling.
    """
    everybody = observers(study, run, split, settings)
    reference = next(name for name in (PEOPLE, VOTERS, PAPERS, *everybody) if name in everybody)
    matrix = everybody[reference].matrix
    n, ceiling = len(study.label_set), _ceiling(study, reference, settings)
    others = _liken_all(everybody, reference, ceiling, n, settings)
    even = correlate_confusions(matrix, even_errors(0.5, n), settings.ci_level).all_cells.r if n > 2 else np.nan
    return ConfusionLikeness(everybody, reference, others, ceiling, even)


def _liken_all(
    everybody: dict[str, Observer], reference: str, ceiling: SplitHalf, n_labels: int, settings: ComparisonSettings
) -> dict[str, Likeness]:
    """Hold everybody against the reference, or one of the people against the others, in the same resamples of images."""
    order = [everybody[reference], *(one for name, one in everybody.items() if name != reference)]
    answered = [one.answers for one in order if one.answers is not None]
    resamples = ErrorResamples(answered, n_labels, np.random.default_rng(settings.seed), settings.n_bootstrap)

    def errors(matrix: NDArray[np.float64], answers: Answers | None) -> NDArray[np.float64]:
        return error_shares(matrix[None]) if answers is None else resamples.errors(answers)

    ours, crowd = everybody[reference].answers, np.full(1, np.nan)
    if ours is None or not len(ceiling.r):
        drawn = errors(everybody[reference].matrix, ours)
    else:
        drawn, crowd = resamples.errors_and_ceiling(ours)
        crowd[0] = ceiling.mean
    found = {}
    for name, other in everybody.items():
        if name == reference:
            continue
        if other.other_people is None:
            own = drawn, errors(other.matrix, other.answers)
            found[name] = liken(everybody[reference].matrix, other.matrix, settings, own, crowd)
        else:
            own = errors(other.other_people, other.other_answers), errors(other.matrix, other.answers)
            found[name] = liken(other.other_people, other.matrix, settings, own, crowd)
    return found


def confusion_part(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, dict[str, Any]]:
    """Give the part ``confusion`` of the report: everybody's confusions against people's, or voters' where there are no people.

    Returns
    -------
    dict
        By ``REGIME RULE`` (``accuracy-90 simple``), ``multiclass``, which needs no rule, and the name of anybody else.

    Raises
    ------
    MissingError
        Without people and voters, or with nobody else.
    """
    found = confusion_likeness(study, run, SPLITS[0], settings)
    if found.reference not in (PEOPLE, VOTERS) or not found.others:
        raise MissingError(f"Study {study.name!r} has no people, or nobody whose confusions could be like theirs.")
    return {
        found.observers[name].key or name: {
            "reference": found.reference,
            "r_64": like.all_cells.r,
            "r_64_ci": [like.all_cells.ci_low, like.all_cells.ci_high],
            "r_56": like.errors.r,
            "r_56_ci": like.errors_ci,
            "spearman_56": like.ranks.r,
            "spearman_56_ci": like.ranks_ci,
            "mantel_r": like.relabelled.r,
            "mantel_p": like.relabelled.p,
            "n_permutations": like.relabelled.n_permutations,
            "exact": like.relabelled.exact,
            "ceiling": found.ceiling.mean,
            "ceiling_spread": found.ceiling.spread(settings.ci_level),
            "score": like.score,
            "score_ci": like.score_ci,
            "even_error_r_64": found.even_errors_r,
        }
        for name, like in found.others.items()
    }


def _ceiling(study: Study, reference: str, settings: ComparisonSettings) -> SplitHalf:
    if reference != PEOPLE:
        return SplitHalf(np.empty(0))
    answered = study.responses is not None and study.trials.empty
    counts = [one.counts for one in responses(study, settings).people] if answered else counts_by_participant(study)
    return confusion_ceiling(np.asarray(counts), np.random.default_rng(settings.seed))
