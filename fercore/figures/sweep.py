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
    floors: Mapping[str, np.ndarray] | None = None,
    ceiling: np.ndarray | None = None,
    intervals: Mapping[str, np.ndarray] | None = None,
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
    if floors and ceiling is not None:
        _add_band(figure, floors, ceiling, theme)
    for method, bounds in (intervals or {}).items():
        at, low, high = np.asarray(bounds, float).T
        figure.add_scatter(
            x=[*at, *at[::-1]], y=[*high, *low[::-1]], fill="toself", fillcolor=mark(method).colour, opacity=0.18,
            line={"width": 0}, hoverinfo="skip", showlegend=False, legendgroup=method,
        )  # fmt: skip
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
    drawn = [*curves.values(), *([] if ceiling is None else [ceiling])]
    figure.update_yaxes(title_text=y_title, rangemode="tozero", **share_axis(*drawn, low=0.0))
    return figure.update_layout(legend={"y": 1.0, "x": 1, "xanchor": "right", "yanchor": "top", "orientation": "v"})


def _add_band(figure: go.Figure, floors: Mapping[str, np.ndarray], ceiling: np.ndarray, theme: Theme) -> None:
    """Fill what lies between the lowest floor and the ceiling, and draw both; a floor has the colour of its method."""
    grid = np.arange(256)
    all_floors = np.stack([np.asarray(floor, float) for floor in floors.values()])
    low = np.where(np.isfinite(all_floors), all_floors, np.inf).min(axis=0)
    known = np.isfinite(low) & np.isfinite(ceiling)
    figure.add_scatter(
        x=[*grid[known], *grid[known][::-1]], y=[*ceiling[known], *low[known][::-1]], fill="toself",
        fillcolor=theme.grid, opacity=0.6, line={"width": 0}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    lines = [("ceiling", "ceiling", mark("people").colour, ceiling)]
    lines += [(f"floor of {mark(m).label}", m, mark(m).colour, floor) for m, floor in floors.items()]
    for words, group, colour, values in lines:
        figure.add_scatter(
            x=grid, y=values, mode="lines", name=words, legendgroup=group, showlegend=group == "ceiling",
            line={"color": colour, "width": 1.5, "dash": "dot"},
            hovertemplate=f"{words} at %{{x}}: %{{y:.3f}}<extra></extra>",
        )  # fmt: skip
