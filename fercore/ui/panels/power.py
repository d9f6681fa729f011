"""How many people and images it takes."""

from __future__ import annotations

import numpy as np
import streamlit as st

from fercore.figures.widths import widths
from fercore.findings.power import power
from fercore.notation import share
from fercore.settings import ComparisonSettings
from fercore.ui.components import figure, sentences
from fercore.ui.messages import panel
from fercore.ui.state import View

_WORDS = {
    "accuracy": ("Accuracy", "share correct"),
    "clicks": ("Clicks per trial", "clicks"),
    "time_s": ("Time", "s"),
    "clicks_time": ("r of clicks and time", "r"),
    "clicks_accuracy": ("r of clicks and accuracy", "r"),
    "time_accuracy": ("r of time and accuracy", "r"),
    "network": ("Accuracy of the network, 2AFC", "share correct"),
    "kappa": ("Error consistency with people, κ", "κ"),
    "r_errors": ("r of confusions over errors", "r"),
    "dice": ("Dice with people, image by image", "Dice"),
}
"""What a number is called, and its unit."""


@panel
def preview(view: View) -> None:
    """Draw the widths of intervals against the number of people."""
    found = view.find(power, ComparisonSettings(), view.run)
    st.header("How many people and images would it take?", anchor=False)
    parts = found.components["accuracy"]
    total = parts.people + parts.images + parts.rest
    sentences(
        f"Of the variance of single answers {share(parts.people / total, 2)} lies between people and "
        f"{share(parts.images / total, 2)} between images; the rest averages out over trials.",
    )
    with st.grid(3, min_column_width=255) as grid:
        for number, (title, unit) in _WORDS.items():
            own = found.components.get(number)
            if own is None or not np.isfinite(own.rest):
                continue
            here = own.n_people, own.width(own.n_people, own.n_images, found.level)
            whose = f"{found.about[number]}; " if found.about.get(number) else ""
            drawing = widths(
                found.widths[found.widths["number"] == number], here, view.theme, title=title,
                subtitle=f"{whose}a line per number of images; × this study, n = {own.n_people}",
                y_title=f"width of the {100 * found.level:g} % interval, {unit}",
            )  # fmt: skip
            with grid.cell():
                figure(
                    drawing,
                    f"power-{number}",
                    f"Width of the interval of {title.lower()} against the number of people.",
                )
    st.caption(
        "The lines themselves have no interval: they are what the estimated variances make of the design. "
        f"Widths of {found.level:.0%} intervals over people and images, from the variance of these {view.people}: of means by the "
        "method of moments, of the rest by drawing people and images from the study, all of them or half. Dotted lines are "
        "extrapolated: the study has fewer people or images. Where a line is flat, more people no longer help; where lines lie "
        "on each other, more images do not."
        + (" Real people vary otherwise than simulated ones." if view.study.simulated else "")
    )
