"""Which expressions are taken for which others, by people and by every readout of the network."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from fercore.comparison.correlation import Correlation
from fercore.figures.dots import dots
from fercore.figures.heatmap import CONFUSION, label_matrix
from fercore.findings.confusion_agreement import Likeness
from fercore.findings.confusions import PEOPLE, VOTERS, ConfusionLikeness, Observer, confusion_likeness
from fercore.findings.networks import MULTICLASS, SPLITS
from fercore.findings.seeing_contrasts import split_contrasts
from fercore.notation import NONE, count, interval, probability, share
from fercore.settings import ComparisonSettings
from fercore.ui.components import both_readings, figure, paper, sentences, table
from fercore.ui.messages import panel, plain
from fercore.ui.panels.confusion_band import FLOOR, ceiling_of, cell_in_words, how_likeness_is_computed
from fercore.ui.state import View

SETTINGS = ComparisonSettings()

_FEW, _CROWDED = 4, 10
"""Numbers of labels up to which a matrix is small, and beyond which it needs more room."""


def found_confusions(view: View, split: str = SPLITS[0]) -> ConfusionLikeness:
    """Give everybody's confusions and how alike they are, worked out once for all readers."""
    return view.find(confusion_likeness, view.run, split, SETTINGS)


@panel
def side_by_side(view: View) -> None:
    """Draw the chosen observers' matrices on one scale, and under them how alike they are."""
    split: str | None = SPLITS[0]
    with st.container(horizontal=True, gap="large"):
        who = st.container(width="stretch")
        if view.run is not None:
            split = st.segmented_control(
                "Network answers", list(SPLITS), default=SPLITS[0], required=True, key="split", bind="query-params"
            )
    found = found_confusions(view, split or SPLITS[0])
    everybody = found.observers
    chosen = who.pills(
        "Who", list(everybody), selection_mode="multi", default=_first_choice(everybody), key="who", bind="query-params",
        wrap=True,
    )  # fmt: skip
    said = in_words(found)
    if said is None:
        sentences("No network has answered yet: train one with **Retrain…** in the sidebar.")
    else:
        both_readings(view, *said, "confusions")
    columns, width, _ = _room(view)
    with st.grid(columns, min_column_width=width) as grid:
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
    if found.others:
        _likeness(view, found)


def in_words(found: ConfusionLikeness) -> tuple[list[str], list[str]] | None:
    """Say how alike the first network's confusions are to people's, as the paper has it and rigorously; None without one."""
    name = found.first_network
    if name is None:
        return None
    like, observer = found.others[name], found.observers[name]
    who = (
        f"The confusions of {plain(observer.label)} correlate with those of {found.observers[found.reference].label} by"
    )
    given = "" if observer.paper_r is None else f" ({paper(share(observer.paper_r, 2))})"
    even = f"; errors spread evenly over the labels would reach {share(found.even_errors_r)}"
    all_cells, errors = like.all_cells, like.errors
    return (
        [
            f"{who} **r = {share(all_cells.r)}** {_bounds(all_cells)} over all {all_cells.n} cells{given}"
            f"{even * _there(found.even_errors_r)}."
        ],
        [
            f"{who} **r = {share(errors.r)}** {interval(like.errors_ci)} over the {errors.n} errors alone, {_of_errors(found, like)}."
        ],
    )


def _of_errors(found: ConfusionLikeness, like: Likeness) -> str:
    """Say what else is known of the errors: ranks, relabellings, and what people reach among themselves."""
    test = like.relabelled
    kind = "exact" if test.exact else count(test.n_permutations, "drawn relabelling")
    parts = [f"by ranks {share(like.ranks.r)}", f"Mantel's test {probability(test.p)} ({kind})"]
    if _there(found.ceiling.mean):
        spread = interval(found.ceiling.spread(SETTINGS.ci_level))
        parts.append(
            f"people among themselves {share(found.ceiling.mean)} (central {SETTINGS.ci_level:.0%} of halvings {spread})"
        )
    return "; ".join(parts)


def _there(value: float) -> bool:
    return math.isfinite(value)


def _bounds(r: Correlation) -> str:
    return interval((r.ci_low, r.ci_high))


def _first_choice(everybody: dict[str, Observer]) -> list[str]:
    people_first = next((name for name in (PEOPLE, VOTERS) if name in everybody), None)
    wanted = [name for name in everybody if name in (people_first, MULTICLASS) or name.endswith("simple vote")]
    others = [name for name in everybody if name not in wanted]
    return [*wanted, *(others if people_first and len(wanted) < 2 else [])][:3] or list(everybody)[:1]


def _room(view: View) -> tuple[int, int, int]:
    """Give columns, smallest width and height of matrices, so that the numbers in their cells can be read."""
    n = len(view.study.label_set)
    return (2, 400, 520) if n > _CROWDED else (3, 255, 345 if n > _FEW else 260)


def _matrix(view: View, name: str, observer: Observer) -> None:
    drawing = label_matrix(
        observer.matrix, list(view.study.label_set), view.theme, CONFUSION, title=observer.label[:1].upper() + observer.label[1:],
        subtitle=f"share of row; {observer.note}", columns="answer", height=_room(view)[2], empty="no answers",
        hover=lambda row, column, text: cell_in_words(observer, list(view.study.label_set), row, column, text),
    )  # fmt: skip
    figure(drawing, f"confusion-{name}", f"Confusion matrix of {observer.label}.")


