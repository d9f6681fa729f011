"""Colours, fonts and the bare figure that every figure starts from.

People, network and the saliency methods have one colour each, everywhere, and always a marker and a dash as second
cue. Colours of the two themes are chosen for their background, not inverted; backgrounds stay transparent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

Part = dict[str, Any]
"""A trace, a shape, a word or another piece of a figure, as plotly takes it."""


@dataclass(frozen=True)
class Theme:
    """Colours of text and lines on one background."""

    name: str
    text: str
    muted: str
    """Second rank: axis titles, the paper's numbers."""
    grid: str
    border: str
    """Empty cells, outlines of tiles."""
    surface: str
    """The page behind the figure."""
    accent: str
    """What is chosen, and what is under way."""


LIGHT = Theme("light", "#1B2327", "#566168", "#E4E9EB", "#B9C3C8", "#FFFFFF", "#0B6E75")
DARK = Theme("dark", "#E6ECEE", "#A3AFB5", "#2A3439", "#4A575D", "#12171A", "#4FB3BA")

FONT = "Source Sans, Source Sans Pro, sans-serif"


@dataclass(frozen=True)
class Mark:
    """How one observer or method is drawn."""

    label: str
    colour: str
    symbol: str
    dash: str = "solid"


MARKS = {
    "people": Mark("people", "#0072B2", "circle"),
    "network": Mark("network", "#D55E00", "square", "dash"),
    "cam": Mark("CAM", "#009E73", "diamond"),
    "grad-cam": Mark("Grad-CAM", "#CC79A7", "triangle-up", "dash"),
    "extremal-perturbation": Mark("EP", "#E69F00", "cross", "dashdot"),
    "grad-cam-plus-plus": Mark("Grad-CAM++", "#AA3377", "triangle-down", "dash"),
    "layer-cam": Mark("LayerCAM", "#44AA99", "triangle-left", "dot"),
    "hires-cam": Mark("HiResCAM", "#EE6677", "triangle-right", "dashdot"),
    "integrated-gradients": Mark("Integrated Gradients", "#56B4E9", "star"),
    "smooth-grad": Mark("SmoothGrad", "#B8A800", "hexagram", "dash"),
    "gradient-shap": Mark("Gradient SHAP", "#7F6BD6", "star-diamond", "dot"),
    "occlusion": Mark("Occlusion", "#A0642A", "x", "dashdot"),
    "rise": Mark("RISE", "#3C8D2F", "pentagon"),
    "lrp": Mark("LRP", "#C05AD0", "hexagon", "dash"),
    "guided-grad-cam": Mark("Guided Grad-CAM", "#8FBF3F", "bowtie", "dot"),
    "center-gaussian": Mark("centre", "#8A959B", "circle-open", "dot"),
    "edge-map": Mark("edges", "#8A959B", "square-open", "dash"),
    "random": Mark("random order", "#8A959B", "diamond-open", "longdash"),
}


def theme_of(name: str | None) -> Theme:
    """Give the theme called ``light`` or ``dark``; anything else is light."""
    return DARK if name == "dark" else LIGHT


def mark(name: str) -> Mark:
    """Give the mark of an observer or method; one without its own is gray, as controls are."""
    return MARKS.get(name) or Mark(name, "#8A959B", "circle-open", "dot")


def bare_figure(theme: Theme, *, title: str = "", subtitle: str = "", height: int = 360) -> go.Figure:
    """Make an empty figure with the fonts, grid and margins of a theme; parameters are those of `bare_layout`."""
    return made([], bare_layout(theme, title=title, subtitle=subtitle, height=height))


def made(traces: Sequence[Part], layout: Part) -> go.Figure:
    """Make a figure of traces and a layout, as plotly takes them, without plotly's template.

    Streamlit gives every figure to plotly twice when it appears. Plotly draws it twice unless it is sure that nothing has
    changed: without a template, with a ``datarevision``, and with lists in place of arrays.
    """
    figure = go.Figure(data=traces, layout={"template": "none", "datarevision": 0, **layout})
    figure.layout.template = None  # what a figure gets that asks for none is an empty template
    return figure


def bare_layout(theme: Theme, *, title: str = "", subtitle: str = "", height: int = 360) -> Part:
    """Give fonts, grid and margins of a theme as plotly takes them, for a figure that is to be made in one go.

    Parameters
    ----------
    theme
        ``LIGHT`` or ``DARK``.
    title, subtitle
        What is shown, and its unit and n; both at the upper left.
    height
        Height in px; the width is the page's.
    """
    heading = f"<b>{title}</b>" if title else ""
    note = f'<span style="font-size:12px;color:{theme.muted}">{subtitle}</span>' if subtitle else ""
    axis = {
        "gridcolor": theme.grid,
        "zeroline": False,
        "linecolor": theme.border,
        "tickfont": {"color": theme.text, "size": 12},
        "title": {"font": {"color": theme.muted, "size": 12}, "standoff": 8},
        "automargin": True,
        "fixedrange": True,
    }
    return {
        "height": height,
        "font": {"family": FONT, "color": theme.text, "size": 13},
        "title": {
            "text": "<br>".join(part for part in (heading, note) if part),
            "font": {"size": 14},
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yanchor": "top",
            "yref": "container",
            "pad": {"t": 18 if title and subtitle else 6},
        },
        "margin": {"l": 8, "r": 8, "t": 8 + 20 * bool(title) + 20 * bool(subtitle), "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": axis,
        "yaxis": dict(axis),
        "hoverlabel": {
            "bgcolor": theme.surface,
            "bordercolor": theme.border,
            "font": {"color": theme.text, "family": FONT, "size": 12},
            "align": "left",
        },
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 12}},
        "dragmode": False,
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": theme.muted, "activecolor": theme.accent},
    }
