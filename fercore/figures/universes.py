"""Who comes first, universe by universe."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from fercore.figures.theme import Theme, bare_figure, mark

_ROW_PX = 24
_NO_THRESHOLD = -12
"""Where universes without a threshold are drawn."""


def universes(winners: pd.DataFrame, theme: Theme, *, title: str, subtitle: str = "") -> go.Figure:
    """Draw a mark for each universe, with the colour and symbol of the method that comes first.

    Parameters
    ----------
    winners
        universe, threshold (NaN: none), method, lead.
    theme
        Colours of text and lines.
    title, subtitle
        What is compared.
    """
    rows = list(dict.fromkeys(winners["universe"]))
    figure = bare_figure(theme, title=title, subtitle=subtitle, height=130 + _ROW_PX * len(rows))
    for method, own in winners.groupby("method", sort=False):
        style = mark(str(method))
        figure.add_scatter(
            x=own["threshold"].fillna(_NO_THRESHOLD), y=own["universe"], mode="markers", name=style.label,
            customdata=np.column_stack([own["threshold"].map(lambda t: "no threshold" if np.isnan(t) else f"threshold {t:g}")]),
            text=[f"{lead:.3f}" for lead in own["lead"]],
            marker={"color": style.colour, "symbol": style.symbol, "size": 11},
            hovertemplate=f"%{{y}}, %{{customdata[0]}}: {style.label} first, by %{{text}}<extra></extra>",
        )  # fmt: skip
    ticks = list(range(0, 256, 50))
    figure.update_xaxes(
        title_text="threshold on maps scaled to 0..255", range=[_NO_THRESHOLD - 10, 258], showgrid=False,
        tickvals=[_NO_THRESHOLD, *ticks[1:]], ticktext=["none", *map(str, ticks[1:])],
    )  # fmt: skip
    figure.update_yaxes(categoryorder="array", categoryarray=rows[::-1], range=[-0.6, len(rows) - 0.4])
    return figure
