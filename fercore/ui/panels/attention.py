"""One condition at a time: mean maps of people and of every method, and where they overlap."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from fercore.comparison.binary_maps import binarise, scale_map
from fercore.figures.heatmap import even_scale, label_matrix
from fercore.figures.overlay import binary_overlap, overlay, scaled
from fercore.figures.theme import mark
from fercore.findings.attention import condition_numbers, mean_maps
from fercore.labels import Condition
from fercore.notation import NONE, count, share
from fercore.study import Study
from fercore.ui import state
from fercore.ui.components import CIRCULAR, clickable, sentences, threshold_slider
from fercore.ui.messages import panel
from fercore.ui.panels.statistics import attention_sweep
from fercore.ui.state import View

_STRENGTH = 0.75


def mean_faces(study: Study) -> NDArray[np.uint8]:
    """Average the faces of each condition, (C, side, side, 3); black where a condition has none."""
    numbers = condition_numbers(study)
    pixels = study.images.pixels[study.images.positions(list(study.plan["image"]))]
    faces = np.zeros((len(study.label_set.conditions), *pixels.shape[1:]), np.uint8)
    for number in np.unique(numbers):
        faces[number] = pixels[numbers == number].mean(axis=0).round()
    return faces


@st.fragment
@panel
def explorer(view: View) -> None:
    """Draw the chooser of conditions, and the maps of the chosen one at the slider's threshold."""
    study, run = view.study, view.finished_run
    if view.has_no_maps:
        return  # the offer to compute them says so
    with st.skeleton(height=560):
        found = view.find(attention_sweep, run)
    left, right = st.columns([1, 1.45], gap="medium", vertical_alignment="bottom")
    with left:
        condition = _chosen(view)
    with right:
        threshold = threshold_slider()
    method = view.method if view.method in found.methods else found.methods[0]
    values = found.at(threshold)
    own = values[values["condition"] == str(condition)].sort_values("dice", ascending=False).to_dict("records")
    said = ", ".join(f"**{mark(row['method']).label} {share(row['dice'])}**" for row in own if np.isfinite(row["dice"]))
    sentences(
        f"For *{condition.true_label}* offered against *{condition.false_label}*, Dice with people at threshold {threshold}: "
        f"{said or 'none, because one of the two sides has no map here'}."
    )
    left, right = st.columns([1, 1.45], gap="medium")
    with left:
        matrix = found.dice_matrix(method, threshold)
        drawing = label_matrix(
            matrix, list(study.label_set), view.theme, even_scale([matrix], "viridis"),
            title=f"Dice of {mark(method).label} with people", subtitle=f"{view.people}; click a cell to see its maps",
            chosen=(condition.true_label, condition.false_label), height=430,
            empty="no map on one of the two sides",
        )  # fmt: skip
        clickable(drawing, "conditions", f"Dice of {mark(method).label} for each condition.", _pick)
    with right:
        _maps(view, condition, threshold)
    if study.simulated:
        st.caption(CIRCULAR)


def _chosen(view: View) -> Condition:
    by_name = {_name(condition): condition for condition in view.study.label_set.conditions}
    state.refuse_unknown("condition", by_name, "condition")
    return by_name[st.selectbox("Condition", list(by_name), key="condition", bind="query-params")]


def _name(condition: Condition) -> str:
    return f"{condition.true_label} against {condition.false_label}"


def _pick(cell: list[str]) -> None:
    if cell[0] != cell[1]:
        state.choose("condition", _name(Condition(*cell)))


def _maps(view: View, condition: Condition, threshold: int) -> None:
    number = view.study.label_set.conditions.index(condition)
    maps = view.find(mean_maps, view.finished_run)
    face = view.find(mean_faces)[number]
    n_images = int((view.find(condition_numbers) == number).sum())
    human = maps.human[number]
    if not np.isfinite(human).all():
        st.info("Nobody answered these images correctly, so people have no map here.", icon=":material/info:")
        return
    area = view.find(attention_sweep, view.finished_run).at(threshold)
    own = area[area["condition"] == str(condition)].set_index("method").to_dict("index")
    with st.grid(1 + len(maps.model), min_column_width=120, gap="xsmall") as grid:
        with grid.cell():
            _square(
                "people", overlay(face, scaled(human), _STRENGTH), f"{view.people}, mean of {count(n_images, 'image')}"
            )
        mapped = {name: means[number] for name, means in maps.model.items() if np.isfinite(means[number]).all()}
        for method in maps.model:
            with grid.cell():
                if method in mapped:
                    _square(mark(method).label, overlay(face, scaled(mapped[method]), _STRENGTH), "mean map")
                else:
                    st.markdown(f"**{mark(method).label}**")
                    st.caption(f"{NONE} this pair was not trained")
        with grid.cell():
            attended = binarise(scale_map(human), threshold)
            nothing = np.zeros_like(attended)
            size = share(next(iter(own.values()))["human_area"])
            _square(f"people ≥ {threshold}", binary_overlap(face, attended, nothing, "people"), f"area {size}")
        for method, mean in mapped.items():
            with grid.cell():
                used = binarise(scale_map(mean), threshold)
                row = own[method]
                note = f"area {share(row['model_area'])}, Dice {share(row['dice'])} of at most {share(row['largest'])}"
                _square("overlap", binary_overlap(face, attended, used, method), note)
    st.caption(
        "Overlap: people only in blue, the method only in its own colour, both in white. Two areas of different size "
        "cannot reach a Dice of 1: the largest that these areas allow stands beside it."
    )


def _square(title: str, picture: NDArray[np.uint8], note: str) -> None:
    st.markdown(f"**{title}**")
    st.image(picture, width="stretch", alt=f"{title}: {note}")
    st.caption(note)
