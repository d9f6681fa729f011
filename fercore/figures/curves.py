"""How one classifier was trained: accuracy and loss after each epoch."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from fercore.figures.theme import Theme, bare_figure, mark
from fercore.figures.ticks import share_axis


def accuracy_curves(
    history: pd.DataFrame,
    theme: Theme,
    *,
    title: str,
    n: str,
    chance: float,
    goal: float | None = None,
    height: int = 320,
) -> go.Figure:
    """Draw training and validation accuracy per epoch.

    Parameters
    ----------
    history
        Columns ``epoch, train_accuracy, validation_accuracy``.
    theme
        Colours of text and lines.
    title, n
        Which classifier it is, and on how many images accuracy rests.
    chance
        Accuracy of guessing, drawn as a line.
    goal
        Training accuracy at which training stops, drawn as a line, or None.
    height
        Height in px.
    """
    figure = bare_figure(theme, title=title, subtitle=n, height=height)
    for name, column, dash, symbol in (
        ("training", "train_accuracy", "solid", "square"),
        ("validation", "validation_accuracy", "dash", "square-open"),
    ):
        figure.add_scatter(
            x=history["epoch"], y=history[column], name=name, mode="lines+markers",
            line={"color": mark("network").colour, "width": 2, "dash": dash}, marker={"symbol": symbol, "size": 7},
            hovertemplate=f"{name}, epoch %{{x}}: %{{y:.3f}}<extra></extra>",
        )  # fmt: skip
    _level(figure, chance, "chance", theme)
    if goal is not None:
        _level(figure, goal, "goal", theme)
    figure.update_xaxes(title_text="epoch", rangemode="tozero", nticks=8)
    lowest = min(chance, 0.5, float(history[["train_accuracy", "validation_accuracy"]].min().min()))
    figure.update_yaxes(
        title_text="accuracy, share correct", range=[lowest - 0.05, 1.02], **share_axis(low=lowest, high=1.0)
    )
    return figure.update_layout(legend={"x": 1, "y": 0.12, "xanchor": "right", "yanchor": "bottom", "orientation": "v"})


def loss_curve(history: pd.DataFrame, theme: Theme, *, title: str, n: str, height: int = 320) -> go.Figure:
    """Draw the training loss per epoch.

    Parameters
    ----------
    history
        Columns ``epoch, loss`` (mean cross-entropy, nats).
    theme
        Colours of text and lines.
    title, n
        Which classifier it is, and over how many images the loss is a mean.
    height
        Height in px.
    """
    figure = bare_figure(theme, title=title, subtitle=f"training loss, {n}", height=height)
    figure.add_scatter(
        x=history["epoch"], y=history["loss"], mode="lines+markers",
        line={"color": mark("network").colour, "width": 2}, marker={"symbol": "square", "size": 7},
        hovertemplate="epoch %{x}: %{y:.3f}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title_text="epoch", rangemode="tozero", nticks=8)
    figure.update_yaxes(title_text="cross-entropy, nats", rangemode="tozero")
    return figure.update_layout(showlegend=False)


def _level(figure: go.Figure, value: float, word: str, theme: Theme) -> None:
    figure.add_hline(y=value, line={"color": theme.muted, "width": 1, "dash": "dot"})
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=value, yanchor="bottom", text=word, showarrow=False,
        font={"size": 11, "color": theme.muted},
    )  # fmt: skip
