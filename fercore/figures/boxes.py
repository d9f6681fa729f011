"""One value per condition and group: boxes with all their points."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from fercore.figures.theme import Theme, bare_figure, mark
from fercore.figures.ticks import share_axis

Part = dict[str, Any]
"""A shape or a word as plotly takes it."""

_HALF_WIDTH: Final = 0.46
"""Of a band, where boxes are 1 apart."""


def boxes(
    groups: Mapping[str, np.ndarray],
    names: Sequence[str],
    theme: Theme,
    *,
    title: str,
    subtitle: str = "",
    y_title: str,
    bands: Mapping[str, tuple[float, float]] | None = None,
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
    height
        Height in px.
    """
    figure = bare_figure(theme, title=title, subtitle=subtitle, height=height)
    figure.add_traces(
        [
            {
                "type": "box",
                "y": np.asarray(values, float),
                "name": mark(group).label,
                "text": list(names),
                "boxpoints": "all",
                "jitter": 0.5,
                "pointpos": 0,
                "line": {"color": mark(group).colour, "width": 2},
                "fillcolor": "rgba(0,0,0,0)",
                "marker": {"color": mark(group).colour, "symbol": mark(group).symbol, "size": 6, "opacity": 0.55},
                "hoveron": "points",
                "hovertemplate": "%{text}: %{y:.3f}<extra>%{fullData.name}</extra>",
            }
            for group, values in groups.items()
        ]
    )
    ends = [end for band in (bands or {}).values() for end in band]
    lines: list[Part] = []
    words: list[Part] = []
    for place, group in enumerate(groups):
        floor, ceiling = (bands or {}).get(group, (math.nan, math.nan))
        lines += _band(place, floor, ceiling, theme)
        if place == 0:
            words = _names(floor, ceiling, theme)
    axis = share_axis(*groups.values(), np.array(ends, float), low=0.0)
    return figure.update_layout(  # all at once: every call of its own takes milliseconds
        shapes=lines,
        annotations=words,
        xaxis={"showgrid": False, "tickfont": {"size": 13}},
        yaxis={"title": {"text": y_title}, "rangemode": "tozero", **axis},
        showlegend=False,
    )


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
