"""Two values per condition against each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from fercore.figures.theme import Theme, bare_figure, mark
from fercore.figures.ticks import share_axis


def scatter(
    x: np.ndarray,
    y: np.ndarray,
    names: Sequence[str],
    theme: Theme,
    *,
    title: str,
    subtitle: str,
    x_title: str,
    y_title: str,
    who: str = "people",
    y_share: bool = False,
    height: int = 320,
) -> go.Figure:
    """Draw one point per condition.

    Parameters
    ----------
    x, y
        float (n,); points with a NaN are left out.
    names
        What each of the n points is, on hover.
    theme
        Colours of text and lines.
    title, subtitle
        What is related; the correlation with its interval and n.
    x_title, y_title
        The two values with their units.
    who
        Whose values they are: colour and marker.
    y_share
        Whether y is a share, written without its leading zero.
    height
        Height in px.
    """
    style = mark(who)
    figure = bare_figure(theme, title=title, subtitle=subtitle, height=height)
    figure.add_scatter(
        x=np.asarray(x, float), y=np.asarray(y, float), mode="markers", text=list(names),
        marker={"color": style.colour, "symbol": style.symbol, "size": 8, "opacity": 0.8,
                "line": {"color": theme.surface, "width": 1}},
        hovertemplate=f"%{{text}}<br>{x_title}: %{{x:.3g}}<br>{y_title}: %{{y:.3g}}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title_text=x_title, nticks=6)
    figure.update_yaxes(title_text=y_title, **(share_axis(np.asarray(y, float)) if y_share else {"nticks": 6}))
    return figure.update_layout(showlegend=False)
