"""One value per condition and group: boxes with all their points."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from fercore.figures.theme import Theme, bare_figure, mark
from fercore.figures.ticks import share_axis


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
    for group, values in groups.items():
        style = mark(group)
        figure.add_box(
            y=np.asarray(values, float), name=style.label, text=list(names), boxpoints="all", jitter=0.5, pointpos=0,
            line={"color": style.colour, "width": 2}, fillcolor="rgba(0,0,0,0)",
            marker={"color": style.colour, "symbol": style.symbol, "size": 6, "opacity": 0.55},
            hoveron="points", hovertemplate="%{text}: %{y:.3f}<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    ends = [end for band in (bands or {}).values() for end in band]
    for place, group in enumerate(groups):
        _band(figure, place, *(bands or {}).get(group, (math.nan, math.nan)), theme=theme, named=place == 0)
    figure.update_xaxes(showgrid=False, tickfont_size=13)
    axis = share_axis(*groups.values(), np.array(ends, float), low=0.0)
    figure.update_yaxes(title_text=y_title, rangemode="tozero", **axis)
    return figure.update_layout(showlegend=False)


def _band(figure: go.Figure, place: int, floor: float, ceiling: float, *, theme: Theme, named: bool) -> None:
    """Draw floor and ceiling behind the box at a place, with their names where asked for."""
    left, right = place - 0.46, place + 0.46
    if math.isfinite(floor) and math.isfinite(ceiling):
        low, high = min(floor, ceiling), max(floor, ceiling)
        figure.add_shape(
            type="rect",
            x0=left,
            x1=right,
            y0=low,
            y1=high,
            fillcolor=theme.grid,
            opacity=0.6,
            line_width=0,
            layer="below",
        )
    for value, words, colour in ((floor, "floor", theme.muted), (ceiling, "ceiling", mark("people").colour)):
        if not math.isfinite(value):
            continue
        figure.add_shape(
            type="line", x0=left, x1=right, y0=value, y1=value, line={"color": colour, "width": 2, "dash": "dot"}
        )
        if named:
            figure.add_annotation(
                x=left, y=value, text=words, showarrow=False, xanchor="left",
                yanchor="bottom" if words == "ceiling" else "top", font={"size": 11, "color": colour},
            )  # fmt: skip
