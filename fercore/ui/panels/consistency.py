"""Whether people and networks fail on the same images, with what people reach among themselves as the ceiling."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from fercore.figures.dots import dots
from fercore.findings.consistency import MAJORITY, ONE_BY_ONE, consistency_part
from fercore.findings.two_afc import PEOPLE
from fercore.notation import NONE, count, decimal, interval, share
from fercore.settings import ComparisonSettings
from fercore.ui.components import CIRCULAR, figure, how_computed, sentences
from fercore.ui.messages import panel
from fercore.ui.state import View

FEW = 70
"""Images below which kappa of single pairs says little (Geirhos et al. 2020)."""

FORMULA = (
    "**κ = (o − e) / (1 − e)**: o is the share of images on which both are right or both wrong, e what independent errors at "
    "these accuracies would give, p₁p₂ + (1 − p₁)(1 − p₂) (Geirhos, Meding and Wichmann 2020); mean over the people. **Floor:** 0, "
    "independent errors. **Ceiling:** the mean κ of every two people. **Score = κ / κ of people.** Largest: the κ that these "
    "accuracies allow at most."
)


@panel
def same_errors(view: View) -> None:
    """Draw error consistency with people; nothing without people or without a network."""
    if view.study.trials.empty or view.run is None:
        return
    found = view.find(consistency_part, view.run, ComparisonSettings())
    with_people = [row for row in found if row["b"] in (ONE_BY_ONE, MAJORITY)]
    among = next((row for row in with_people if row["a"] == row["b"] == ONE_BY_ONE), None)
    ceiling = among["kappa"] if among is not None else math.nan
    rows = pd.DataFrame(
        {
            "name": _name(view, row),
            "mean": row["kappa"],
            "ci_low": row["ci"].low,
            "ci_high": row["ci"].high,
            "observer": PEOPLE if row is among else "network",
            "floor": math.nan if row is among else 0.0,
            "ceiling": ceiling if row["b"] == ONE_BY_ONE and row is not among else math.nan,
            "note": f"{count(row['n'], 'image')}, {count(row['n_pairs'], 'pair')}; at most {decimal(row['kappa_max'])}",
        }
        for row in with_people
        if math.isfinite(row["kappa"])
    )
    if rows.empty:
        return
    st.header("Do people and networks fail on the same images?", anchor=False)
    sentences(_sentence(view, with_people, among))
    n = min(row["n"] for row in with_people)
    drawing = dots(
        rows, {}, view.theme, title="Error consistency with people", x_title="κ (0: independent errors, 1: the same)",
        subtitle=f"{view.people}, 2AFC, {count(n, 'image')} or more; 95 % interval over images",
    )  # fmt: skip
    figure(drawing, "same-errors", f"Error consistency of {count(len(rows), 'pairing')} with people.")
    how_computed(
        FORMULA,
        pd.DataFrame(_row(view, row, ceiling if row["b"] == ONE_BY_ONE else math.nan) for row in with_people),
        "Kappa, floor, ceiling and score.",
        "The majority of people has no ceiling: it errs less than anybody, and no second majority is there to agree with it.",
        *([f"Fewer than {FEW} images: kappa of single pairs says little."] if n < FEW else []),
        *([CIRCULAR] if view.study.simulated else []),
    )


def _name(view: View, row: dict[str, Any]) -> str:
    if row["a"] == row["b"]:
        return f"{view.people} with each other"
    return f"{row['a']}, {'each person' if row['b'] == ONE_BY_ONE else 'the majority'}"


def _sentence(view: View, with_people: list[dict[str, Any]], among: dict[str, Any] | None) -> str:
    networks = [
        row for row in with_people if row["b"] == ONE_BY_ONE and row is not among and math.isfinite(row["kappa"])
    ]
    told = "; ".join(f"{row['a']} **{share(row['kappa'])}** {interval(row['ci'])}" for row in networks)
    start = f"Error consistency with {view.people}, beyond what accuracy explains: {told or 'none'}"
    if among is None or not math.isfinite(among["kappa"]):
        return f"{start}. There is no ceiling: it takes two people or more."
    return f"{start}; among themselves they reach **{share(among['kappa'])}** {interval(among['ci'])}."


def _row(view: View, row: dict[str, Any], ceiling: float) -> dict[str, str]:
    alone = row["a"] == row["b"]
    ratio = row["kappa"] / ceiling if not alone and math.isfinite(ceiling) and ceiling > 0 else math.nan
    return {
        "who": _name(view, row),
        "κ": f"{share(row['kappa'])} {interval(row['ci'])}" if math.isfinite(row["kappa"]) else NONE,
        "floor": NONE if alone else "0",
        "ceiling": NONE if alone else share(ceiling),
        "score": share(ratio, 2),
        "largest": share(row["kappa_max"]),
        "o": share(row["observed"]),
        "e": share(row["expected"]),
        "images": str(row["n"]),
        "pairs": str(row["n_pairs"]),
    }
