"""The study in three sentences, four numbers and two matrices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from fercore.errors import MissingError
from fercore.figures.heatmap import even_scale, label_matrix
from fercore.figures.theme import mark
from fercore.findings.faces import network_by_condition
from fercore.findings.networks import MULTICLASS, Readout, Share, readouts
from fercore.findings.people import People, people
from fercore.findings.voters import voters
from fercore.notation import NONE, count, interval, share
from fercore.paper import paper_value
from fercore.settings import ComparisonSettings
from fercore.ui.components import CIRCULAR, card, figure, sentences
from fercore.ui.messages import panel
from fercore.ui.panels.observers import found_responses, in_words
from fercore.ui.panels.statistics import attention_sweep
from fercore.ui.state import View

SETTINGS = ComparisonSettings()

T = TypeVar("T")


@dataclass(frozen=True)
class Number:
    """A number with what belongs to it, or why there is none."""

    value: str
    notes: tuple[str, ...] = ()
    why: str | None = None


def _or_why(find: Callable[[], Number]) -> Number:
    try:
        return find()
    except MissingError as error:
        return Number(NONE, ("not there yet",), str(error))


def pair_readout(view: View) -> tuple[str, Readout]:
    """Give the regime of the run's pair classifiers, and its answers on the experimental images."""
    run = view.finished_run
    if run.pair_regime is None:
        raise MissingError(f"Run {run.name!r} has no pair classifiers. Retrain with a pair regime such as accuracy-90.")
    return run.pair_regime, view.find(readouts, run, SETTINGS)[run.pair_regime]["experimental"]


def _simple_vote(view: View, readout: Readout) -> Share:
    if "simple" not in readout.accuracy:
        raise MissingError(
            f"Run {view.finished_run.name!r} has not trained all {len(view.study.label_set.pairs)} pairs, and a vote among "
            "all labels needs every pair. Retrain with all pairs."
        )
    return readout.accuracy["simple"]


def _people(view: View) -> People:
    return view.find(people, SETTINGS)


@panel
def summary(view: View) -> None:
    """State the result in three sentences, as far as the study has it."""
    with st.skeleton(height=70):
        said = [_said(view, _answers), _said(view, _classes), _said(view, _attention)]
    sentences(*said)
    if view.study.simulated:
        st.caption(CIRCULAR)


def _said(view: View, sentence: Callable[[View], str]) -> str:
    try:
        return sentence(view)
    except MissingError:
        return ""


def _answers(view: View) -> str:
    if view.study.responses is not None:
        return in_words(view)
    if view.study.trials.empty and view.study.votes is not None:
        return _voters_answer(view)
    ours = _people(view)
    start = f"Asked which of two expressions a face shows, people are right in **{share(ours.accuracy)}** of trials"
    try:
        _, readout = pair_readout(view)
    except MissingError:
        return f"{start}."
    return f"{start}; on the same images and options the network is right in **{share(readout.two_afc.value)}**."


def _voters_answer(view: View) -> str:
    group = view.find(voters).accuracy
    return f"Crowd voters give **{share(group.share)}** of their votes to the image's label."


def _classes(view: View) -> str:
    _, readout = pair_readout(view)
    n = len(view.study.label_set)
    vote = _simple_vote(view, readout)
    return (
        f"Choosing among all {n} expressions by the votes of {len(view.study.label_set.pairs)} pair classifiers, the "
        f"network is right in **{share(vote.value)}** (chance {share(1 / n)}), which is another task and not comparable with people's."
    )


def _attention(view: View) -> str:
    found = view.find(attention_sweep, view.finished_run)
    means = found.anova(SETTINGS.threshold).groups.sort_values("mean", ascending=False)
    order = ", ".join(f"{mark(g['group']).label} {share(g['mean'])}" for g in means.to_dict("records"))
    return f"Its maps overlap with people's clicks by a mean Dice of **{order}**."


