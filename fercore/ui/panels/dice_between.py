"""Dice of mean maps between another condition's map and halves of people."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from fercore.comparison.band import Band
from fercore.figures.theme import mark
from fercore.findings.dice_band import N_SPLITS
from fercore.notation import NONE, count, interval, share
from fercore.ui.components import HALF, how_computed

FORMULA = (
    "**Score = (Dice − floor) / (ceiling − floor)**, never cut, of means over conditions. **Dice:** 2 |A ∩ B| / (|A| + |B|) "
    "of people's and a method's mean map of a condition, both cut at the threshold. **Floor:** the method's map against "
    "people's maps of all *other* conditions. **Ceiling:** people's mean map against that of other people."
)


def dice_between(bands: dict[str, Band], n_people: int) -> None:
    """Say where the best method lies between floor and ceiling, and offer the numbers; the ceiling is of so many people."""
    st.caption(in_words(bands))
    how_computed(
        FORMULA,
        pd.DataFrame(row(mark(method).label, band) for method, band in bands.items()),
        "Dice, floor, ceiling and score of each method.",
        f"{HALF} {N_SPLITS} random halves of {count(n_people, 'person', 'people')}. Intervals: bootstrap over conditions.",
        "Dotted in a method's colour: its own floor, which is higher for maps whose areas are like people's.",
        "Boxes: median, quartiles, and whiskers to 1.5 times their distance; intervals of differences stand in the tables.",
    )


def in_words(bands: dict[str, Band]) -> str:
    """Say what people reach, what any expression's map would, and where the method with the highest Dice lies between."""
    known = {method: band for method, band in bands.items() if math.isfinite(band.mean)}
    if not known:
        return "No map reaches this threshold, so there is neither floor nor ceiling."
    best = max(known, key=lambda method: known[method].mean)
    band = known[best]
    if not math.isfinite(band.ceiling):
        return "There is no ceiling: it takes two people or more."
    return (
        f"Band: from another condition's map ({share(band.floor)} for {mark(best).label}) to half of the people against the "
        f"other half ({share(band.ceiling)}). {mark(best).label} has come {share(band.score, 2)} {interval(band.score_ci, 2)} of that way."
    )


def row(name: str, band: Band) -> dict[str, str]:
    """Write one row: raw value, floor, ceiling, ratio."""
    return {
        "method": name,
        "Dice": _with(band.mean, band.ci),
        "floor": share(band.floor),
        "ceiling": _with(band.ceiling, band.ceiling_ci),
        "score": f"{share(band.score, 2)} {interval(band.score_ci, 2)}" if math.isfinite(band.score) else NONE,
        "conditions": str(band.n_images),
    }


def _with(value: float, bounds: tuple[float, float]) -> str:
    return f"{share(value)} {interval(bounds)}" if math.isfinite(value) else NONE
