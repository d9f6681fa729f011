"""Means along something, one line with its band per source of maps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from fercore.figures.theme import Theme, bare_figure, mark
from fercore.figures.ticks import share_axis


def series(
    curves: pd.DataFrame,
    theme: Theme,
    *,
    title: str,
    subtitle: str = "",
    x_title: str,
    y_title: str,
    name: Callable[[str], str],
    marked: bool = False,
    height: int = 360,
) -> go.Figure:
    """Draw a line with its band for each source.

    Parameters
    ----------
    curves
        source, x, value, ci_low, ci_high, n. NaN is left out.
    theme
        Colours of text and lines.
    title, subtitle, x_title, y_title
        What is drawn, with units.
    name
        What a source is called in the legend.
    marked
        Whether every value has a marker: for few of them. Lines with many have four.
    height
        Height in px.
    """
    figure = bare_figure(theme, title=title, subtitle=subtitle, height=height)
    n_sources = curves["source"].nunique()
    for number, (source, curve) in enumerate(curves.groupby("source", sort=False)):
        style, label = mark(str(source)), name(str(source))
        known = curve[np.isfinite(curve["value"])]
        bounded = known[np.isfinite(known["ci_low"])]
        figure.add_scatter(
            x=[*bounded["x"], *bounded["x"][::-1]], y=[*bounded["ci_high"], *bounded["ci_low"][::-1]], fill="toself",
            mode="lines", fillcolor=style.colour, opacity=0.12, line={"width": 0}, hoverinfo="skip", showlegend=False,
            legendgroup=label,
        )  # fmt: skip
        figure.add_scatter(
            x=known["x"], y=known["value"], mode="lines", legendgroup=label, showlegend=False,
            line={"color": style.colour, "width": 2, "dash": style.dash}, customdata=known[["ci_low", "ci_high", "n"]],
            hovertemplate=f"{label}, %{{x:.3g}}: %{{y:.3f}} [%{{customdata[0]:.3f}}, %{{customdata[1]:.3f}}], "
            "%{customdata[2]} images<extra></extra>",
        )  # fmt: skip
        step = max(1, len(known) // 4)
        places = known if marked else known.iloc[(2 * number + 1) * step // (2 * n_sources) :: step]
        figure.add_scatter(
            x=places["x"], y=places["value"], mode="lines+markers", name=label, legendgroup=label, hoverinfo="skip",
            line={"color": style.colour, "width": 0, "dash": style.dash},
            marker={"color": style.colour, "symbol": style.symbol, "size": 8, "line": {"color": style.colour, "width": 1.5}},
        )  # fmt: skip
    values = curves[["value", "ci_low", "ci_high"]].to_numpy(float)
    figure.update_xaxes(title_text=x_title, **share_axis(curves["x"].to_numpy(float)))
    figure.update_yaxes(title_text=y_title, **share_axis(values))
    return figure.update_layout(
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": -0.22, "yanchor": "top"}, margin_r=12
    )
