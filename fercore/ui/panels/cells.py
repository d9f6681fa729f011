"""Condition by condition, where people and networks differ in the same 2AFC."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import streamlit as st

from fercore.figures.heatmap import ColourScale, label_matrix
from fercore.findings.cells import compare_cells
from fercore.notation import count, decimal, interval, probability, share
from fercore.settings import ComparisonSettings
from fercore.ui.components import CIRCULAR, figure, sentences
from fercore.ui.messages import panel
from fercore.ui.state import View

SETTINGS = ComparisonSettings()

DIFFERENCE = ColourScale(-1, 1, "RdBu", ticks=(-1, -0.5, 0, 0.5, 1))


@panel
def differences(view: View) -> None:
    """Draw people's accuracy minus a network's per condition; nothing without people or a network."""
    if not view.study.trials.empty and view.run is not None:
        _differences(view)


@st.fragment
@panel
def _differences(view: View) -> None:
    found = view.find(compare_cells, view.finished_run, SETTINGS)
    st.header("Where do people and the network differ?", anchor=False)
    regime = st.segmented_control(
        "Network", list(found), default=next(iter(found)), required=True, key="differs", bind="query-params"
    )
    rows = found[regime if regime in found else next(iter(found))]
    tested = [row for row in rows if math.isfinite(row["q"])]
    alpha = 1 - SETTINGS.ci_level
    apart = [row for row in tested if row["q"] < alpha]
    better = sum(row["difference"] > 0 for row in apart)
    sentences(
        f":violet-badge[exploratory] In **{len(apart)} of {len(tested)} conditions** {view.people} and {regime} differ "
        f"(false discovery rate {share(alpha, 2)}): people are better in {better}, the network in {len(apart) - better}.",
        _largest(apart),
    )
    labels = list(view.study.label_set)
    by_cell = {(row["true_label"], row["false_label"]): row for row in rows}
    values = np.array([[by_cell.get((t, f), {}).get("difference", np.nan) for f in labels] for t in labels], float)
    dotted = np.array([[by_cell.get((t, f), {}).get("q", 1.0) < alpha for f in labels] for t in labels])
    drawing = label_matrix(
        values, labels, view.theme, DIFFERENCE, title=f"Accuracy of people minus {regime}",
        subtitle=f"{view.people}, n = {rows[0]['n_people']}; 2AFC; • q < {share(alpha, 2)}", height=470,
        hover=lambda row, column, text: _say(row, column, text, by_cell), empty="nobody answered", dotted=dotted,
    )  # fmt: skip
    figure(drawing, "differences", "People's accuracy minus the network's for each true and false label.")
    st.caption(
        "Wilcoxon's signed ranks over people, the network and the images as they are; q by Benjamini and Hochberg over the "
        f"{len(tested)} conditions of this network. With few images per condition such tests suggest what to look at in new "
        "data and establish nothing."
    )
    if view.study.simulated:
        st.caption(CIRCULAR)


def _largest(apart: list[dict[str, Any]]) -> str:
    if not apart:
        return ""
    row = max(apart, key=lambda row: abs(row["difference"]))
    return (
        f"Most in *{row['true_label']}* against *{row['false_label']}*: {share(row['people'], 2)} against "
        f"{share(row['network'], 2)}, difference {share(row['difference'], 2)} {interval(row['ci'], 2)}, "
        f"{count(row['n_people'], 'person', 'people')} and {count(row['n_images'], 'image')}."
    )


def _say(true: str, false: str, text: str, by_cell: dict[tuple[str, str], dict[str, Any]]) -> str:
    row = by_cell.get((true, false))
    if row is None or not math.isfinite(row["difference"]):
        return f"{true} against {false}: {text}"
    return (
        f"{true} against {false}: {decimal(row['difference'])} {interval(row['ci'], 2)}<br>people {share(row['people'], 2)} "
        f"(n = {row['n_people']}), network {share(row['network'], 2)} ({row['n_images']} images)<br>"
        f"{probability(row['p'])}, q = {share(row['q'])}"
    )
