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
    band: tuple[np.ndarray, np.ndarray] | None = None,
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
    band
        Floor and ceiling, float (256,) each.
    intervals
        Float (k, 3) per method: threshold, lower and upper bound.
    height
        Height in px.
    """
    figure = bare_figure(theme, title=title, subtitle=subtitle, height=height)
    grid = np.arange(256)
    if band is not None:
        _add_band(figure, *band, theme)
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
    figure.update_yaxes(title_text=y_title, rangemode="tozero", **share_axis(*curves.values(), *(band or ()), low=0.0))
    return figure.update_layout(legend={"y": 1.0, "x": 1, "xanchor": "right", "yanchor": "top", "orientation": "v"})


def _add_band(figure: go.Figure, floor: np.ndarray, ceiling: np.ndarray, theme: Theme) -> None:
    """Fill what lies between floor and ceiling, and name both."""
    grid = np.arange(256)
    known = np.isfinite(floor) & np.isfinite(ceiling)
    figure.add_scatter(
        x=[*grid[known], *grid[known][::-1]], y=[*ceiling[known], *floor[known][::-1]], fill="toself",
        fillcolor=theme.grid, opacity=0.6, line={"width": 0}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    for values, words, colour in ((floor, "floor", theme.muted), (ceiling, "ceiling", mark("people").colour)):
        figure.add_scatter(
            x=grid, y=values, mode="lines", name=words, line={"color": colour, "width": 1.5, "dash": "dot"},
            hovertemplate=f"{words} at %{{x}}: %{{y:.3f}}<extra></extra>",
        )  # fmt: skip
