"""Who has a confusion matrix: people, voters, networks, others who answered, and the people of the paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.confusion import normalise_rows
from fercore.comparison.confusion_bootstrap import Answers
from fercore.errors import MissingError
from fercore.findings.confusion_agreement import answers_of_network, answers_of_participants, answers_of_responders
from fercore.findings.finding import has_papers_labels
from fercore.findings.networks import MULTICLASS, Share, readouts
from fercore.findings.observer_groups import PEOPLE, VOTERS
from fercore.findings.people import people
from fercore.findings.responses import responses
from fercore.findings.voters import vote_bounds, voters
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
    bounds: NDArray[np.float64] | None = None
    """(L, L, 2): interval of each cell, where answers hang together; else it follows from ``row_n``."""
    answers: Answers | None = None
    """Single answers, to be drawn anew; None where only the matrix is known."""
    other_answers: Answers | None = None
    """Those of ``other_people``."""


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
        shown[VOTERS] = of_voters(study, settings)
    if study.responses is not None:
        shown |= _responders(study, settings)
    if run is not None:
        shown |= _networks(study, run, split, settings)
    if not shown:
        raise MissingError(f"Nobody has answered in study {study.name!r} yet. Import trials, or train with Retrain….")
    if has_papers_labels(study):
        shown[PAPERS] = Observer(PAPERS, np.array(paper_value("human", "confusion")), "Fig. 2, 22 people")
    return shown


def of_voters(study: Study, settings: ComparisonSettings) -> Observer:
    """Give what voters chose on the experimental images; raises `MissingError` when the study has no votes."""
    group = voters(study)
    n = f"{count(group.accuracy.n_votes, 'vote')} on {count(group.accuracy.n_images, 'image')}"
    return Observer(VOTERS, group.confusion, n, bounds=vote_bounds(study, settings), answers=group.answers)


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
