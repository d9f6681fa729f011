"""Which expressions are taken for which others, by people and by every readout of the network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from fercore.comparison.confusion import ConfusionCorrelation, correlate_confusions, normalise_rows
from fercore.comparison.correlation import Correlation
from fercore.errors import MissingError
from fercore.figures.heatmap import CONFUSION, label_matrix
from fercore.findings.finding import has_papers_labels
from fercore.findings.networks import MULTICLASS, SPLITS, readouts
from fercore.findings.people import people
from fercore.findings.voters import voters
from fercore.notation import NONE, count, interval, share
from fercore.paper import paper_value
from fercore.settings import ComparisonSettings
from fercore.ui.components import figure, sentences, table
from fercore.ui.messages import panel
from fercore.ui.panels.observers import found_responses
from fercore.ui.state import View

SETTINGS = ComparisonSettings()

PAPER = "people of the paper"

_PAPER_R = {"simple": "confusion_r_simple", "weighted": "confusion_r_weighted", MULTICLASS: "confusion_r"}
_PAPER_ACCURACY = {"simple": "simple_vote_accuracy", "weighted": "weighted_vote_accuracy", MULTICLASS: "accuracy"}


@dataclass(frozen=True)
class Observer:
    """Somebody with a confusion matrix."""

    label: str
    matrix: NDArray[np.float64]
    note: str
    accuracy: str
    """Share of right answers among all labels with its interval; empty where the task was another."""
    paper_accuracy: float | None = None
    paper_r: float | None = None


def observers(view: View, split: str) -> dict[str, Observer]:
    """Give everybody who answered, people first."""
    shown: dict[str, Observer] = {}
    study = view.study
    if not study.trials.empty:
        ours = view.find(people, SETTINGS)
        shown["people"] = Observer("people", ours.confusion, f"{ours.n_participants} {view.people}, 2AFC", "")
    if study.votes is not None:
        group = view.find(voters)
        shown["voters"] = Observer("voters", group.confusion, count(group.accuracy.n_votes, "vote"), "")
    if study.responses is not None:
        shown |= _responders(view)
    if view.run is not None:
        for regime, by_split in view.find(readouts, view.run, SETTINGS).items():
            if split not in by_split:
                continue
            for rule, matrix in by_split[split].confusion.items():
                right = by_split[split].accuracy[rule]
                name = regime if rule == MULTICLASS else f"{regime}, {rule.replace('-', ' ')} vote"
                shown[name] = Observer(
                    name, matrix, f"{count(right.n, split + ' image')}", f"{share(right.value)} {interval(right.ci)}",
                    paper_value("machine", regime, _PAPER_ACCURACY.get(rule, "")),
                    paper_value("machine", regime, _PAPER_R.get(rule, "")),
                )  # fmt: skip
    if has_papers_labels(study):
        shown[PAPER] = Observer(PAPER, np.array(paper_value("human", "confusion")), "Fig. 2, 22 people", "")
    if not set(shown) - {PAPER}:
        raise MissingError(f"Nobody has answered in study {study.name!r} yet. Import trials, or train with Retrain….")
    return shown


def _responders(view: View) -> dict[str, Observer]:
    """Give those who chose among all labels elsewhere: people together, then networks, then people one by one."""
    found = found_responses(view)
    shown = {}
    if found.people:
        accuracy = f"{share(found.people_accuracy)} {interval(found.people_ci)}"
        note = count(len(found.people), "person", "people")
        shown["people"] = Observer("people", normalise_rows(found.people_counts), note, accuracy)
    for one in sorted(found.observers, key=lambda one: one.person):
        note = count(one.n - one.n_missed, "answer")
        accuracy = f"{share(one.accuracy)} {interval(one.ci)}"
        shown[one.name] = Observer(one.name, normalise_rows(one.counts), note, accuracy)
    return shown


@panel
def side_by_side(view: View) -> None:
    """Draw the chosen observers' matrices on one scale, and under them how alike they are."""
    with st.container(horizontal=True, gap="large"):
        who = st.container(width="stretch")
        split = st.segmented_control(
            "Network answers", list(SPLITS), default=SPLITS[0], required=True, key="split", bind="query-params"
        )
    everybody = observers(view, split or SPLITS[0])
    reference = next(name for name in ("people", "voters", PAPER, *everybody) if name in everybody)
    chosen = who.pills(
        "Who", list(everybody), selection_mode="multi", default=_first_choice(everybody), key="who", bind="query-params",
        wrap=True,
    )  # fmt: skip
    likeness = {
        name: correlate_confusions(everybody[reference].matrix, other.matrix, SETTINGS.ci_level)
        for name, other in everybody.items()
        if name != reference
    }
    _sentences(everybody, likeness, reference)
    with st.grid(3, min_column_width=255) as grid:
        for name in chosen:
            with grid.cell():
                _matrix(view, name, everybody[name])
    st.caption(
        "Rows sum to 1. Colours follow the square root of the share, so that rare confusions are seen; numbers are true."
    )
    if view.study.simulated:
        st.caption(
            "These people are simulated: how hard their conditions are was taken from the paper's Fig. 2, so their likeness to "
            "the people of the paper is circular, and their likeness to a network says nothing about people."
        )
    st.header(f"How alike are they to {everybody[reference].label}?", anchor=False)
    rows = [_row(everybody[name], c.all_cells, c.off_diagonal) for name, c in likeness.items()]
    if rows:
        table(pd.DataFrame(rows), "Correlation of each confusion matrix with the reference.")
    n = len(view.study.label_set)
    st.caption(
        f"Over all {n * n} cells r mostly says that both are right more often than wrong: errors spread evenly over the "
        f"labels reach .998 with the people of the paper. Over the {n * n - n} cells off the diagonal it says whether the same "
        "expressions are confused."
        + (
            ""
            if view.study.trials.empty
            else " People chose between two labels, the network among all: a second reason for care."
        )
    )


