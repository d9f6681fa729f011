"""Accuracy against how much of the image is uncovered: a network along maps, and people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from fercore.figures.theme import Mark, Theme, bare_figure, mark
from fercore.figures.ticks import share_axis
from fercore.notation import share

CHANCE = 0.5

_TICKS = (1, 2, 5, 10, 20, 50)


def uncovering(
    curves: pd.DataFrame,
    theme: Theme,
    *,
    points: pd.DataFrame | None = None,
    crossings: pd.DataFrame | None = None,
    blurred: float,
    whole: float,
    people: str = "people",
    people_area: float | None = None,
    title: str,
    subtitle: str,
    height: int = 480,
) -> go.Figure:
    """Draw a curve with its band per source of maps, and people's trials as points.

    Parameters
    ----------
    curves
        source, area (share of the image, above 0), accuracy, ci_low, ci_high.
    theme
        Colours of text and lines.
    points
        area, n, accuracy, ci_low, ci_high of people's trials, and network, network_low, network_high on the same discs; NaN is
        left out.
    crossings
        source, area, accuracy: where curves reach people's accuracy; areas that are not finite are left out.
    blurred, whole
        Accuracy on the blurred and on the whole image: lines across the figure, as chance is.
    people
        What people are called.
    people_area
        What they had uncovered on average, share of the image.
    title, subtitle
        What is drawn.
    height
        Height in px.
    """
    figure = bare_figure(theme, title=title, subtitle=subtitle, height=height)
    _level(figure, CHANCE, "chance", theme, x=0, above=False)
    _level(figure, blurred, f"blurred image {share(blurred)}", theme, x=1)  # at the left, curves begin there
    _level(figure, whole, f"whole image {share(whole)}", theme, x=0)
    for source, curve in curves.groupby("source", sort=False):
        _curve(figure, curve, mark(str(source)), _named(str(source), people))
    if crossings is not None:
        _crossings(figure, crossings[np.isfinite(crossings["area"])], f"reaches {people}'s accuracy", theme)
    if points is not None:
        _points(
            figure, points, "accuracy", ("ci_low", "ci_high"), mark("people"), f"{people}, by what they had uncovered"
        )
        _points(
            figure, points.dropna(subset=["network"]), "network", ("network_low", "network_high"),
            Mark("network", mark("network").colour, "square-open"), f"network, shown what {people} had uncovered",
        )  # fmt: skip
    drawn = [curves["accuracy"].min(), *(points[["ci_low", "network_low"]].min() if points is not None else ())]
    low = min(0.45, float(np.nanmin(drawn)) - 0.03)
    if people_area is not None:
        _average(figure, people_area, low, people, theme)
    figure.update_xaxes(
        type="log", range=[np.log10(0.9), np.log10(66)], tickvals=_TICKS, ticktext=[str(tick) for tick in _TICKS],
        title_text="area uncovered, % of the image (logarithmic)",
    )  # fmt: skip
    figure.update_yaxes(
        title_text="accuracy in 2AFC, share correct", range=[low, 1.01], **share_axis(low=low, high=1.0)
    )
    return figure.update_layout(
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": -0.16, "yanchor": "top"}, margin_r=12
    )


def _named(source: str, people: str) -> str:
    return f"network along {people}'s maps" if source == "people" else f"network along {mark(source).label}"


def _curve(figure: go.Figure, curve: pd.DataFrame, style: Mark, name: str) -> None:
    x = 100 * curve["area"].to_numpy(float)
    figure.add_scatter(
        x=[*x, *x[::-1]], y=[*curve["ci_high"], *curve["ci_low"][::-1]], fill="toself", mode="lines", opacity=0.12,
        fillcolor=style.colour, line={"width": 0}, hoverinfo="skip", showlegend=False, legendgroup=name,
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=curve["accuracy"], mode="lines+markers", name=name, legendgroup=name,
        line={"color": style.colour, "width": 2, "dash": style.dash},
        marker={"color": style.colour, "symbol": style.symbol, "size": 7},
        customdata=curve[["ci_low", "ci_high"]],
        hovertemplate=f"{name}, %{{x:.3g}} %: %{{y:.3f}} [%{{customdata[0]:.3f}}, %{{customdata[1]:.3f}}]<extra></extra>",
    )  # fmt: skip


def _points(
    figure: go.Figure, points: pd.DataFrame, column: str, bounds: tuple[str, str], style: Mark, name: str
) -> None:
    if points.empty:
        return
    low, high = (points[bound].to_numpy(float) for bound in bounds)
    value = points[column].to_numpy(float)
    figure.add_scatter(
        x=100 * points["area"], y=value, mode="markers", name=name, customdata=points["n"],
        marker={"color": style.colour, "symbol": style.symbol, "size": 11, "line": {"color": style.colour, "width": 2}},
        error_y={"type": "data", "array": high - value, "arrayminus": value - low, "color": style.colour, "thickness": 1.5},
        hovertemplate=f"{name}: %{{x:.3g}} % → %{{y:.3f}}, %{{customdata:,}} trials<extra></extra>",
    )  # fmt: skip


def _crossings(figure: go.Figure, crossings: pd.DataFrame, name: str, theme: Theme) -> None:
    if crossings.empty:
        return
    figure.add_scatter(
        x=100 * crossings["area"], y=crossings["accuracy"], mode="markers", name=name,
        text=[mark(source).label for source in crossings["source"]],
        marker={"color": "rgba(0,0,0,0)", "symbol": "circle", "size": 16, "line": {"color": theme.text, "width": 2}},
        hovertemplate=f"along %{{text}}: {name} at %{{x:.3g}} %<extra></extra>",
    )  # fmt: skip


def _level(figure: go.Figure, value: float, words: str, theme: Theme, *, x: int, above: bool = True) -> None:
    """Draw a line across, with words at its left (x = 0) or right end."""
    figure.add_hline(y=value, line={"color": theme.muted, "width": 1, "dash": "dot"})
    figure.add_annotation(
        x=x, xref="paper", xanchor="right" if x else "left", y=value, yanchor="bottom" if above else "top", text=f" {words} ",
        showarrow=False, font={"size": 11, "color": theme.muted},
    )  # fmt: skip


def _average(figure: go.Figure, area: float, low: float, people: str, theme: Theme) -> None:
    figure.add_scatter(
        x=[100 * area] * 2, y=[low, 1.01], mode="lines", line={"color": mark("people").colour, "width": 1, "dash": "dot"},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    figure.add_annotation(
        x=np.log10(100 * area), y=1.01, yanchor="top", xanchor="left", showarrow=False,
        text=f" {people}'s mean {100 * area:.1f} %", font={"size": 11, "color": theme.muted},
    )  # fmt: skip
