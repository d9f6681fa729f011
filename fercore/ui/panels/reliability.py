"""Whether other people would give the same means."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from fercore.findings.participants import MEASURES, N_SPLITS, reliability
from fercore.notation import NONE, count, interval, share
from fercore.settings import ComparisonSettings
from fercore.ui.components import how_computed, sentences
from fercore.ui.messages import panel
from fercore.ui.state import View

WORDS = {"accuracy": "accuracy", "clicks": "clicks", "time_s": "time"}

FORMULA = (
    "All three are of means per condition, participants × conditions. **Split half:** r of the means of two random halves of the "
    "participants, raised to all of them by 2r / (1 + r). **Cronbach's α:** k / (k − 1) · (1 − Σ variances of participants / "
    "variance of their sum). **ICC(2,k):** (MS conditions − MS rest) / (MS conditions + (MS participants − MS rest) / n "
    "conditions), the mean of these participants, who stand for all people (Shrout and Fleiss 1979)."
)


@panel
def agreement_of_participants(view: View) -> None:
    """Say how well means over these people would be found again with others, and offer the numbers."""
    found = view.find(reliability, ComparisonSettings())
    st.header("Would other people give the same?", anchor=False)
    sentences(_sentence(view, found))
    first = found["accuracy"]
    how_computed(
        FORMULA,
        pd.DataFrame(_row(name, found[name]) for name in MEASURES),
        "Reliability of accuracy, clicks and time.",
        f"{count(first['n_participants'], 'participant')}, {count(first['n_conditions'], 'condition')}. The brackets of split "
        f"half are the central 95 % of {N_SPLITS:,} halvings, no confidence interval; α has none here. The number beside α and "
        "the ICC grows with the number of participants.",
        label="Split half, Cronbach's α, ICC(2,k)",
    )


def _sentence(view: View, found: dict[str, Any]) -> str:
    known = {name: row for name, row in found.items() if math.isfinite(row["icc2k"])}
    if not known:
        return "There is too little variance to say whether other people would order the conditions alike."
    told = ", ".join(
        f"**{WORDS[name]} {share(row['icc2k'])}** {interval(row['icc2k_ci'])}" for name, row in known.items()
    )
    n = found["accuracy"]["n_participants"]
    return f"How alike other groups of {n} {view.people} would order the conditions, ICC(2,k): {told}. 1 is the same order and level."


def _row(name: str, row: dict[str, Any]) -> dict[str, str]:
    icc = f"{share(row['icc2k'])} {interval(row['icc2k_ci'])}" if math.isfinite(row["icc2k"]) else NONE
    halves = f"{share(row['split_half'])} {interval(row['split_half_spread'])}"
    return {
        "means of": WORDS[name],
        "split half": halves if math.isfinite(row["split_half"]) else NONE,
        "Cronbach's α": share(row["alpha"]),
        "ICC(2,k)": icc,
    }
