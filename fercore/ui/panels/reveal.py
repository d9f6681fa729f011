"""How much of the image networks and people need: accuracy against the area that is uncovered."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from fercore.errors import MissingError
from fercore.figures.theme import mark
from fercore.figures.uncovering import uncovering
from fercore.findings.reveal_curves import (
    ACCURACY_AT_PEOPLE,
    AREA_OF_OWN,
    AREA_OF_PEOPLE,
    MEAN_ACCURACY,
    OWN_SHARE,
    RevealCurves,
    reveal_curves,
)
from fercore.notation import NONE, count, decimal, interval, share
from fercore.saliency.maps import CONTROLS, PAPER_METHODS, SETTINGS
from fercore.saliency.settings_in_force import settings_in_force
from fercore.settings import ComparisonSettings
from fercore.study.revealing import AREAS, PEOPLE, missing_sources, revealed_sources
from fercore.ui.components import CIRCULAR, figure, how_maps_change, sentences, settings_behind, table
from fercore.ui.messages import panel
from fercore.ui.panels import jobs
from fercore.ui.state import View

NOT_CAUSAL = (
    "The network sees the same images at every area: its curve says what uncovering does. People choose themselves when to "
    "stop, and uncover more of a face that they find hard: their points say what went along with what."
)

ORACLE = (
    "Maps are of the true label, which people are not told: what they uncover speaks for it, so that a curve may lie above the "
    "whole image, most of all where a map is made of single pixels."
)

CENTRE = CONTROLS[0]

LARGEST = f"{100 * AREAS[-1]:.0f} %"
OWN_PERCENT = f"{100 * OWN_SHARE:.0f} %"

_FEW = 4
"""With more methods than these, the reader chooses which are drawn."""


@panel
def reveal(view: View) -> None:
    """Draw the curves with the crossing points under them, and offer to compute what is missing."""
    run = view.finished_run
    if run.pair_regime is None:
        raise MissingError(f"Run {run.name!r} has no pair classifiers, and only those answer between two labels.")
    st.header("How much of the image does the network need, how much do people?", anchor=False)
    _offer(view)
    if not revealed_sources(view.study, run):
        return
    with st.skeleton(height=480):
        found = view.find(reveal_curves, run, ComparisonSettings())
    _result(view, found)


def _offer(view: View) -> None:
    """Offer to show the network what maps uncover that it has not answered along; nothing when there is none."""
    run = view.finished_run
    missing = missing_sources(view.study, run)
    if not missing:
        if not revealed_sources(view.study, run):
            st.info(
                "There are no maps to uncover images along yet, neither of this run nor of people.",
                icon=":material/info:",
            )
        return
    names = ", ".join(_label(source, view) for source in missing)
    jobs.offer(
        view, "reveal",
        lacks=f"Run **{run.name}** has not answered images uncovered along {names} yet.", busy="It is being asked.",
        label="Reveal", icon=":material/visibility:", key="reveal",
    )  # fmt: skip


@st.fragment
@panel
def _result(view: View, found: RevealCurves) -> None:
    sources = list(dict.fromkeys(found.curves["source"]))
    sentences(*_told(view, found))
    chosen = sources
    if len(sources) > _FEW + 1:
        first = [source for source in sources if source in (*PAPER_METHODS, *CONTROLS, PEOPLE)]
        chosen = st.pills(
            "Along the maps of", sources, format_func=lambda source: _label(source, view), default=first,
            selection_mode="multi", key="maps", bind="query-params",
        ) or first  # fmt: skip
    shown = found.curves[found.curves["source"].isin(chosen) & (found.curves["area"] > 0)]
    people, crossings = found.people, None
    if people is not None:
        at = found.crossings[(found.crossings["quantity"] == AREA_OF_PEOPLE) & found.crossings["source"].isin(chosen)]
        crossings = pd.DataFrame({"source": at["source"], "area": at["value"], "accuracy": people.accuracy})
    note = f"2AFC, {count(found.n_images, 'image')}"
    if people is not None:
        note += f"; {view.people}: {count(people.n_people, 'participant')}, {people.points['n'].sum():,} trials"
    drawing = uncovering(
        shown, view.theme, points=None if people is None else people.points, crossings=crossings,
        blurred=found.blurred[0], whole=found.whole[0], people=view.people, people_area=None if people is None else people.area,
        title="Accuracy by the area that is uncovered", subtitle=f"{note}; 95 % intervals",
    )  # fmt: skip
    figure(drawing, "uncovering", f"Accuracy against uncovered area along the maps of {count(len(chosen), 'source')}.")
    table(_rows(view, found), "What is read off each curve, with 95 % intervals.")
    _notes(view, found)


def _told(view: View, found: RevealCurves) -> list[str]:
    """Say in words who needs how much."""
    told = []
    if found.people is not None:
        told.append(
            f"{view.people.capitalize()} reached **{share(found.people.accuracy)}** {interval(found.people.accuracy_ci)} with "
            f"**{_percent(found.people.area)}** of the image uncovered on average {_interval(*found.people.area_ci)}."
        )
    quantity = AREA_OF_PEOPLE if found.people is not None else AREA_OF_OWN
    goal = (
        f"as accurate as {view.people}" if found.people is not None else f"{OWN_PERCENT} as accurate as on whole images"
    )
    at = found.crossings[found.crossings["quantity"] == quantity].set_index("source")
    paper = at[at.index.isin(PAPER_METHODS)].sort_values("value")
    if len(paper) and math.isinf(paper["value"].iloc[0]):
        told.append(
            f"Along the maps of the paper's methods the network is nowhere {goal}, up to {LARGEST} of the image."
        )
    elif len(paper):
        told.append(
            f"Of the paper's methods, **{_label(str(paper.index[0]), view)}** makes the network {goal} first: with "
            f"**{_percent(paper['value'].iloc[0])}** {_interval(*paper[['ci_low', 'ci_high']].iloc[0])} of the image uncovered."
        )
    if CENTRE in at.index:
        told.append(
            f"Uncovered from the centre outwards, which knows nothing of the network, it takes {_area(at.loc[CENTRE].to_dict())}."
        )
    return told


def _rows(view: View, found: RevealCurves) -> pd.DataFrame:
    """Write the crossing points, a row per source of maps."""
    at = {(row["source"], row["quantity"]): row for row in found.crossings.to_dict("records")}
    rows = []
    for source in dict.fromkeys(found.crossings["source"]):
        row = {"network along": _label(source, view)}
        if found.people is not None:
            row[f"accuracy at {_percent(found.people.area)}"] = _accuracy(at[source, ACCURACY_AT_PEOPLE])
            row[f"reaches {view.people}'s {share(found.people.accuracy)} at"] = _area(at[source, AREA_OF_PEOPLE])
        row[f"reaches {OWN_PERCENT} of its own at"] = _area(at[source, AREA_OF_OWN])
        row[f"mean accuracy, 0 to {LARGEST}"] = _accuracy(at[source, MEAN_ACCURACY])
        rows.append({**row, "images": str(at[source, MEAN_ACCURACY]["n"])})
    return pd.DataFrame(rows)


def _notes(view: View, found: RevealCurves) -> None:
    notes = [
        "Uncovered along a map: its highest values first, in colour, on the blurred gray image that people saw. All areas are "
        "exact; of tied pixels those come first that lie among higher values. Networks have learned from whole sharp images, "
        "unless their regime shows revealed ones. Intervals of the network: bootstrap over images; "
        "where people take part, over participants too. A crossing point is the smallest area at which the "
        "network's curve reaches people's mean accuracy, interpolated.",
        ORACLE,
    ]
    if found.people is not None:
        notes.append(NOT_CAUSAL)
        if found.people.points["network"].isna().all():
            notes.append(
                "The network was not asked about exactly what each person had uncovered yet: "
                f"`python -m fercore participate {view.study.name}`."
            )
        else:
            notes.append("The squares are like for like: the network on exactly the discs of those trials.")
    st.caption(" ".join(notes))
    mapped = [source for source in dict.fromkeys(found.curves["source"]) if source in SETTINGS]
    settings_behind(
        how_maps_change(view.study.name),
        **{mark(name).label: settings_in_force(view.finished_run, name) for name in mapped},
    )
    if view.study.simulated:
        st.caption(CIRCULAR)


def _label(source: str, view: View) -> str:
    return f"{view.people}'s maps" if source == PEOPLE else mark(source).label


def _percent(area: float) -> str:
    """Write an area, such as ``6.4 %``, or that it lies beyond the largest one."""
    if math.isnan(area):
        return NONE
    return f"{decimal(100 * area, 1)} %" if math.isfinite(area) else f"over\N{NO-BREAK SPACE}{LARGEST}"


def _interval(*bounds: float) -> str:
    low, high = (_percent(bound).removesuffix(" %") for bound in bounds)
    return f"[{low},\N{NO-BREAK SPACE}{high}]"


def _area(row: dict[Any, Any]) -> str:
    """Write an area with its interval, that only where some resample reaches it."""
    if math.isinf(row["ci_low"]):
        return _percent(row["value"])
    return f"{_percent(row['value'])} {_interval(row['ci_low'], row['ci_high'])}"


def _accuracy(row: dict[Any, Any]) -> str:
    return f"{share(row['value'])} {interval((row['ci_low'], row['ci_high']))}"
