"""Agreement with people between a floor and a ceiling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from fercore.figures.theme import Theme, bare_figure, mark

_ROW_PX = 44
_APART = 0.22


def bands(scores: pd.DataFrame, theme: Theme, *, title: str, subtitle: str = "") -> go.Figure:
    """Draw a row per measure: every method's score with its interval, floor at 0 and ceiling at 1.

    Parameters
    ----------
    scores
        label (of the measure), method, score, score_low, score_high; on hover also mean, floor, ceiling and n_images. NaN is
        left out.
    theme
        Colours of text and lines.
    title, subtitle
        What is compared.
    """
    labels = list(dict.fromkeys(scores["label"]))
    methods = list(dict.fromkeys(scores["method"]))
    figure = bare_figure(theme, title=title, subtitle=subtitle, height=130 + _ROW_PX * len(labels))
    figure.add_vrect(x0=0, x1=1, fillcolor=theme.grid, opacity=0.6, line_width=0, layer="below")
    for number, method in enumerate(methods):
        own, style = scores[scores["method"] == method], mark(method)
        place = (number - (len(methods) - 1) / 2) * _APART
        figure.add_scatter(
            x=own["score"], y=[labels.index(label) + place for label in own["label"]], mode="markers", name=style.label,
            text=[_say(row) for row in own.to_dict("records")], marker={"color": style.colour, "symbol": style.symbol, "size": 10},
            error_x={
                "type": "data", "array": (own["score_high"] - own["score"]).fillna(0),
                "arrayminus": (own["score"] - own["score_low"]).fillna(0), "color": style.colour, "thickness": 1.5, "width": 4,
            },
            hovertemplate=f"{style.label}, %{{text}}<extra></extra>",
        )  # fmt: skip
    for x, words in ((0, "floor"), (1, "ceiling")):
        figure.add_vline(x=x, line={"color": theme.muted, "dash": "dot", "width": 1.5})
        side = "left" if x == 0 else "right"
        figure.add_annotation(
            x=x, y=0, yref="paper", yanchor="bottom", xanchor=side, text=f" {words} ", showarrow=False,
            font={"color": theme.muted, "size": 12},
        )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(range(len(labels))), ticktext=labels, range=[len(labels) - 0.5, -0.5], showgrid=False
    )
    figure.update_xaxes(title_text="(agreement − floor) / (ceiling − floor)")
    return figure.update_layout(margin_t=figure.layout.margin.t + 30)


def _say(row: Mapping[Any, Any]) -> str:
    """Write what a score is made of."""
    return (
        f"{row['label']}: score {row['score']:.2f} [{row['score_low']:.2f}, {row['score_high']:.2f}]<br>"
        f"agreement {row['mean']:.3f}, floor {row['floor']:.3f}, ceiling {row['ceiling']:.3f}; {row['n_images']} images"
    )
