"""Widths of intervals against the number of people, a line per number of images."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from fercore.figures.theme import Theme, bare_figure


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
    for n_images, shade in zip(numbers, shades, strict=True):
        own = data[data["n_images"] == n_images]
        figure.add_scatter(
            x=own["n_people"], y=own["width"], mode="lines+markers", name=f"{n_images} images", line={"color": shade},
            hovertemplate=f"%{{x}} people, {n_images} images: %{{y:.3f}}<extra></extra>",
        )  # fmt: skip
    figure.add_scatter(
        x=[here[0]], y=[here[1]], mode="markers", name="this study", marker={"color": theme.text, "symbol": "x", "size": 11},
        hovertemplate="this study: %{y:.3f}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title_text="people", rangemode="tozero")
    figure.update_yaxes(title_text=y_title, rangemode="tozero")
    return figure.update_layout(legend={"x": 1, "xanchor": "right", "y": 1, "yanchor": "top", "orientation": "v"})