def _first_choice(everybody: dict[str, Observer]) -> list[str]:
    people_first = next((name for name in ("people", "voters") if name in everybody), None)
    wanted = [name for name in everybody if name in (people_first, MULTICLASS) or name.endswith("simple vote")]
    return wanted[:3] or list(everybody)[:1]


def _sentences(everybody: dict[str, Observer], likeness: dict[str, ConfusionCorrelation], reference: str) -> None:
    networks = [name for name in everybody if name not in ("people", "voters", PAPER)]
    if not networks:
        sentences("No network has answered yet: train one with **Retrain…** in the sidebar.")
        return
    first = networks[0]
    c = likeness.get(first)
    if c is None:
        return
    all_cells, errors = c.all_cells, c.off_diagonal
    given = everybody[first].paper_r
    sentences(
        f"The confusions of {everybody[first].label} correlate with those of {everybody[reference].label} by "
        f"**r = {share(all_cells.r)}** over all {all_cells.n} cells"
        + (f" (:gray[paper {share(given, 2)}])" if given is not None else "")
        + f", but by **r = {share(errors.r)}** {interval((errors.ci_low, errors.ci_high))} over the {errors.n} errors alone."
    )


def _matrix(view: View, name: str, observer: Observer) -> None:
    drawing = label_matrix(
        observer.matrix, list(view.study.label_set), view.theme, CONFUSION, title=observer.label[:1].upper() + observer.label[1:],
        subtitle=observer.note, columns="answer", height=345, empty="no answers",
        hover=lambda row, column, text: f"{row} taken for {column}: {text}",
    )  # fmt: skip
    figure(drawing, f"confusion-{name}", f"Confusion matrix of {observer.label}.")


def _row(observer: Observer, all_cells: Correlation, errors: Correlation) -> dict[str, str]:
    return {
        "who": observer.label,
        "right among all": observer.accuracy or NONE,
        "paper": share(observer.paper_accuracy, 2),
        "r, all cells": f"{share(all_cells.r)} {interval((all_cells.ci_low, all_cells.ci_high))}",
        "paper r": share(observer.paper_r, 2),
        "r, errors alone": f"{share(errors.r)} {interval((errors.ci_low, errors.ci_high))}",
    }
