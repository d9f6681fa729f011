"""What a cell of people's heatmaps says on hover: value, interval, n."""

from __future__ import annotations

import math
from collections.abc import Callable

from fercore.findings.condition_intervals import condition_intervals
from fercore.notation import count, decimal, interval
from fercore.settings import ComparisonSettings
from fercore.ui.state import View

NOTE = "Numbers of trials and people, and 95 % intervals over people, stand on the cells: hover."
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
