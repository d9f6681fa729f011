"""One value per condition and group: boxes with all their points."""

from __future__ import annotations

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
    figure.update_xaxes(showgrid=False, tickfont_size=13)
    figure.update_yaxes(title_text=y_title, rangemode="tozero", **share_axis(*groups.values(), low=0.0))
    return figure.update_layout(showlegend=False)
