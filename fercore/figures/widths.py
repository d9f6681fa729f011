"""Widths of intervals against the number of people, a line per number of images."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from fercore.figures.theme import Theme, bare_figure
from fercore.figures.ticks import share_axis

_GAP = 0.06
"""Distance of two labels below which they would overlap, as a part of the axis."""


def widths(
    data: pd.DataFrame, here: tuple[int, float], theme: Theme, *, title: str, subtitle: str = "", y_title: str
) -> go.Figure:
    """Draw how intervals become narrower.

    Parameters
    ----------
    data
        n_people, n_images, width, extrapolated: dotted where it is.
    here
        People of the study, and the width with its own images: marked.
    theme
        Colours of text and lines.
    title, subtitle, y_title
        What is drawn, and its unit.
    """
    figure = bare_figure(theme, title=title, subtitle=subtitle, height=310)
    numbers = sorted(data["n_images"].unique())
    shades = sample_colorscale(
        "Viridis", [0.1 + 0.75 * place / max(len(numbers) - 1, 1) for place in range(len(numbers))]
    )
    most = data["n_people"].max()
    for n_images, shade in zip(numbers, shades, strict=True):
        own = data[data["n_images"] == n_images].sort_values("n_people")
        n_within = int((~own["extrapolated"]).sum())
        for part, dash, word in (
            (own[:n_within], "solid", ""),
            (own[max(n_within - 1, 0) :], "dot", ", extrapolated"),
        ):
            figure.add_scatter(
                x=part["n_people"], y=part["width"], mode="lines", line={"color": shade, "width": 2, "dash": dash},
                hovertemplate=f"%{{x}} people, {n_images} images{word}: %{{y:.3f}}<extra></extra>",
            )  # fmt: skip
    ends = data[data["n_people"] == most].set_index("n_images")["width"].sort_index()
    for numbers_here in _close_together(ends, _GAP * float(data["width"].max())):
        words = " to ".join(dict.fromkeys([f"{numbers_here[0]}", f"{numbers_here[-1]}"]))
        figure.add_annotation(
            x=most, y=ends[numbers_here].mean(), text=f" {words}", showarrow=False, xanchor="left",
            font={"color": theme.muted, "size": 11},
        )  # fmt: skip
    figure.add_scatter(
        x=[here[0]], y=[here[1]], mode="markers", marker={"color": theme.text, "symbol": "x", "size": 10},
        hovertemplate="this study: %{y:.3f}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title_text="number of people", range=[0, most * 1.3])
    figure.update_yaxes(title_text=y_title, rangemode="tozero", **share_axis(data["width"].to_numpy(float), low=0.0))
    return figure.update_layout(showlegend=False)


def _close_together(ends: pd.Series, gap: float) -> list[list[int]]:
    """Put numbers of images together whose lines end less than ``gap`` apart: one label each."""
    groups: list[list[int]] = []
    for n_images, width in zip(map(int, ends.index), ends, strict=True):
        if groups and abs(float(ends[groups[-1][-1]]) - float(width)) < gap:
            groups[-1].append(n_images)
        else:
            groups.append([n_images])
    return groups
