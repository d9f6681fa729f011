"""Agreement at every threshold, and where in the drawing a threshold lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from fercore.figures.theme import Theme, bare_figure, mark
from fercore.figures.ticks import share_axis

LAST: Final = 255
"""Largest threshold."""

MARGINS: Final = {"l": 48, "r": 8, "t": 48, "b": 44}
"""Between the edges of the drawing and its axes, px: fixed, so that the place of a threshold can be told."""


def sweep(
    curves: Mapping[str, np.ndarray],
    theme: Theme,
    *,
    title: str,
    subtitle: str = "",
    y_title: str = "mean Dice",
    floors: Mapping[str, np.ndarray] | None = None,
    ceiling: np.ndarray | None = None,
    intervals: Mapping[str, np.ndarray] | None = None,
    height: int = 360,
) -> go.Figure:
    """Draw one curve per method over the thresholds 0..255.

    The drawing does not depend on the chosen threshold, so that the browser keeps it while the threshold moves; what marks
    the chosen one lies over it, between the `MARGINS`.

    Parameters
    ----------
    curves
        float (256,) per method; NaN where both maps are empty.
    theme
        Colours of text and lines.
    title, subtitle, y_title
        What is drawn.
    floors
        Float (256,) per method: what its maps reach with other conditions' maps.
    ceiling
        Float (256,): what people reach with each other.
    intervals
        Float (k, 3) per method: threshold, lower and upper bound.
    height
        Height in px.
    """
    figure = bare_figure(theme, title=title, subtitle=subtitle, height=height)
    grid = np.arange(256)
    traces = _band(floors, ceiling, theme) if floors and ceiling is not None else []
    for method, bounds in (intervals or {}).items():
        at, low, high = np.asarray(bounds, float).T
        traces.append(
            {
                "x": np.concatenate([at, at[::-1]]),
                "y": np.concatenate([high, low[::-1]]),
                "fill": "toself",
                "fillcolor": mark(method).colour,
                "opacity": 0.18,
                "line": {"width": 0},
                "hoverinfo": "skip",
                "showlegend": False,
                "legendgroup": method,
            }
        )
    for number, (method, values) in enumerate(curves.items()):
        style = mark(method)
        traces.append(
            {
                "x": grid,
                "y": np.asarray(values, float),
                "mode": "lines",
                "name": style.label,
                "legendgroup": method,
                "showlegend": False,
                "line": {"color": style.colour, "width": 2, "dash": style.dash},
                "hovertemplate": f"{style.label} at %{{x}}: %{{y:.3f}}<extra></extra>",
            }
        )
        marked = grid[8 + 8 * number :: 32]
        traces.append(
            {
                "x": marked,
                "y": np.asarray(values, float)[marked],
                "mode": "lines+markers",
                "name": style.label,
                "legendgroup": method,
                "line": {"color": style.colour, "width": 0, "dash": style.dash},
                "hoverinfo": "skip",
                "marker": {"color": style.colour, "symbol": style.symbol, "size": 9},
            }
        )
    figure.add_traces([{"type": "scatter", **trace} for trace in traces])
    drawn = [*curves.values(), *([] if ceiling is None else [ceiling])]
    return figure.update_layout(  # all at once: every call of its own takes milliseconds
        margin=MARGINS,
        xaxis={
            "title": {"text": "threshold on maps scaled to 0..255"}, "range": [0, LAST], "tick0": 0, "dtick": 50,
            "automargin": False,
        },
        yaxis={
            "title": {"text": y_title}, "rangemode": "tozero", "automargin": False, **share_axis(*drawn, low=0.0)
        },
        legend={"y": 1.0, "x": 1, "xanchor": "right", "yanchor": "top", "orientation": "v"},
    )  # fmt: skip


def _band(floors: Mapping[str, np.ndarray], ceiling: np.ndarray, theme: Theme) -> list[dict[str, Any]]:
    """Fill what lies between the lowest floor and the ceiling, and draw both; a floor has the colour of its method."""
    grid = np.arange(256)
    all_floors = np.stack([np.asarray(floor, float) for floor in floors.values()])
    low = np.where(np.isfinite(all_floors), all_floors, np.inf).min(axis=0)
    known = np.isfinite(low) & np.isfinite(ceiling)
    traces: list[dict[str, Any]] = [
        {
            "x": np.concatenate([grid[known], grid[known][::-1]]),
            "y": np.concatenate([ceiling[known], low[known][::-1]]),
            "fill": "toself",
            "fillcolor": theme.grid,
            "opacity": 0.6,
            "line": {"width": 0},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]
    lines = [("ceiling", "ceiling", mark("people").colour, ceiling)]
    lines += [(f"floor of {mark(m).label}", m, mark(m).colour, floor) for m, floor in floors.items()]
    for words, group, colour, values in lines:
        traces.append(
            {
                "x": grid,
                "y": values,
                "mode": "lines",
                "name": words,
                "legendgroup": group,
                "showlegend": group == "ceiling",
                "line": {"color": colour, "width": 1.5, "dash": "dot"},
                "hovertemplate": f"{words} at %{{x}}: %{{y:.3f}}<extra></extra>",
            }
        )
    return traces
