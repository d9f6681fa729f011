"""Means with intervals, one row each: a dot plot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from fercore.figures.theme import Theme, bare_figure, mark
from fercore.figures.ticks import share_axis
from fercore.notation import interval

_ROW_PX = 34


def dots(
    rows: pd.DataFrame,
    points: Mapping[str, np.ndarray],
    theme: Theme,
    *,
    title: str,
    subtitle: str = "",
    x_title: str,
    lines: Mapping[str, float] | None = None,
) -> go.Figure:
    """Draw a mean with its interval in each row, and the single values that it was made of.

    Parameters
    ----------
    rows
        name, mean, ci_low, ci_high, and if any an ``observer`` (``people``, ``network`` or a method) whose colour is taken;
        ``floor`` and ``ceiling``, between which a row is shaded; ``note`` on hover, such as n. Drawn from above. An interval,
        a floor or a ceiling may be NaN: there is none.
    points
        float (n,) per name: single values.
    theme
        Colours of text and lines.
    title, subtitle
        What is compared.
    x_title
        The value with its unit.
    lines
        Values to be marked by a vertical line, by their words; NaN is left out.
    """
    marked = {words: value for words, value in (lines or {}).items() if np.isfinite(value)}
    height = 110 + 20 * bool(marked) + 24 * ("ceiling" in rows) + _ROW_PX * len(rows)
    figure = bare_figure(theme, title=title, subtitle=subtitle, height=height)
    if "ceiling" in rows:
        _shade(figure, rows, theme)
    for name, values in points.items():
        figure.add_scatter(
            x=values, y=[name] * len(values), mode="markers", showlegend=False,
            marker={"color": mark("network").colour, "symbol": "circle-open", "size": 7, "opacity": 0.7},
            hovertemplate="%{x:.3f}<extra>%{y}</extra>",
        )  # fmt: skip
    half = rows.assign(up=rows["ci_high"] - rows["mean"], down=rows["mean"] - rows["ci_low"]).fillna(
        {"up": 0, "down": 0}
    )
    observers = rows["observer"] if "observer" in rows else pd.Series("network", index=rows.index)
    for observer, own in half.groupby(observers, sort=False):
        style = mark(str(observer))
        figure.add_scatter(
            x=own["mean"], y=own["name"], mode="markers", showlegend=False,
            marker={"color": style.colour, "symbol": style.symbol, "size": 10},
            error_x={
                "type": "data", "array": own["up"], "arrayminus": own["down"], "color": style.colour, "thickness": 2,
                "width": 5,
            },
            customdata=_on_hover(own), hovertemplate="%{x:.3f}%{customdata[0]}<extra>%{y}</extra>",
        )  # fmt: skip
    people = mark("people")
    for words, value in marked.items():
        figure.add_vline(x=value, line={"color": people.colour, "dash": "dot", "width": 2})
        figure.add_annotation(
            x=value,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=words,
            showarrow=False,
            font={"color": theme.text, "size": 12},
        )
    columns = [name for name in ("mean", "ci_low", "ci_high", "floor", "ceiling") if name in rows]
    ends = [rows[columns].to_numpy(float), *points.values(), np.array(list(marked.values()))]
    figure.update_yaxes(categoryorder="array", categoryarray=list(rows["name"]))
    figure.update_yaxes(range=[len(rows) - 0.5, -0.5], showgrid=False, tickfont_size=13)
    figure.update_xaxes(title_text=x_title, **share_axis(*ends))
    banded = "ceiling" in rows
    figure.update_layout(showlegend=banded)  # names floor and ceiling
    return figure.update_layout(margin_t=figure.layout.margin.t + 20 * bool(marked) + 24 * banded)


def _shade(figure: go.Figure, rows: pd.DataFrame, theme: Theme) -> None:
    """Shade each row between its floor and its ceiling, and mark both ends, named in the legend."""
    colours = {"floor": theme.muted, "ceiling": mark("people").colour}
    for place, row in enumerate(rows.to_dict("records")):
        if np.isfinite(row["floor"]) and np.isfinite(row["ceiling"]):
            figure.add_shape(
                type="rect", x0=row["floor"], x1=row["ceiling"], y0=place - 0.3, y1=place + 0.3, layer="below",
                fillcolor=theme.grid, opacity=0.8, line_width=0,
            )  # fmt: skip
    for words, colour in colours.items():
        there = rows[np.isfinite(rows[words].to_numpy(float))]
        figure.add_scatter(
            x=there[words], y=there["name"], mode="markers", name=words,
            marker={"symbol": "line-ns-open", "color": colour, "size": 18, "line": {"width": 2, "color": colour}},
            hovertemplate=f"{words} %{{x:.3f}}<extra>%{{y}}</extra>",
        )  # fmt: skip


def _on_hover(own: pd.DataFrame) -> list[list[str]]:
    """Write each row's interval, and its note."""
    return [
        [
            (f" {interval((row['ci_low'], row['ci_high']))}" if np.isfinite(row["ci_low"]) else "")
            + (f"<br>{row['note']}" if row.get("note") else "")
        ]
        for row in own.to_dict("records")
    ]
