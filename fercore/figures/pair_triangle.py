"""All pair classifiers of a regime as a triangle of tiles: state by colour and sign, accuracy as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import plotly.graph_objects as go

from fercore.figures.heatmap import ColourScale, ink
from fercore.figures.theme import Theme, bare_figure
from fercore.labels import LabelSet
from fercore.notation import NONE, share

ACCURACY = ColourScale(0.5, 1.0, "cividis", ticks=(0.5, 0.75, 1.0))
"""From chance to perfect."""

STATES = {
    "done": "done",
    "training": "training now",
    "stopped": "stopped after an epoch, goes on when resumed",
    "waiting": "waiting",
    "failed": "its training ended before its time",
    "absent": "not in this run",
}
"""What a tile can say, with its words."""

_SIGNS = {"training": "●", "stopped": "‖", "waiting": "…", "failed": "✕", "absent": NONE}


@dataclass(frozen=True)
class Tile:
    """One pair classifier."""

    state: str
    """One of `STATES`."""
    accuracy: float | None = None
    """Validation accuracy in [0, 1], once there is one."""
    note: str = ""
    """More on hover: epochs, time."""


def pair_triangle(
    tiles: Mapping[str, Tile],
    label_set: LabelSet,
    theme: Theme,
    *,
    title: str,
    subtitle: str = "",
    chosen: str | None = None,
    height: int = 420,
) -> go.Figure:
    """Draw one tile per pair.

    Parameters
    ----------
    tiles
        Tile of each pair, by the pair as text (``neutral-happy``); a pair without one is not in this run.
    label_set
        The study's labels.
    theme
        Colours of text and tiles.
    title, subtitle
        What is drawn.
    chosen
        The pair that is outlined.
    height
        Height in px.

    Returns
    -------
    go.Figure
        Transparent markers over the tiles carry ``customdata`` [pair].
    """
    figure = bare_figure(theme, title=title, subtitle=subtitle, height=height)
    words, colours = [], []
    for pair in label_set.pairs:
        tile = tiles.get(str(pair), Tile("absent"))
        y, x = label_set.index(pair.first), label_set.index(pair.second)
        filled = tile.state == "done" and tile.accuracy is not None
        fill = ACCURACY.colours_of([tile.accuracy or 0.0])[0] if filled else "rgba(0,0,0,0)"
        edge = theme.accent if tile.state == "training" else theme.border
        figure.add_shape(
            type="rect", x0=x - 0.46, x1=x + 0.46, y0=y - 0.46, y1=y + 0.46, layer="below", fillcolor=fill,
            line={"color": edge, "width": 2 if tile.state == "training" else 1},
        )  # fmt: skip
        if str(pair) == chosen:
            figure.add_shape(
                type="rect", x0=x - 0.5, x1=x + 0.5, y0=y - 0.5, y1=y + 0.5, line={"color": theme.text, "width": 2.5}
            )
        words.append(share(tile.accuracy, 2) if filled else _SIGNS.get(tile.state, NONE))
        colours.append(ink(fill) if filled else theme.accent if tile.state == "training" else theme.muted)
    pairs = label_set.pairs
    columns = [label_set.index(pair.second) for pair in pairs]
    rows = [label_set.index(pair.first) for pair in pairs]
    figure.add_scatter(
        x=columns, y=rows, mode="text", text=words, textfont={"color": colours, "size": 12}, hoverinfo="skip"
    )
    figure.add_scatter(
        x=columns, y=rows, mode="markers", hoverinfo="text", text=[_say(str(pair), tiles.get(str(pair))) for pair in pairs],
        marker={"symbol": "square", "size": 30, "opacity": 0}, customdata=[[str(pair)] for pair in pairs],
        selected={"marker": {"opacity": 0}}, unselected={"marker": {"opacity": 0}},
    )  # fmt: skip
    n, names = len(label_set), list(label_set)
    bare = {"showgrid": False, "ticks": "", "showline": False, "constrain": "domain"}
    figure.update_xaxes(
        range=[0.45, n - 0.45], tickvals=list(range(1, n)), ticktext=names[1:], tickangle=-45,
        constraintoward="left", **bare,
    )  # fmt: skip
    figure.update_yaxes(
        range=[n - 1.45, -0.55], tickvals=list(range(n - 1)), ticktext=names[:-1], scaleanchor="x",
        constraintoward="top", **bare,
    )  # fmt: skip
    return figure.update_layout(showlegend=False)


def _say(pair: str, tile: Tile | None) -> str:
    tile = tile or Tile("absent")
    parts = [f"<b>{pair}</b>: {STATES[tile.state]}"]
    if tile.accuracy is not None:
        parts.append(f"validation accuracy {share(tile.accuracy)}")
    return "<br>".join([*parts, tile.note] if tile.note else parts)
