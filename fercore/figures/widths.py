"""Widths of intervals against the number of people, a line per number of images."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from fercore.figures.theme import Theme, bare_figure
from fercore.figures.ticks import share_axis


def widths(
    data: pd.DataFrame, here: tuple[int, float], theme: Theme, *, title: str, subtitle: str = "", y_title: str
) -> go.Figure:
    """Draw how intervals become narrower.

    Parameters
    ----------
    data
        n_people, n_images, width.
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
        own = data[data["n_images"] == n_images]
        figure.add_scatter(
            x=own["n_people"], y=own["width"], mode="lines", line={"color": shade, "width": 2},
            hovertemplate=f"%{{x}} people, {n_images} images: %{{y:.3f}}<extra></extra>",
        )  # fmt: skip
        figure.add_annotation(
            x=most, y=own.loc[own["n_people"] == most, "width"].iloc[0], text=f" {n_images}", showarrow=False, xanchor="left",
            font={"color": theme.muted, "size": 11},
        )  # fmt: skip
    figure.add_scatter(
        x=[here[0]], y=[here[1]], mode="markers", marker={"color": theme.text, "symbol": "x", "size": 10},
        hovertemplate="this study: %{y:.3f}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title_text="people", range=[0, most * 1.16])
    figure.update_yaxes(title_text=y_title, rangemode="tozero", **share_axis(data["width"].to_numpy(float), low=0.0))
    return figure.update_layout(showlegend=False)
