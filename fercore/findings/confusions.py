"""Everybody's confusion matrix: people, voters, networks, others who answered, and the people of the paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.confusion import correlate_confusions, error_shares, even_errors, normalise_rows
from fercore.comparison.confusion_bootstrap import Answers, ErrorResamples
from fercore.comparison.confusion_ceiling import confusion_ceiling
from fercore.comparison.reliability import SplitHalf
from fercore.errors import MissingError
from fercore.findings.confusion_agreement import (
    Likeness,
    answers_of_network,
    answers_of_participants,
    answers_of_responders,
    counts_by_participant,
    liken,
)
from fercore.findings.finding import has_papers_labels
from fercore.findings.networks import MULTICLASS, SPLITS, Share, readouts
from fercore.findings.observer_groups import PEOPLE as PEOPLE
from fercore.findings.observer_groups import VOTERS as VOTERS
from fercore.findings.people import people
from fercore.findings.responses import responses
from fercore.findings.voters import voters
from fercore.machines.runs import Run
from fercore.notation import count
from fercore.paper import paper_value
from fercore.settings import ComparisonSettings
from fercore.study import Study

PAPERS = "people of the paper"
"""They and `PEOPLE` and `VOTERS` are no networks; others are held against the first of people, voters, and them."""

_PAPERS_R: Final = {"simple": "confusion_r_simple", "weighted": "confusion_r_weighted", MULTICLASS: "confusion_r"}
_PAPERS_ACCURACY: Final = {
    "simple": "simple_vote_accuracy", "weighted": "weighted_vote_accuracy", MULTICLASS: "accuracy",
}  # fmt: skip


@dataclass(frozen=True)
class Observer:
    """Somebody with a confusion matrix."""

    label: str
    matrix: NDArray[np.float64]
    """(L, L), row true label, column answer, rows sum to 1; NaN in a row without answers."""
    note: str
    """How many answered how often, in words."""
    row_n: NDArray[np.int64] | None = None
    """(L,): answers in each row; None where they are not known or hang together, as votes on an image do."""
    accuracy: Share | None = None
    """Right answers among all labels; None where the task was another."""
    paper_accuracy: float | None = None
    paper_r: float | None = None
    """The paper's correlation with people over all cells."""
    key: str | None = None
    """Name in the report, where it is another."""
    other_people: NDArray[np.float64] | None = None
    """For one of the people: the confusions of the others together, which this person's are held against."""
    answers: Answers | None = None
    """Single answers, to be drawn anew; None where only the matrix is known."""
    other_answers: Answers | None = None
    """Those of ``other_people``."""


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


def observers(study: Study, run: Run | None, split: str, settings: ComparisonSettings) -> dict[str, Observer]:
    """Give everybody who answered by name, people first; raises `MissingError` when there is nobody."""
    shown: dict[str, Observer] = {}
    if not study.trials.empty:
        ours = people(study, settings)
        who = count(ours.n_participants, "simulated person" if study.simulated else "person", _many(study))
        shown[PEOPLE] = Observer(
            PEOPLE, ours.confusion, f"{who}, 2AFC", ours.confusion_counts.sum(axis=1),
            answers=answers_of_participants(study),
        )  # fmt: skip
    if study.votes is not None:
        group = voters(study)
        shown[VOTERS] = Observer(VOTERS, group.confusion, count(group.accuracy.n_votes, "vote"), answers=group.answers)
    if study.responses is not None:
        shown |= _responders(study, settings)
    if run is not None:
        shown |= _networks(study, run, split, settings)
    if not shown:
        raise MissingError(f"Nobody has answered in study {study.name!r} yet. Import trials, or train with Retrain….")
    if has_papers_labels(study):
        shown[PAPERS] = Observer(PAPERS, np.array(paper_value("human", "confusion")), "Fig. 2, 22 people")
    return shown


def _many(study: Study) -> str:
    return "simulated people" if study.simulated else "people"


def _networks(study: Study, run: Run, split: str, settings: ComparisonSettings) -> dict[str, Observer]:
    shown = {}
    table = study.plan if split == "experimental" else study.images.of_split(split)
    true = table["true_label" if split == "experimental" else "label"]
    row_n: NDArray[np.int64] = np.array([(true == label).sum() for label in study.label_set], dtype=np.int64)
    for regime, by_split in readouts(study, run, settings).items():
        if split not in by_split:
            continue
        for rule, matrix in by_split[split].confusion.items():
            right = by_split[split].accuracy[rule]
            name = regime if rule == MULTICLASS else f"{regime}, {rule.replace('-', ' ')} vote"
            shown[name] = Observer(
                label=name,
                matrix=matrix,
                note=count(right.n, f"{split} image"),
                row_n=row_n,
                accuracy=right,
                paper_accuracy=paper_value("machine", regime, _PAPERS_ACCURACY.get(rule, "")),
                paper_r=paper_value("machine", regime, _PAPERS_R.get(rule, "")),
                key=None if rule == MULTICLASS else f"{regime} {rule}",
                answers=answers_of_network(
                    table["image"], by_split[split].true, by_split[split].winners[rule], len(study.label_set)
                ),
            )
    return shown


def _responders(study: Study, settings: ComparisonSettings) -> dict[str, Observer]:
    """Give those who chose among all labels elsewhere: people together, then networks, then people one by one."""
    found = responses(study, settings)
    shown = {}
    if found.people:
        accuracy = Share(found.people_accuracy, found.people_ci, sum(one.n for one in found.people))
        note = count(len(found.people), "person", "people")
        shown[PEOPLE] = Observer(
            PEOPLE, normalise_rows(found.people_counts), note, found.people_counts.sum(axis=1), accuracy,
            answers=answers_of_responders(study, [one.name for one in found.people]),
        )  # fmt: skip
    for one in sorted(found.observers, key=lambda one: one.person):
        note = count(one.n - one.n_missed, "answer")
        rest = normalise_rows(found.people_counts - one.counts) if one.person else None
        right = Share(one.accuracy, one.ci, one.n)
        others = [other.name for other in found.people if other.name != one.name]
        shown[one.name] = Observer(
            one.name, normalise_rows(one.counts), note, one.counts.sum(axis=1), right, other_people=rest,
            answers=answers_of_responders(study, [one.name]),
            other_answers=answers_of_responders(study, others) if one.person else None,
        )  # fmt: skip
    return shown


def _ceiling(study: Study, reference: str, settings: ComparisonSettings) -> SplitHalf:
    if reference != PEOPLE:
        return SplitHalf(np.empty(0))
    answered = study.responses is not None and study.trials.empty
    counts = [one.counts for one in responses(study, settings).people] if answered else counts_by_participant(study)
    return confusion_ceiling(np.asarray(counts), np.random.default_rng(settings.seed))
