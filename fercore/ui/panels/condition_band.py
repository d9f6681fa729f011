"""Between what Dice of one condition lies, at the threshold and at equal area."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from fercore.comparison.band import score
from fercore.figures.theme import mark
from fercore.findings.attention import condition_numbers
from fercore.findings.dice_band import DiceBand, dice_band
from fercore.findings.equal_area import equal_area_ceilings
from fercore.labels import Condition
from fercore.notation import NONE, count, share
from fercore.settings import ComparisonSettings
from fercore.ui.components import HALF, how_computed
from fercore.ui.state import View

SETTINGS = ComparisonSettings()

FORMULA = (
    "**Score = (Dice − floor) / (ceiling − floor)**, never cut, of mean maps of this condition cut at the threshold. **Floor:** the "
    "method's mean map against people's mean maps of all *other* conditions. **Ceiling:** mean maps of random halves of the people "
    "against each other."
)


def found_band(view: View) -> DiceBand:
    """Give floors and ceilings of all conditions, worked out once for all readers."""
    return view.find_with_chosen(dice_band, SETTINGS)


def hover_of(view: View, method: str, threshold: int | None) -> Callable[[str, str, str], str]:
    """Give what a cell says on hover: its value, floor and ceiling at a threshold, or the ceiling at equal area (None)."""
    band, conditions = found_band(view), view.study.label_set.conditions
    n_images = np.bincount(view.find(condition_numbers), minlength=len(conditions))
    equal = view.find(equal_area_ceilings, SETTINGS)

    def say(row: str, column: str, text: str) -> str:
        said = f"{row} against {column}: {text}"
        if row == column:
            return said
        at = conditions.index(Condition(row, column))
        bounds = f"image by image people reach {share(equal[at])}"
        if threshold is not None:
            floor = band.floor[threshold, band.sweep.methods.index(method), at]
            bounds = f"floor {share(floor)}, ceiling {share(band.ceiling[threshold, at])}"
        return f"{said}<br>{bounds}<br>{count(int(n_images[at]), 'image')}; one pair of mean maps, no interval"

    return say


def of_condition(view: View, condition: Condition, threshold: int) -> None:
    """Say between what Dice of a condition lies, and offer the numbers."""
    band, at = found_band(view), view.study.label_set.conditions.index(condition)
    ceiling = float(band.ceiling[threshold, at])
    rows = [
        (method, float(band.sweep.dice[threshold, number, at]), float(band.floor[threshold, number, at]))
        for number, method in enumerate(band.sweep.methods)
    ]
    known = [(method, dice, floor) for method, dice, floor in rows if math.isfinite(dice)]
    if not known:
        return
    equal = float(view.find(equal_area_ceilings, SETTINGS)[at])
    if not math.isfinite(ceiling):
        st.caption("There is no ceiling here: it takes correct answers of two people or more.")
    else:
        floors = [floor for _, _, floor in known]
        st.caption(
            f"At the threshold Dice starts from a floor of {within(floors)}, with people's maps of other conditions, and halves of "
            f"the people reach a ceiling of {share(ceiling)}."
        )
    how_computed(
        FORMULA,
        pd.DataFrame(
            {
                "method": mark(method).label,
                "Dice": share(dice),
                "floor": share(floor),
                "ceiling": share(ceiling),
                "score": share(score(dice, floor, ceiling), 2) if math.isfinite(ceiling) else NONE,
            }
            for method, dice, floor in known
        ),
        "Dice, floor, ceiling and score of this condition.",
        f"{HALF} At equal area halves are compared image by image: {share(equal)} in this condition.",
        "One pair of mean maps per condition: there is no interval for it. Intervals over conditions stand on the page Statistics.",
    )


def within(values: list[float]) -> str:
    """Write the smallest and the largest of some shares, once where they are written alike."""
    return " to ".join(dict.fromkeys([share(min(values)), share(max(values))]))
