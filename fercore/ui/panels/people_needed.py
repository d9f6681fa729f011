"""How many people a ceiling takes."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from fercore.figures.growth import growth
from fercore.findings.answers_needed import answers_needed
from fercore.findings.people_needed import Goal, PeopleNeeded, people_needed
from fercore.notation import NONE, count, decimal, share
from fercore.settings import ComparisonSettings
from fercore.ui.components import CIRCULAR, HALF, figure, how_computed, sentences
from fercore.ui.messages import panel
from fercore.ui.state import View

SETTINGS = ComparisonSettings()
FIRST = "cc"
"""Measure that is shown first: a correlation, so that it can be extrapolated."""

FORMULA = (
    "**Agreement between two groups of k people** who share nobody, each group's map against the other's, mean over random "
    "pairs of groups and over images. **Beyond the largest groups** that fit twice into the people: m times as many reach "
    "m r / (1 + (m − 1) r) (Spearman 1910, Brown 1910); of maps image by image. **Ceiling:** halves of all people."
)


@panel
def needed(view: View) -> None:
    """Draw a measure's ceiling against the number of people; only this part runs when the measure is changed."""
    if view.study.has_attention:
        _needed(view)


@st.fragment
@panel
def _needed(view: View) -> None:
    st.header("How many people does a ceiling take?", anchor=False)
    with st.skeleton(height=420):
        everything = view.find(people_needed, SETTINGS) | view.find(answers_needed, SETTINGS)
    name = st.selectbox(
        "Measure", list(everything), index=list(everything).index(FIRST), format_func=lambda name: everything[name].label,
        key="growth", bind="query-params",
    )  # fmt: skip
    found = everything[name]
    sentences(_sentence(view, found))
    drawing = growth(
        found.curve, (found.holds_for, found.ceiling), view.theme, title=f"{found.label} between people",
        subtitle=f"{view.people}; {'mean over ' * found.correct_only}{count(found.n_images, 'image')}, 95 % interval over images",
        x_title=f"people{' with a correct answer to the image' * found.correct_only}, in each of two groups", y_title=found.label,
        bounded=found.bounded,
    )  # fmt: skip
    figure(drawing, "people-needed", f"{found.label} between people against their number.")
    notes = [_check(found), CIRCULAR if view.study.simulated else ""]
    how_computed(
        FORMULA,
        _rows(found),
        "Agreement between people by their number.",
        "The interval is over images: it says nothing about other people than these.",
        *filter(None, notes),
    )


def _number(value: float) -> str:
    return NONE if not math.isfinite(value) else share(value) if abs(value) < 1 else decimal(value)


def _sentence(view: View, found: PeopleNeeded) -> str:
    low, high = found.ceiling_ci
    start = (
        f"With {found.n_people} {view.people}"
        + (f", of whom {decimal(found.answers, 1)} answer an image correctly," if found.correct_only else "")
        + f" the ceiling of {found.label} is **{_number(found.ceiling)}** [{_number(low)},\N{NO-BREAK SPACE}{_number(high)}]"
    )
    if not found.correlation:
        return f"{start}. {HALF} So the curve is not extrapolated either."
    goals = "; ".join(_goal(goal) for goal in found.goals)
    return f"{start}; {goals} (extrapolated)." if goals else f"{start}."


def _goal(goal: Goal) -> str:
    wanted = share(goal.ceiling, 2)
    if not math.isfinite(goal.people):
        return f"{wanted} needs more people than can be extrapolated to"
    high = f"{goal.ci.high:.0f}" if math.isfinite(goal.ci.high) else "∞"
    return f"**{wanted} needs about {goal.people:.0f} people** [{goal.ci.low:.0f},\N{NO-BREAK SPACE}{high}]"


def _check(found: PeopleNeeded) -> str:
    if found.check is None:
        return ""
    size, predicted, measured = found.check
    return (
        f"A check of the formula where it can be checked: from groups of {size} it makes {_number(predicted)} of the largest "
        f"groups, where {_number(measured)} was measured."
    )


def _rows(found: PeopleNeeded) -> pd.DataFrame:
    """Write about a dozen rows: all that were measured up to ten, and then every tenth."""
    largest = int(found.curve.loc[~found.curve["extrapolated"], "n_people"].max())
    step = max(1, largest // 10)
    shown = found.curve[(found.curve["n_people"] <= largest) & (found.curve["n_people"] % step == 0)]
    beyond = found.curve[found.curve["extrapolated"] & (found.curve["n_people"] % 10 == 0)]
    return pd.DataFrame(
        {
            "people in each group": str(row["n_people"]),
            "agreement": _number(row["agreement"]),
            "95 % interval": f"[{_number(row['ci_low'])}, {_number(row['ci_high'])}]",
            "how": "extrapolated" if row["extrapolated"] else "measured",
        }
        for row in pd.concat([shown, beyond]).to_dict("records")
    )
