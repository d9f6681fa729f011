"""One condition at a time: mean maps of people and of every method, and where they overlap."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from fercore.comparison.binary_maps import binarise, scale_map
from fercore.comparison.map_stack import MapStack
from fercore.figures.heatmap import even_scale, label_matrix
from fercore.figures.overlay import binary_overlap, overlay, scaled
from fercore.figures.theme import mark
from fercore.findings.attention import AttentionSweep, condition_numbers, mean_maps
from fercore.findings.equal_area import EqualArea, equal_area
from fercore.findings.two_readings import PAPER
from fercore.labels import Condition
from fercore.notation import NONE, count, interval, share
from fercore.saliency.maps import METHOD_LABELS
from fercore.saliency.settings_in_force import settings_in_force
from fercore.settings import ComparisonSettings
from fercore.study import Study
from fercore.ui import state
from fercore.ui.components import CIRCULAR, both_readings, clickable, how_maps_change, settings_behind, threshold_slider
from fercore.ui.messages import panel
from fercore.ui.panels import masks
from fercore.ui.panels.condition_band import hover_of, of_condition
from fercore.ui.panels.map_agreement import attention_sweep
from fercore.ui.state import View

SETTINGS = ComparisonSettings()

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
    study = view.study
    if view.has_no_maps:
        return  # the offer to compute them says so
    with st.skeleton(height=560):
        found = view.find_with_chosen(attention_sweep)
    left, right = st.columns([1, 1.45], gap="medium", vertical_alignment="bottom")
    with left:
        condition = _chosen(view)
    with right:
        threshold = threshold_slider()
    equal = view.find_with_chosen(equal_area, SETTINGS)
    method = view.method if view.method in found.methods else found.methods[0]
    _sentences(view, found, equal, condition, threshold)
    with st.grid(2, min_column_width=330) as grid:
        with grid.cell():
            _matrices(view, found, equal, condition, threshold, method)
        with grid.cell():
            _maps(view, equal, condition, threshold)
    of_condition(view, condition, threshold)
    settings_behind(
        how_maps_change(study.name),
        **{METHOD_LABELS[method]: settings_in_force(view.finished_run, method) for method in found.methods},
    )
    if words := masks.warned(view.find(Study.maps, view.finished_run, name) for name in found.methods):
        st.caption(words)
    if study.simulated:
        st.caption(CIRCULAR)


def _sentences(view: View, found: AttentionSweep, equal: EqualArea, condition: Condition, threshold: int) -> None:
    number = view.study.label_set.conditions.index(condition)
    where = f"For *{condition.true_label}* offered against *{condition.false_label}*, Dice with people"
    n_images = count(int((view.find(condition_numbers) == number).sum()), "image")
    at_threshold = _ordered(found.methods, found.dice[threshold, :, number])
    at_equal_area = _ordered(equal.methods, equal.of_mean_maps[:, number])
    by_image = _ordered(equal.methods, equal.of_images[:, number], equal.of_images_ci[:, number])
    alone = f"one pair of mean maps of {n_images} has no interval"
    both_readings(
        view,
        [f"{where} at threshold {threshold}: {at_threshold} ({alone})."],
        [
            f"{where} at equal area (top {equal.percent:g} %): image by image {by_image}, {n_images}; of mean maps {at_equal_area} "
            f"({alone})."
        ],
        "area",
    )


def _ordered(methods: tuple[str, ...], values: NDArray[np.float64], bounds: NDArray[np.float64] | None = None) -> str:
    """Name methods with their values, the nearest to people first, and their intervals where there are some."""
    said = [
        f"**{mark(methods[number]).label} {share(values[number])}**"
        + ("" if bounds is None else f" {interval(bounds[number])}")
        for number in np.argsort(-values)
        if np.isfinite(values[number])
    ]
    return ", ".join(said) or "none, because one of the two sides has no map here"


def _matrices(
    view: View, found: AttentionSweep, equal: EqualArea, condition: Condition, threshold: int, method: str
) -> None:
    """Draw Dice for each condition: the leading reading large and clickable, the other one under it."""
    readings = view.leading_first(
        ("conditions", found.dice_matrix(method, threshold), f"threshold {threshold}", threshold),
        ("conditions-equal-area", equal.matrix(method), f"equal area, top {equal.percent:g} %", None),
    )
    for number, (key, matrix, how, cut_at) in enumerate(readings):
        drawing = label_matrix(
            matrix, list(view.study.label_set), view.theme, even_scale([matrix], "viridis"),
            title=f"Dice of {mark(method).label} with people",
            subtitle=f"{how}; {view.people}, {count(len(view.study.plan), 'image')}{'' if number else '; click a cell to see its maps'}",
            chosen=(condition.true_label, condition.false_label), height=300 if number else 430,
            empty="no map on one of the two sides", hover=hover_of(view, method, cut_at),
        )  # fmt: skip
        clickable(drawing, key, f"Dice of {mark(method).label} for each condition, {how}.", _pick)


def _chosen(view: View) -> Condition:
    by_name = {_name(condition): condition for condition in view.study.label_set.conditions}
    state.refuse_unknown("condition", by_name, "condition")
    return by_name[st.selectbox("Condition", list(by_name), key="condition", bind="query-params")]


def _name(condition: Condition) -> str:
    return f"{condition.true_label} against {condition.false_label}"


def _pick(cell: list[str]) -> None:
    if cell[0] != cell[1]:
        state.choose("condition", _name(Condition(*cell)))


def _told(view: View, method: str, images: NDArray[np.bool_]) -> str:
    """Say what a mean map is, and what the masks that it was made of really cover."""
    block = view.find(Study.maps, view.finished_run, method)
    return "; ".join(filter(None, ("mean map", masks.told_of_several(block, images) if block else "")))


def _maps(view: View, equal: EqualArea, condition: Condition, threshold: int) -> None:
    number = view.study.label_set.conditions.index(condition)
    maps = view.find_with_chosen(mean_maps)
    face = view.find(mean_faces)[number]
    chosen = view.find(condition_numbers) == number
    n_images = int(chosen.sum())
    human = maps.human[number]
    if not np.isfinite(human).all():
        st.info("Nobody answered these images correctly, so people have no map here.", icon=":material/info:")
        return
    area = view.find_with_chosen(attention_sweep).at(threshold)
    own = area[area["condition"] == str(condition)].set_index("method").to_dict("index")
    mapped = {name: means[number] for name, means in maps.model.items() if np.isfinite(means[number]).all()}
    with st.grid(1 + len(maps.model), min_column_width=100, gap="xsmall") as grid:
        with grid.cell():
            _square(
                "people", overlay(face, scaled(human), _STRENGTH), f"{view.people}, mean of {count(n_images, 'image')}"
            )
        for method in maps.model:
            with grid.cell():
                if method in mapped:
                    _square(
                        mark(method).label,
                        overlay(face, scaled(mapped[method]), _STRENGTH),
                        _told(view, method, chosen),
                    )
                else:
                    st.markdown(f"**{mark(method).label}**")
                    st.caption(f"{NONE} this pair was not trained")
        words = view.leading_first(f"≥ {threshold}", f"top {equal.percent:g} %")[0]
        attended = _cut(view, human, threshold, equal.percent)
        with grid.cell():
            nothing = np.zeros_like(attended)
            _square(
                f"people {words}", binary_overlap(face, attended, nothing, "people"), f"area {share(attended.mean())}"
            )
        for method, mean in mapped.items():
            with grid.cell():
                used, row = _cut(view, mean, threshold, equal.percent), own[method]
                at_threshold = (
                    f"at threshold {threshold}: area {share(row['model_area'])}, Dice {share(row['dice'])} of at most "
                    f"{share(row['largest'])}"
                )
                at_equal_area = f"at equal area: Dice {share(equal.of_mean_maps[equal.methods.index(method), number])}"
                first, second = view.leading_first(at_threshold, at_equal_area)
                _square("overlap", binary_overlap(face, attended, used, method), f"{first}  \n{second}")
    st.caption(
        f"Overlap, {words}: people only in blue, the method only in its own colour, both in white. Two areas of different size "
        "cannot reach a Dice of 1: the largest that these areas allow stands beside it."
    )


def _cut(view: View, mean: NDArray[np.float64], threshold: int, percent: float) -> NDArray[np.bool_]:
    """Cut a map (height, width) as the leading reading does: at the threshold, or to its top percentage."""
    if view.lead == PAPER:
        return binarise(scale_map(mean), threshold)
    return np.asarray(MapStack(mean[None]).top(percent)[0].reshape(mean.shape))


def _square(title: str, picture: NDArray[np.uint8], note: str) -> None:
    st.markdown(f"**{title}**")
    st.image(picture, width="stretch", alt=f"{title}: {note}")
    st.caption(note)
