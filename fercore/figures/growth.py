"""Agreement between people against their number: measured, and beyond that by formula."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from fercore.figures.theme import Theme, bare_figure, mark
from fercore.figures.ticks import share_axis


def growth(
    curve: pd.DataFrame,
    here: tuple[float, float],
    theme: Theme,
    *,
    title: str,
    subtitle: str = "",
    x_title: str,
    y_title: str,
    bounded: bool = True,
) -> go.Figure:
    """Draw how agreement grows.

    Parameters
    ----------
    curve
        n_people, agreement, ci_low, ci_high, extrapolated.
    here
        Where the study is: marked.
    theme
        Colours of text and lines.
    title, subtitle, x_title, y_title
        What is drawn, and its units.
    bounded
        Whether the measure cannot exceed 1: then the axis is written as for shares.
    """
    figure = bare_figure(theme, title=title, subtitle=subtitle, height=360)
    colour = mark("people").colour
    measured, beyond = curve[~curve["extrapolated"]], curve[curve["extrapolated"]]
    parts = [(measured, "measured", "solid", 0.22)]
    if len(beyond):
        parts.append((pd.concat([measured.tail(1), beyond]), "extrapolated (Spearman-Brown)", "dash", 0.10))
    for part, name, dash, opacity in parts:
        figure.add_scatter(
            x=[*part["n_people"], *part["n_people"][::-1]], y=[*part["ci_high"], *part["ci_low"][::-1]], fill="toself",
            fillcolor=colour, opacity=opacity, line={"width": 0}, hoverinfo="skip", showlegend=False,
        )  # fmt: skip
        figure.add_scatter(
            x=part["n_people"], y=part["agreement"], name=name, line={"color": colour, "width": 2, "dash": dash},
            mode="lines+markers" if name == "measured" else "lines", marker={"symbol": "circle", "size": 7},
            customdata=part[["ci_low", "ci_high"]].round(3),
            hovertemplate=f"%{{x}} people, {name}: %{{y:.3f}} [%{{customdata[0]}}, %{{customdata[1]}}]<extra></extra>",
        )  # fmt: skip
    if len(beyond):
        edge = float(measured["n_people"].iloc[-1])
        figure.add_vline(x=edge, line={"color": theme.muted, "width": 1, "dash": "dot"})
        figure.add_annotation(
            x=edge, y=0, yref="paper", xanchor="left", yanchor="bottom", text=" extrapolated from here →", showarrow=False,
            font={"size": 12, "color": theme.muted},
        )  # fmt: skip
    figure.add_scatter(
        x=[here[0]], y=[here[1]], mode="markers", marker={"color": theme.text, "symbol": "x", "size": 11},
        name="ceiling of this study", hovertemplate="ceiling of this study: %{y:.3f}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title_text=x_title, rangemode="tozero")
    values = curve[["agreement", "ci_low", "ci_high"]].to_numpy(float)
    figure.update_yaxes(title_text=y_title, rangemode="tozero", **(share_axis(values, low=0.0) if bounded else {}))
    return figure.update_layout(margin_t=figure.layout.margin.t + 26)
