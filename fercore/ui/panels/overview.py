"""Four numbers that say how a study came out, each with the paper's, two matrices, and the way on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from fercore.errors import MissingError
from fercore.figures.heatmap import even_scale, label_matrix
from fercore.figures.theme import mark
from fercore.findings.equal_area import equal_area_ceilings
from fercore.findings.faces import network_by_condition
from fercore.findings.networks import MULTICLASS
from fercore.findings.observer_groups import PEOPLE
from fercore.findings.two_afc import FULL, REVEALED
from fercore.findings.two_readings import WHY
from fercore.findings.voters import voters
from fercore.notation import NONE, count, decimal, interval, share
from fercore.paper import paper_value
from fercore.ui.components import card, figure
from fercore.ui.messages import panel
from fercore.ui.panels import observers
from fercore.ui.panels.condition_hover import hover_of, network_hover
from fercore.ui.panels.headlines import SETTINGS, asked_people, pair_readout, simple_vote, two_afc
from fercore.ui.panels.map_agreement import attention_sweep, found_equal_area
from fercore.ui.state import View


@dataclass(frozen=True)
class Number:
    """A number with what belongs to it, or why there is none."""

    value: str
    notes: tuple[str, ...] = ()
    why: str | None = None


def _or_why(find: Callable[[View], Number], view: View) -> Number:
    try:
        return find(view)
    except MissingError as error:
        return Number(NONE, ("not there yet",), str(error))


@panel
def cards(view: View) -> None:
    """Draw the four numbers, each with the paper's and a link; the network's number of the leading reading is next to people's."""
    if view.study.responses is not None:
        observers.cards(view)
        return
    n = len(view.study.label_set)
    votes = "Crowd voters" if view.study.trials.empty and view.study.votes is not None else "People, 2AFC"
    vote = (f"Network, {n}-way vote", _vote_number, "confusion", "Confusion")
    same = ("Network, same 2AFC", _network_number, "images", "Face by face")
    leading, beside = view.leading_first(vote, same)
    numbers = (
        (votes, _people_number, "people", "People"),
        leading,
        beside,
        ("Nearest of the maps", _map_number, "attention", "Attention"),
    )
    with st.grid(4, min_column_width=200, border=True) as grid:
        for label, find, page, link in numbers:
            number, second = _or_why(find, view), find is beside[1]
            notes = (*number.notes, WHY["task"]) if second and number.why is None else number.notes
            with grid.cell(), st.container(key=f"{'beside' if second else 'leading'}-{page}"):
                card(label, number.value, notes, page, link, number.why)


def _people_number(view: View) -> Number:
    if view.study.trials.empty and view.study.votes is not None:
        group = view.find(voters).accuracy
        return Number(share(group.share), (count(group.n_votes, "crowd vote"), "no 2AFC: all labels at once"))
    ours = asked_people(view)
    given = f"paper {share(paper_value('human', 'accuracy'))}"
    sensitivity = decimal(two_afc(view, PEOPLE, REVEALED)["d_prime"])
    bounds = f"{interval(ours.accuracy_ci)}, n = {ours.n_participants}"
    return Number(share(ours.accuracy), (f"{bounds}, d′ {sensitivity}", given))


def _network_number(view: View) -> Number:
    regime, readout = pair_readout(view)
    right = readout.two_afc
    sensitivity = decimal(two_afc(view, regime, FULL)["d_prime"])
    notes = [f"{interval(right.ci)}, {count(right.n, 'image')}, d′ {sensitivity}"]
    try:
        seen = two_afc(view, regime, REVEALED)
        bounds = interval((seen["ci_low"], seen["ci_high"]))
        notes.append(f"with what people had uncovered {share(seen['accuracy'])} {bounds}")
    except MissingError:
        pass
    return Number(share(right.value), (*notes, "paper: not given"))


def _vote_number(view: View) -> Number:
    vote, given = simple_vote(view)
    chance = share(1 / len(view.study.label_set))
    noted = "paper: not given" if given is None else f"paper {share(given, 2)}"
    return Number(share(vote.value), (f"{interval(vote.ci)}, {count(vote.n, 'image')}, chance {chance}", noted))


def _map_number(view: View) -> Number:
    groups = view.find(attention_sweep, view.finished_run).anova(SETTINGS.threshold).groups
    cut, own = (table.sort_values("mean").to_dict("records")[-1] for table in (groups, found_equal_area(view).images))
    circular = ", circular: simulated people" if view.study.simulated else ""
    at_threshold = share(cut["mean"]), f"{mark(cut['group']).label}, mean maps cut at {SETTINGS.threshold}"
    bounds = interval((own["ci_low"], own["ci_high"]))
    equal = share(own["mean"]), f"{mark(own['method']).label}, top {SETTINGS.top_percent:g} % of each image {bounds}"
    (value, what), (other, beside) = view.leading_first(at_threshold, equal)
    ceiling = view.find(equal_area_ceilings, SETTINGS)
    reached = share(float(ceiling[np.isfinite(ceiling)].mean())) if np.isfinite(ceiling).any() else NONE
    band = f"at equal area from floor {share(own['floor'])} to ceiling {reached} (half of the people)"
    return Number(value, (f"Dice of {what}{circular}", f"{other}: {beside}", band, WHY["area"], "paper: EP nearest"))


@panel
def matrices(view: View) -> None:
    """Draw accuracy per condition of people and network on one scale."""
    labels = list(view.study.label_set)
    shown = {}
    if not view.study.trials.empty:
        ours = asked_people(view)
        shown["people"] = (ours.by_condition["accuracy"], f"share correct, {ours.n_participants} {view.people}, 2AFC")
    if view.run is not None and view.run.pair_regime is not None:
        shown["network"] = (
            view.find(network_by_condition, view.run),
            f"share correct, {view.run.pair_regime}, {count(len(view.study.plan), 'image')}",
        )
    if not shown:
        return
    scale = even_scale([values for values, _ in shown.values()], "cividis")
    with st.grid(2, min_column_width=255) as grid:
        for name, (values, note) in shown.items():
            drawing = label_matrix(
                values, labels, view.theme, scale, title=f"Accuracy per condition: {name}", subtitle=note, height=420,
                empty="no images" if name == "people" else "no such images, or the pair was not trained",
                hover=hover_of(view, "accuracy") if name == "people" else network_hover(view, values),
            )  # fmt: skip
            with grid.cell():
                figure(drawing, f"accuracy-{name}", f"Accuracy of {name} for each true and false label.")
    st.caption("Each cell says on hover on how many trials or images it rests, with its 95 % interval.")


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