_Plot = tuple[str, str, dict[str, float]]
"""Key, title, and lines to be marked."""


def _likeness(view: View, found: ConfusionLikeness) -> None:
    """Draw r over all cells and over the errors beside each other, the leading one first, and under them the numbers."""
    reference = found.observers[found.reference]
    st.header(f"How alike are they to {reference.label}?", anchor=False)
    n = len(view.study.label_set)
    all_cells: _Plot = ("all-cells", f"Over all {n * n} cells", {"even errors": found.even_errors_r})
    errors: _Plot = ("errors", f"Over the {n * n - n} errors alone", {})
    with st.grid(2, min_column_width=380) as grid:
        for key, title, lines in view.leading_first(all_cells, errors):
            with grid.cell():
                rows = pd.DataFrame(
                    (found.observers[name].label, _side(found, name), *_drawn(like, key))
                    for name, like in found.others.items()
                ).set_axis(["name", "observer", "mean", "ci_low", "ci_high"], axis=1)
                if key == "errors" and _there(ceiling_of(found)):
                    rows = rows.assign(floor=FLOOR, ceiling=ceiling_of(found))
                drawing = dots(
                    rows.dropna(subset=["mean"]), {}, view.theme, title=title,
                    subtitle=f"with {reference.label}; 95 % interval, {_over(found, key)}",
                    x_title="r of confusions", lines=lines,
                )  # fmt: skip
                figure(
                    drawing, f"likeness-{key}", f"{title}: r of {count(len(rows), 'observer')} with {reference.label}."
                )
    numbers = pd.DataFrame(_row(view, found.observers[name], like) for name, like in found.others.items())
    empty = ["paper r"] if (numbers["paper r"] == NONE).all() else []
    table(numbers.drop(columns=empty), "Correlation of each confusion matrix with the reference.")
    how_likeness_is_computed(found)
    test = next(iter(found.others.values())).relabelled
    which = f"all {test.n_permutations:,} relabellings" if test.exact else f"{test.n_permutations:,} drawn relabellings"
    st.caption(
        f"Mantel p: share of {which} of one matrix that are as much like the other. People among themselves: mean of "
        f"{len(found.ceiling.r):,} random halves, corrected for their size. Even errors: an observer without any preference."
        + (
            " One of the people is held against the others."
            if any(one.other_people is not None for one in found.observers.values())
            else ""
        )
        + (
            ""
            if view.study.trials.empty
            else " People chose between two labels, the network among all: a second reason for care."
        )
    )


@panel
def other_images(view: View) -> None:
    """Say whether networks do as well on images that nobody saw: whether the experimental ones are like others."""
    if view.run is None:
        return
    found = view.find(split_contrasts, view.run, SETTINGS)
    said = [
        f"{row['regime'] if row['rule'] == MULTICLASS else ' '.join((row['regime'], row['rule'], 'vote'))} "
        f"{share(row['experimental'])} and {share(row['validation'])}, difference {share(row['difference'])} "
        f"{interval((row['ci_low'], row['ci_high']))}, {probability(row['p'])}"
        for row in found[found["rule"].isin(["simple", MULTICLASS])].to_dict("records")
    ]
    if said:
        n, n_validation = (int(found[column].max()) for column in ("n", "n_validation"))
        st.caption(
            f"Right among all labels on the {count(n, 'experimental image')} and on {count(n_validation, 'validation image')} "
            f"that people did not see: {'; '.join(said)} (two shares, Newcombe's interval)."
        )


def _over(found: ConfusionLikeness, key: str) -> str:
    """Say how the interval of a plot is got."""
    if key == "all-cells":
        return "Fisher's"
    return f"{'people and ' * (found.reference == PEOPLE)}images drawn anew"


def _drawn(like: Likeness, key: str) -> tuple[float, float, float]:
    """Give r of a plot and its interval."""
    if key == "errors":
        return like.errors.r, *like.errors_ci
    return like.all_cells.r, like.all_cells.ci_low, like.all_cells.ci_high


def _side(found: ConfusionLikeness, name: str) -> str:
    """Say whose colour somebody has."""
    return "network" if name in found.networks else "people"


def _row(view: View, observer: Observer, like: Likeness) -> dict[str, str]:
    in_paper = {
        "r, all cells": f"{share(like.all_cells.r)} {_bounds(like.all_cells)}",
        "paper r": share(observer.paper_r, 2),
    }
    rigorous = {
        "r, errors alone": f"{share(like.errors.r)} {interval(like.errors_ci)}",
        "Mantel p": probability(like.relabelled.p).removeprefix("p = ").removeprefix("p "),
    }
    first, second = view.leading_first(in_paper, rigorous)
    right = observer.accuracy
    given = "" if observer.paper_accuracy is None else f", paper {share(observer.paper_accuracy, 2)}"
    return {
        "who": observer.label if view.study.responses is None else plain(observer.label),
        **first,
        **second,
        "right among all": NONE if right is None else f"{share(right.value)} {interval(right.ci)}{given}",
    }
