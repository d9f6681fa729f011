"""What a cell of people's heatmaps says on hover: value, interval, n."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.intervals import wilson
from fercore.findings.attention import condition_numbers
from fercore.findings.condition_intervals import condition_intervals
from fercore.labels import Condition
from fercore.notation import count, decimal, interval
from fercore.settings import ComparisonSettings
from fercore.ui.state import View

NOTE = "Each cell says on hover on how many trials and people it rests, with its 95 % interval over people."
"""Stands under heatmaps whose cells have no room for intervals."""


def hover_of(view: View, name: str) -> Callable[[str, str, str], str]:
    """Give what `fercore.figures.heatmap.label_matrix` writes on hover: of ``accuracy``, ``clicks`` or ``time_s``."""
    cells = view.find(condition_intervals, ComparisonSettings())[name]

    def say(row: str, column: str, text: str) -> str:
        said, cell = f"{row} against {column}: {text}", cells.get((row, column))
        if cell is None:
            return said
        low, high = cell.ci
        bounds = f"[{decimal(low)},\N{NO-BREAK SPACE}{decimal(high)}]" if name != "accuracy" else interval(cell.ci)
        n = f"{count(cell.n_trials, 'trial')} of {count(cell.n_people, 'person', 'people')}"
        return f"{said} {bounds}<br>{n}" if math.isfinite(low) else f"{said}<br>{n}, no interval: too few people"

    return say


def network_hover(view: View, values: NDArray[np.float64]) -> Callable[[str, str, str], str]:
    """Give the same for a network's accuracies per condition (L, L): Wilson's interval over the images of the condition."""
    labels, conditions = list(view.study.label_set), view.study.label_set.conditions
    n_images = np.bincount(view.find(condition_numbers), minlength=len(conditions))

    def say(row: str, column: str, text: str) -> str:
        said, value = f"{row} against {column}: {text}", float(values[labels.index(row), labels.index(column)])
        if not math.isfinite(value):
            return said
        n = int(n_images[conditions.index(Condition(row, column))])
        bounds = interval(wilson(round(value * n), n, ComparisonSettings().ci_level), 2)
        return f"{said} {bounds}<br>{count(n, 'image')}, interval over images"

    return say
