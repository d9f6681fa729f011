"""Agreement at every threshold, with the place of the chosen one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from fercore.figures.theme import Theme, bare_figure, mark
from fercore.figures.ticks import share_axis


def sweep(
    curves: Mapping[str, np.ndarray],
    threshold: int,
    theme: Theme,
    *,
    title: str,
    subtitle: str = "",
    y_title: str = "mean Dice",
    height: int = 360,
) -> go.Figure:
    """Draw one curve per method over the thresholds 0..255.

    Parameters
    ----------
    curves
        float (256,) per method; NaN where both maps are empty.
    threshold
        Where the line stands.
    theme
        Colours of text and lines.
    title, subtitle, y_title
        What is drawn.
    height
        Height in px.
    """
    figure = bare_figure(theme, title=title, subtitle=subtitle, height=height)
    grid = np.arange(256)
    for number, (method, values) in enumerate(curves.items()):
        style = mark(method)
        figure.add_scatter(
            x=grid, y=np.asarray(values, float), mode="lines", name=style.label, legendgroup=method, showlegend=False,
            line={"color": style.colour, "width": 2, "dash": style.dash},
            hovertemplate=f"{style.label} at %{{x}}: %{{y:.3f}}<extra></extra>",
        )  # fmt: skip
        marked = grid[8 + 8 * number :: 32]
        figure.add_scatter(
            x=marked, y=np.asarray(values, float)[marked], mode="lines+markers", name=style.label, legendgroup=method,
            line={"color": style.colour, "width": 0, "dash": style.dash}, hoverinfo="skip",
            marker={"color": style.colour, "symbol": style.symbol, "size": 9},
        )  # fmt: skip
    figure.add_vline(x=threshold, line={"color": theme.text, "width": 1.5, "dash": "dot"})
    figure.add_annotation(
        x=threshold, y=1, yref="paper", yanchor="top", text=f" threshold {threshold} ", showarrow=False,
        xanchor="left" if threshold < 128 else "right", font={"size": 12, "color": theme.muted},
    )  # fmt: skip
    figure.update_xaxes(title_text="threshold on maps scaled to 0..255", range=[0, 255], tick0=0, dtick=50)
    figure.update_yaxes(title_text=y_title, rangemode="tozero", **share_axis(*curves.values(), low=0.0))
    return figure.update_layout(legend={"y": 1.0, "x": 1, "xanchor": "right", "yanchor": "top", "orientation": "v"})
