"""Agreement with people by every measure, between floor and ceiling, and over every choice that could have been made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from fercore.comparison.measures import measures
from fercore.figures.bands import bands
from fercore.figures.theme import mark
from fercore.figures.universes import universes
from fercore.findings.agreement import map_agreement
from fercore.findings.multiverse import Multiverse, multiverse
from fercore.machines.runs import Run
from fercore.notation import NONE, count, decimal, share
from fercore.settings import ComparisonSettings
from fercore.study import Study
from fercore.ui.components import CIRCULAR, HALVES, figure, how_computed, sentences
from fercore.ui.messages import panel
from fercore.ui.state import View

FORMULA = (
    "**Score = (agreement − floor) / (ceiling − floor)**, of means over images, never cut. **Agreement:** a method's map against "
    "people's map of the same image. **Floor:** against people's maps of all other images. **Ceiling:** people's maps against "
    "those of other people. **Group:** against people's mean map over all images, which a map that is alike on every face can reach."
)


def agreement_everywhere(study: Study, run: Run, settings: ComparisonSettings) -> tuple[pd.DataFrame, Multiverse]:
    """Sum agreement up by method and measure, and in every universe: read together, since both need the same maps."""
    found = map_agreement(study, run, settings)
    return found.table(settings), multiverse(study, run, found, settings)


@panel
def every_measure(view: View) -> None:
    """Draw scores between floor and ceiling; the numbers behind them are one click away."""
    if view.has_no_maps:
        return
    settings = ComparisonSettings()
    known = measures(settings)
    with st.skeleton(height=420):
        found, _ = view.find(agreement_everywhere, view.finished_run, settings)
    scored = found.assign(label=[known[name].label for name in found["measure"]]).dropna(subset=["score"])
    st.header("How near to people, between floor and ceiling?", anchor=False)
    sentences(_best(scored))
    drawing = bands(
        scored,
        view.theme,
        title="Score by measure",
        subtitle=f"{count(int(found['n_images'].max()), 'image')}, one by one, with {view.people}; 95 % interval over images",
    )
    figure(
        drawing,
        "bands",
        f"Scores of {count(scored['method'].nunique(), 'method')} by {count(scored['label'].nunique(), 'measure')}.",
    )
    st.caption(_without(found, settings))
    n_people = view.study.attention_trials["participant"].nunique()
    how_computed(
        FORMULA,
        _rows(found, settings),
        "Agreement, floor, ceiling and score by measure and method.",
        HALVES,
        f"{count(n_people, 'person', 'people')}, 200 random halves per image; intervals are bootstrap over images.",
    )
    if view.study.simulated:
        st.caption(CIRCULAR)


def _without(found: pd.DataFrame, settings: ComparisonSettings) -> str:
    """Say for which measures there is no band, and why."""
    known = measures(settings)
    by_measure = found.groupby("measure", sort=False)["score"].apply(lambda scores: scores.notna().any())
    without = [known[str(name)].label for name, there in by_measure.items() if not there]
    if not without:
        return ""
    return (
        f"No score by {', '.join(without)}: halves of people agree less than a method does with other images' maps (a half that "
        "uncovered nothing where the other did costs KL most), or fewer than two people leave no halves."
    )


def _best(scored: pd.DataFrame) -> str:
    first = scored.loc[scored.groupby("label", sort=False)["score"].idxmax(), ["label", "method"]]
    told = [
        f"{mark(str(method)).label} by {', '.join(own['label'])}" for method, own in first.groupby("method", sort=False)
    ]
    return f"Nearest to people: **{'; '.join(told)}**."


def _rows(found: pd.DataFrame, settings: ComparisonSettings) -> pd.DataFrame:
    known = measures(settings)
    return pd.DataFrame(
        {
            "measure": known[row["measure"]].label,
            "method": mark(row["method"]).label,
            "agreement": _with(row, "mean", "ci"),
            "floor": _number(row["floor"]),
            "group": _number(row["group_floor"]),
            "ceiling": _with(row, "ceiling", "ceiling"),
            "holds for": "all people" if known[row["measure"]].spearman_brown else "half of them",
            "score": _with(row, "score", "score"),
            "images": str(row["n_images"]),
        }
        for row in found.to_dict("records")
    )


def _with(row: Mapping[Any, Any], value: str, bounds: str) -> str:
    """Write a value with its interval."""
    if not math.isfinite(row[value]):
        return NONE
    low, high = _number(row[f"{bounds}_low"]), _number(row[f"{bounds}_high"])
    return f"{_number(row[value])} [{low},\N{NO-BREAK SPACE}{high}]"


def _number(value: float) -> str:
    return NONE if not math.isfinite(value) else share(value) if abs(value) < 1 else decimal(value)


@panel
def every_universe(view: View) -> None:
    """Draw who comes first under every choice of threshold, measure and averaging."""
    if view.has_no_maps:
        return
    with st.skeleton(height=420):
        _, found = view.find(agreement_everywhere, view.finished_run, ComparisonSettings())
    shares = found.shares()
    st.header("Would other choices have given another answer?", anchor=False)
    told = ", ".join(f"{mark(str(method)).label} {share(part, 2)}" for method, part in shares.items())
    robust = "whatever is chosen" if len(shares) == 1 else "depending on what is chosen"
    sentences(
        f"Which method comes nearest to people, {robust}: **{told}** of {count(len(found.winners), 'universe')}. "
        f"The lead before the second holds in **{share(found.lead_holds, 2)}** of them: its interval, of paired differences over "
        "conditions, images or people, leaves out 0."
    )
    n = count(len(found.winners), "universe")
    drawing = universes(
        found.winners,
        view.theme,
        title="The method that comes first",
        subtitle=f"{n}, by threshold, measure and unit",
    )
    figure(drawing, "multiverse", f"The method that comes first in {n}.")
    if view.study.simulated:
        st.caption(CIRCULAR)
