"""A value for each combination of two labels: square cells with their numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import sample_colorscale, unlabel_rgb

from fercore.figures.theme import Part, Theme, bare_layout, made
from fercore.figures.ticks import round_ticks, short
from fercore.notation import NONE, share

_BAR = (0.1, 0.5)
"""Where the colour bar begins and ends, in cells right of the matrix."""


@dataclass(frozen=True)
class ColourScale:
    """How values become colours.

    Parameters
    ----------
    low, high
        Values at the ends; values beyond take the colour of the end.
    colours
        Name of a perceptually even plotly scale.
    root
        Whether colours follow the square root of the value, so that small shares differ visibly; texts and ticks
        still show the value itself.
    ticks
        Values that are marked on the colour bar.
    """

    low: float
    high: float
    colours: str = "viridis"
    root: bool = False
    ticks: tuple[float, ...] = ()

    def position(self, values: np.ndarray) -> NDArray[np.float64]:
        """Give the position of each value on the scale, in [0, 1]; NaN stays NaN."""
        span = (self.high - self.low) or 1.0
        linear = np.clip((np.asarray(values, float) - self.low) / span, 0, 1)
        return np.sqrt(linear) if self.root else linear

    def colours_of(self, values: Sequence[float]) -> list[str]:
        """Give the colour of each value as ``rgb(r, g, b)``."""
        return list(sample_colorscale(self.colours, self.position(np.array(values)).tolist())) if values else []


CONFUSION = ColourScale(0, 1, "viridis", root=True, ticks=(0, 0.05, 0.2, 0.5, 1))
"""Row-normalised confusion: the square root keeps confusions of a few per cent visible beside the diagonal."""


def even_scale(values: Sequence[np.ndarray], colours: str = "viridis", n_ticks: int = 4) -> ColourScale:
    """Make one scale for several matrices, from the smallest to the largest value, with round ticks."""
    finite = np.concatenate([np.ravel(v)[np.isfinite(np.ravel(v))] for v in values])
    if finite.size == 0:
        return ColourScale(0, 1, colours)
    low, high = float(finite.min()), float(finite.max())
    return ColourScale(low, high, colours, ticks=tuple(round_ticks(low, high, n_ticks)))


def ink(colour: str) -> str:
    """Give black or white, whichever has the larger WCAG contrast on ``rgb(r, g, b)``."""
    channels = np.asarray(unlabel_rgb(colour)) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ [0.2126, 0.7152, 0.0722])
    return "#000000" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "#FFFFFF"


def label_matrix(
    values: np.ndarray,
    labels: Sequence[str],
    theme: Theme,
    scale: ColourScale,
    *,
    title: str,
    subtitle: str = "",
    rows: str = "true label",
    columns: str = "false label",
    write: Callable[[float, int], str] = share,
    digits: int = 2,
    empty: str = "no trials",
    hover: Callable[[str, str, str], str] | None = None,
    chosen: tuple[str, str] | None = None,
    dotted: np.ndarray | None = None,
    height: int = 400,
) -> go.Figure:
    """Draw a value for each (row label, column label).

    Parameters
    ----------
    values
        float (L, L); NaN leaves a cell empty with a thin border.
    labels
        The L labels, in order.
    theme, scale
        Colours of text and cells.
    title, subtitle
        What the values are; unit and n.
    rows, columns
        Titles of the axes.
    write, digits
        How a value is written, and with how many digits in its cell; on hover there is one more.
    empty
        Why a cell has no value, on hover.
    hover
        Sentence for (row, column, written value).
    chosen
        The cell that is outlined.
    dotted
        Bool (L, L): cells that have a dot in their corner.
    height
        Height in px.

    Returns
    -------
    go.Figure
        Cells are square whatever the width; the transparent markers over them carry ``customdata`` (row, column), so
        that a click says where it was. The colour bar is drawn in the matrix's own coordinates and stays beside it.
    """
    matrix = np.asarray(values, float)
    n = len(labels)
    if matrix.shape != (n, n):
        raise ValueError(f"values are {matrix.shape}; {n} labels need ({n}, {n})")
    say = hover or (lambda row, column, text: f"{row} against {column}: {text}")
    cells = [(i, j) for i in range(n) for j in range(n)]
    full = [(i, j) for i, j in cells if np.isfinite(matrix[i, j])]
    inks = {cell: ink(colour) for cell, colour in zip(full, scale.colours_of([matrix[c] for c in full]), strict=True)}
    words = [
        say(labels[i], labels[j], write(matrix[i, j], digits + 1) if np.isfinite(matrix[i, j]) else f"{NONE} ({empty})")
        for i, j in cells
    ]
    traces: list[Part] = [
        {
            "type": "heatmap", "z": scale.position(matrix).tolist(), "zmin": 0, "zmax": 1, "colorscale": scale.colours,
            "showscale": False, "hoverinfo": "skip", "xgap": 1, "ygap": 1,
        },
        {
            "type": "scatter", "x": [j for _, j in full], "y": [i for i, _ in full], "mode": "text", "hoverinfo": "skip",
            "text": [write(matrix[cell], digits) for cell in full],
            "textfont": {"color": [inks[cell] for cell in full], "size": 11 if n <= 8 else 9},
        },
        {
            "type": "scatter", "x": [j for _, j in cells], "y": [i for i, _ in cells], "mode": "markers",
            "text": words, "hoverinfo": "text", "marker": {"symbol": "square", "size": 26, "opacity": 0},
            "selected": {"marker": {"opacity": 0}}, "unselected": {"marker": {"opacity": 0}},
            "customdata": [[labels[i], labels[j]] for i, j in cells],
        },
    ]  # fmt: skip
    outlines = [_outline(cell, theme.border, 1, inset=0.06) for cell in cells if cell not in inks]
    if dotted is not None:
        dots = [(i, j) for i, j in full if dotted[i, j]]
        traces.append({
            "type": "scatter", "x": [j + 0.36 for _, j in dots], "y": [i - 0.36 for i, _ in dots], "mode": "markers",
            "hoverinfo": "skip", "marker": {"size": 4, "color": [inks[cell] for cell in dots]},
        })  # fmt: skip
    if chosen:
        cell = labels.index(chosen[0]), labels.index(chosen[1])
        outlines += [_outline(cell, "#FFFFFF", 5), _outline(cell, "#000000", 2)]
    bar, ticks = _colour_bar(n, scale, theme, lambda tick: short(write(tick, digits + 1)))
    layout = bare_layout(theme, title=title, subtitle=subtitle, height=height)
    for name, words_beside, own in (
        ("xaxis", columns, {"range": [-0.5, n + 1.3], "tickangle": -45, "constraintoward": "left"}),
        ("yaxis", rows, {"range": [n - 0.5, -0.5], "scaleanchor": "x", "constraintoward": "top"}),
    ):
        layout[name] |= {
            "tickvals": list(range(n)), "ticktext": list(labels), "showgrid": False, "ticks": "", "showline": False,
            "constrain": "domain", "title": {**layout[name]["title"], "text": words_beside}, **own,
        }  # fmt: skip
    return made([*traces, bar], {**layout, "shapes": outlines, "annotations": ticks, "showlegend": False})


def _outline(cell: tuple[int, int], colour: str, width: int, inset: float = 0.0) -> Part:
    (i, j), half = cell, 0.5 - inset
    place = {"x0": j - half, "x1": j + half, "y0": i - half, "y1": i + half}
    return {"type": "rect", **place, "line": {"color": colour, "width": width}}


def _colour_bar(
    n: int, scale: ColourScale, theme: Theme, write: Callable[[float], str], n_steps: int = 64
) -> tuple[Part, list[Part]]:
    """Draw the colour bar as one more column of the matrix, low values at the bottom; and its ticks."""
    left, right = n - 0.5 + _BAR[0], n - 0.5 + _BAR[1]
    bar = {
        "type": "heatmap", "z": np.linspace(1, 0, n_steps)[:, None].tolist(), "x": [left, right],
        "y": np.linspace(-0.5, n - 0.5, n_steps + 1).tolist(), "zmin": 0, "zmax": 1, "colorscale": scale.colours,
        "showscale": False, "hoverinfo": "skip",
    }  # fmt: skip
    ticks = [
        {
            "x": right + 0.1, "y": n - 0.5 - n * float(scale.position(np.array(tick))), "text": write(tick),
            "showarrow": False, "xanchor": "left", "yanchor": "middle", "font": {"size": 10, "color": theme.muted},
        }
        for tick in scale.ticks
    ]  # fmt: skip
    return bar, ticks