@panel
def cards(view: View) -> None:
    """Draw the four numbers, each with the paper's and a link."""
    n = len(view.study.label_set)
    numbers = (
        (_who(view), _or_why(lambda: _people_number(view)), "people", "People"),
        ("Network, same 2AFC", _or_why(lambda: _network_number(view)), "images", "Face by face"),
        (f"Network, {n}-way vote", _or_why(lambda: _vote_number(view)), "confusion", "Confusion"),
        ("Nearest of the maps", _or_why(lambda: _map_number(view)), "attention", "Attention"),
    )
    with st.grid(4, min_column_width=200, border=True) as grid:
        for label, number, page, link in numbers:
            with grid.cell():
                card(label, number.value, number.notes, page, link, number.why)


def _who(view: View) -> str:
    """Say whose number the first card shows."""
    if view.study.responses is not None:
        return f"People, {len(view.study.label_set)}-way"
    return "Crowd voters" if view.study.trials.empty and view.study.votes is not None else "People, 2AFC"


def _people_number(view: View) -> Number:
    if view.study.responses is not None:
        found = found_responses(view)
        if not found.people:
            raise MissingError(f"In study {view.study.name!r} networks alone have answered.")
        n = count(len(found.people), "person", "people")
        return Number(share(found.people_accuracy), (f"{interval(found.people_ci)}, {n}", "all labels at once"))
    if view.study.trials.empty and view.study.votes is not None:
        group = view.find(voters).accuracy
        return Number(share(group.share), (count(group.n_votes, "crowd vote"), "no 2AFC: all labels at once"))
    ours = _people(view)
    given = f"paper {share(paper_value('human', 'accuracy'))}"
    return Number(share(ours.accuracy), (f"{interval(ours.accuracy_ci)}, n = {ours.n_participants}", given))


def _network_number(view: View) -> Number:
    _, readout = pair_readout(view)
    two_afc = readout.two_afc
    return Number(share(two_afc.value), (f"{interval(two_afc.ci)}, {count(two_afc.n, 'image')}", "paper: not given"))


def _vote_number(view: View) -> Number:
    regime, readout = pair_readout(view)
    vote = _simple_vote(view, readout)
    printed = paper_value("machine", regime, "simple_vote_accuracy")
    given = "paper: not given" if printed is None else f"paper {share(printed, 2)}"
    return Number(share(vote.value), (f"{interval(vote.ci)}, {count(vote.n, 'image')}", given))


def _map_number(view: View) -> Number:
    found = view.find(attention_sweep, view.finished_run)
    best = found.anova(SETTINGS.threshold).groups.sort_values("mean").to_dict("records")[-1]
    circular = ", circular: simulated people" if view.study.simulated else ""
    return Number(share(best["mean"]), (f"{mark(best['group']).label}: mean Dice{circular}", "paper: EP nearest"))


@panel
def matrices(view: View) -> None:
    """Draw accuracy per condition of people and network on one scale."""
    labels = list(view.study.label_set)
    shown = {}
    if not view.study.trials.empty:
        shown["people"] = (
            _people(view).by_condition["accuracy"],
            f"{_people(view).n_participants} {view.people}, 2AFC",
        )
    if view.run is not None and view.run.pair_regime is not None:
        shown["network"] = (
            view.find(network_by_condition, view.run),
            f"{view.run.pair_regime}, same images and options",
        )
    if not shown:
        return
    scale = even_scale([values for values, _ in shown.values()], "cividis")
    with st.grid(2, min_column_width=255) as grid:
        for name, (values, note) in shown.items():
            drawing = label_matrix(
                values, labels, view.theme, scale, title=f"Accuracy per condition: {name}", subtitle=note, height=420,
                empty="no images" if name == "people" else "no such images, or the pair was not trained",
            )  # fmt: skip
            with grid.cell():
                figure(drawing, f"accuracy-{name}", f"Accuracy of {name} for each true and false label.")


@panel
def way_on(view: View) -> None:
    """Say what is missing and how it comes about."""
    study, steps = view.study, []
    study.require_images()
    if study.trials.empty:
        steps.append(f"import trials (`python -m fercore import {study.name} TRIALS.csv`)")
    if view.run is None:
        steps.append("train networks with **Retrain…** in the sidebar")
    elif view.run.pair_regime is None or MULTICLASS not in view.run.regimes:
        steps.append("retrain with both a pair regime and multiclass to see every comparison")
    if steps:
        st.info(f"To see the rest: {'; '.join(steps)}.", icon=":material/arrow_forward:")
