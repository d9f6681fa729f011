"""One value per condition and group: boxes with all their points, and beside each box its mean with an interval."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import plotly.graph_objects as go

from fercore.figures.theme import Part, Theme, bare_layout, made, mark
from fercore.figures.ticks import share_axis

_HALF_WIDTH: Final = 0.46
"""Of a band, where boxes are 1 apart."""

_BESIDE: Final = 0.4
"""From the middle of a box to its mean."""


def boxes(
    groups: Mapping[str, np.ndarray],
    names: Sequence[str],
    theme: Theme,
    *,
    title: str,
    subtitle: str = "",
    y_title: str,
    bands: Mapping[str, tuple[float, float]] | None = None,
    means: Mapping[str, tuple[float, float, float]] | None = None,
    height: int = 360,
) -> go.Figure:
    """Draw a box (quartiles, median, whiskers to 1.5 IQR) and every point for each group.

    Parameters
    ----------
    groups
        float (n,) per method or observer, in drawing order; NaN is left out.
    names
        What each of the n points is, on hover.
    theme
        Colours of text and lines.
    title, subtitle
        What is compared.
    y_title
        The value with its unit.
    bands
        Floor and ceiling of each group's mean, drawn behind its box; NaN is left out.
    means
        Each group's mean and the bounds of its interval, whose level the subtitle says.
    height
        Height in px.

    Notes
    -----
    Made in one go, with margins that need no measuring and with lists of values: it is drawn anew whenever the threshold
    moves.
    """
    traces: list[Part] = [
        {
            "type": "box",
            "x0": place,
            "y": np.asarray(values, float).tolist(),
            "name": mark(group).label,
            "text": list(names),
            "boxpoints": "all",
            "jitter": 0.5,
            "pointpos": 0,
            "width": 0.6,
            "line": {"color": mark(group).colour, "width": 2},
            "fillcolor": "rgba(0,0,0,0)",
            "marker": {"color": mark(group).colour, "symbol": mark(group).symbol, "size": 6, "opacity": 0.55},
            "hoveron": "points",
            "hovertemplate": "%{text}: %{y:.3f}<extra>%{fullData.name}</extra>",
        }
        for place, (group, values) in enumerate(groups.items())
    ]
    if means:
        traces.append(_means([means.get(group, (math.nan,) * 3) for group in groups], theme))
    ends = [end for band in (bands or {}).values() for end in band]
    lines: list[Part] = []
    words: list[Part] = []
    for place, group in enumerate(groups):
        floor, ceiling = (bands or {}).get(group, (math.nan, math.nan))
        lines += _band(place, floor, ceiling, theme)
        if place == 0:
            words = _names(floor, ceiling, theme)
    layout = bare_layout(theme, title=title, subtitle=subtitle, height=height)
    still = {"automargin": False, "title": {**layout["yaxis"]["title"], "text": y_title}}
    layout["yaxis"] |= {**still, "rangemode": "tozero", **share_axis(*groups.values(), np.array(ends, float), low=0.0)}
    layout["xaxis"] |= {
        "automargin": False,
        "showgrid": False,
        "tickfont": {"size": 13},
        "tickangle": 0,
        "tickvals": list(range(len(groups))),
        "ticktext": [mark(group).label for group in groups],
        "range": [-0.5, len(groups) - 0.5],
    }
    layout["margin"] |= {"l": 48, "b": 30}
    layout |= {"shapes": lines, "annotations": words, "showlegend": False}
    return made(traces, layout)


def _means(values: Sequence[tuple[float, float, float]], theme: Theme) -> Part:
    """Draw means with their intervals beside the boxes."""
    mean, low, high = np.array(values, float).T
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [place + _BESIDE for place in range(len(values))],
        "y": mean.tolist(),
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": (high - mean).tolist(),
            "arrayminus": (mean - low).tolist(),
            "color": theme.text,
            "thickness": 2,
            "width": 4,
        },
        "marker": {"color": theme.text, "symbol": "line-ew-open", "size": 10},
        "name": "mean",
        "customdata": np.stack([low, high], axis=1).tolist(),
        "hovertemplate": "mean %{y:.3f} [%{customdata[0]:.3f}, %{customdata[1]:.3f}]<extra></extra>",
    }


def _band(place: int, floor: float, ceiling: float, theme: Theme) -> list[Part]:
    """Draw floor and ceiling behind the box at a place."""
    across = {"x0": place - _HALF_WIDTH, "x1": place + _HALF_WIDTH}
    drawn: list[Part] = []
    if math.isfinite(floor) and math.isfinite(ceiling):
        low, high = min(floor, ceiling), max(floor, ceiling)
        area = {"fillcolor": theme.grid, "opacity": 0.6, "line": {"width": 0}, "layer": "below"}
        drawn.append({"type": "rect", **across, "y0": low, "y1": high, **area})
    for value, colour in ((floor, theme.muted), (ceiling, mark("people").colour)):
        if math.isfinite(value):
            line = {"color": colour, "width": 2, "dash": "dot"}
            drawn.append({"type": "line", **across, "y0": value, "y1": value, "line": line})
    return drawn


def _names(floor: float, ceiling: float, theme: Theme) -> list[Part]:
    """Name floor and ceiling at the first box."""
    return [
        {
            "x": -_HALF_WIDTH,
            "y": value,
            "text": words,
            "showarrow": False,
            "xanchor": "left",
            "yanchor": anchor,
            "font": {"size": 11, "color": colour},
        }
        for value, words, anchor, colour in (
            (floor, "floor", "top", theme.muted),
            (ceiling, "ceiling", "bottom", mark("people").colour),
        )
        if math.isfinite(value)
    ]
