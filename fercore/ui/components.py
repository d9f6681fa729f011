"""The pieces that pages are made of: title with badge, sentences, cards, figures, tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from fercore.findings.two_readings import NAMES, PAPER, RIGOROUS, WHY
from fercore.notation import NONE
from fercore.settings import ComparisonSettings, to_mapping
from fercore.ui.messages import plain
from fercore.ui.state import View

CIRCULAR = (
    "These people are simulated: a program drew their clicks, so agreement with them is circular and says nothing "
    "about people. It shows the way of the analysis, not a finding."
)
"""Stands wherever maps are compared with simulated ones."""

HALVES = (
    "Ceilings come from random halves of the people. Correlations are raised to all people by 2r / (1 + r) (Spearman-Brown); "
    "for other measures no formula is known: their ceilings hold for half of the people, and all would agree better."
)
"""Stands beside every ceiling of several measures."""

HALF = (
    "The ceiling comes from halves of the people and holds for half of them: Spearman-Brown is for correlations only."
)
"""Stands beside every ceiling of a measure that is no correlation."""

_CONFIG = {
    "displaylogo": False,
    "showSendToCloud": False,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "svg"},
}


def head(title: str, view: View) -> None:
    """Write the page's title, which is its question, and under it what the data is."""
    st.title(title, anchor=False)
    badge = view.study.badge
    if view.study.simulated:
        colour, icon = "orange", ":material/smart_toy:"
    elif "votes" in badge:
        colour, icon = "blue", ":material/how_to_vote:"
    else:
        colour, icon = "gray", ":material/science:"
    st.badge(badge, color=colour, icon=icon)  # type: ignore[arg-type]


def sentences(*texts: str) -> None:
    """Write the result in words, before any figure."""
    st.markdown(" ".join(text for text in texts if text))


def warn(texts: Iterable[str]) -> None:
    """Write in one place what rests on too little to be told; nothing where there is nothing to warn of."""
    said = [plain(text) for text in texts]
    if said:
        st.caption(":material/warning: " + "  \n".join(said))


def both_readings(view: View, paper: Sequence[str], rigorous: Sequence[str], *reasons: str) -> None:
    """Write a result in both readings: the leading one in full size, under it the other one, smaller, and why they differ.

    Parameters
    ----------
    view
        Says which one leads.
    paper, rigorous
        Sentences; empty ones are left out, and so is a reading without any.
    reasons
        Keys of `fercore.findings.two_readings.WHY`.
    """
    (_, first), (name, second) = view.leading_first((PAPER, paper), (RIGOROUS, rigorous))
    sentences(*first)
    said = " ".join(text for text in second if text)
    if said:
        st.caption(" ".join([f"**{NAMES[name]}:** {said}", *(f"*{WHY[reason]}*" for reason in reasons)]))


def paper(text: str | None) -> str:
    """Write the paper's number in gray, or that it gives none."""
    return f":gray[paper {text}]" if text and text != NONE else ":gray[paper: not given]"


def card(label: str, value: str, notes: Sequence[str], page: str, link: str, why: str | None = None) -> None:
    """Draw one number with what belongs to it and the way to its page; call inside a grid's cell.

    Parameters
    ----------
    label, value
        What it is, and the number as text.
    notes
        Lines under it: the interval, the paper's number.
    page, link
        Path of the page that tells more, relative to the project, and the words of the link.
    why
        Reason on hover when there is no number.
    """
    st.metric(label, value, help=why)
    st.caption("  \n".join(notes))
    st.page_link(page_path(page), label=link, icon=":material/arrow_forward:", query_params=link_parameters())


def page_path(page: str) -> str:
    """Give the absolute path of a page's file."""
    from pathlib import Path

    return str(Path(__file__).parents[2] / "pages" / f"{page}.py")


def link_parameters() -> dict[str, str]:
    """Give the parameters that go along from page to page: study, run, method and lead as they are in the URL."""
    return {name: st.query_params[name] for name in ("study", "run", "method", "lead") if name in st.query_params}


def figure(drawing: go.Figure, key: str, alt: str) -> None:
    """Show a figure with a description for those who do not see it."""
    st.plotly_chart(drawing, theme=None, key=key, alt=alt, config=_CONFIG)


def clickable(drawing: go.Figure, key: str, alt: str, on_pick: Callable[[list[str]], None]) -> None:
    """Show a figure whose cells can be clicked; ``on_pick`` gets what the clicked cell carries."""

    def tell() -> None:
        event: Any = st.session_state[key]
        carried = [point.get("customdata") for point in event["selection"]["points"]]
        if carried and carried[0]:
            on_pick(list(carried[0]))

    st.plotly_chart(drawing, theme=None, key=key, alt=alt, config=_CONFIG, on_select=tell, selection_mode="points")


def threshold_slider() -> int:
    """Draw the slider of the threshold at which maps become binary, the same on every page, and give its place."""
    return st.slider(
        "Threshold: values of a map, scaled to 0..255, that count as attended from here on",
        0, 255, ComparisonSettings().threshold, key="threshold", bind="query-params",
    )  # fmt: skip


def table(data: pd.DataFrame, alt: str) -> None:
    """Show a small table whose numbers are already written."""
    st.table(data, border="horizontal", hide_index=True, alt=alt)


def how_computed(
    formula: str, numbers: pd.DataFrame, alt: str, *notes: str, label: str = "How this is computed"
) -> None:
    """Offer one click away how a plot's band is computed.

    Parameters
    ----------
    formula
        The formula in words and signs.
    numbers
        What went into it and what came out, already written: raw value, floor, ceiling, ratio.
    alt
        What the table holds.
    notes
        What else a reader must know, a line each.
    label
        What is offered.
    """
    with st.expander(label, icon=":material/calculate:"):
        st.markdown(formula)
        table(numbers, alt)
        for note in notes:
            st.caption(note)


def settings_behind(how: str = "", /, **groups: Any) -> None:
    """Offer the settings that a result depends on: ``settings_behind(comparison=ComparisonSettings())``.

    The paper leaves many of them open; the defaults are fercore's. ``how`` says how they are changed.
    """
    with st.popover(
        "Settings", icon=":material/tune:", help="what this result depends on; the paper leaves much of it open"
    ):
        for group, settings in groups.items():
            st.markdown(f"**{group.replace('_', ' ')}**")
            rows = [(name.replace("_", " "), _written(value)) for name, value in to_mapping(settings).items()]
            table(pd.DataFrame(rows, columns=["setting", "value"]), f"Settings of {group}.")
        if how:
            st.caption(how)


def how_maps_change(study: str) -> str:
    """Say how maps are given other settings."""
    return f"Others: `python -m fercore explain {study} --method NAME --set SETTING=VALUE`."


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_written(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_written, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
