"""One face at a time: filters, the row of maps on one scale, who answered what, and the strip of its neighbours."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from fercore.errors import InputError
from fercore.figures.overlay import overlay, scaled
from fercore.findings.faces import dice_at_equal_area, face_agreement, face_table
from fercore.notation import NONE, count, decimal, share
from fercore.saliency.maps import METHOD_LABELS, PAPER_METHODS, methods_for
from fercore.settings import ComparisonSettings
from fercore.study import Study
from fercore.ui import state
from fercore.ui.components import CIRCULAR, how_maps_change, settings_behind
from fercore.ui.filmstrip import Frame, filmstrip
from fercore.ui.loaders import thumbnails
from fercore.ui.messages import panel
from fercore.ui.panels import live_map, masks
from fercore.ui.state import View

_ANY = "any"
_ANSWERS = (
    _ANY,
    "most people right",
    "most people wrong",
    "network right",
    "network wrong",
    "people and network differ",
)
_N_FRAMES = 16
_SETTINGS = ComparisonSettings()
_THRESHOLD = _SETTINGS.threshold


@panel
def choose(view: View) -> str | None:
    """Draw the filters and the chooser; gives the id of the chosen image, or None when no image fits."""
    faces = view.find(face_table, view.run)
    labels, pairs = list(view.study.label_set), [str(pair) for pair in view.study.label_set.pairs]
    with st.grid(4, min_column_width=200, vertical_alignment="bottom"):
        label = st.selectbox("Expression", [_ANY, *labels], key="label", bind="query-params")
        pair = st.selectbox("Pair", [_ANY, *pairs], key="pair", bind="query-params")
        answers = st.selectbox("Answers", _ANSWERS, key="answers", bind="query-params")
        chooser = st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", wrap=False)
    kept = fitting(faces, label, pair, answers)
    if kept.empty:
        st.info("No image fits these filters. Set one of them back to “any”.", icon=":material/filter_alt_off:")
        return None
    images = list(kept["image"])
    state.refuse_unknown("image", set(faces["image"]), "image")
    with chooser:
        here = st.session_state.get("image")
        at = images.index(here) if here in images else 0
        back, on = images[at - 1], images[(at + 1) % len(images)]
        st.button(
            "",
            key="back",
            help="previous face",
            shortcut="Left",
            on_click=_go,
            args=(back,),
        )
        image: str = st.selectbox(f"Image, {at + 1} of {len(images)}", images, key="image", bind="query-params")
        st.button("", key="on", help="next face", shortcut="Right", on_click=_go, args=(on,))
    return image


def fitting(faces: pd.DataFrame, label: str, pair: str, answers: str) -> pd.DataFrame:
    """Give the rows of the face table that fit the filters; "any" lets everything pass."""
    kept = faces
    if label != _ANY:
        kept = kept[kept["true_label"] == label]
    if pair != _ANY:
        kept = kept[kept["pair"] == pair]
    people, network = kept["people_right"], kept["network_right"]
    wanted = {
        "most people right": people == True,  # noqa: E712 - neither right nor wrong where nobody answered
        "most people wrong": people == False,  # noqa: E712
        "network right": network == True,  # noqa: E712
        "network wrong": network == False,  # noqa: E712
        "people and network differ": people.notna() & network.notna() & (people != network),
    }
    return kept[wanted[answers].fillna(False)] if answers in wanted else kept


def _names(faces: pd.DataFrame) -> list[str]:
    return [f"{f.true_label} against {f.false_label} · {f.image}" for f in faces.itertuples()]


def _go(image: str) -> None:
    state.choose("image", image)


@st.fragment
@panel
def row(view: View, image: str) -> None:
    """Draw the face, people's map and the map of each method in equal squares on one scale."""
    study = view.study
    at = list(study.plan["image"]).index(image)
    face = np.asarray(study.images.pixels[study.images.positions([image])[0]])
    face_row = view.find(face_table, view.run).iloc[at].to_dict()
    with st.skeleton(height=260):
        agreement = view.find(face_agreement, view.run, _THRESHOLD)
    strength = st.session_state.get("overlay", 60) / 100
    methods, shown, warning = _methods(view), {}, ""
    with st.grid(2 + len(methods), min_column_width=150, gap="small") as grid:
        with grid.cell():
            _square("face", face, f"{face_row['true_label']}, offered against {face_row['false_label']}", image)
        with grid.cell():
            if not study.has_attention:
                _absent("people", "no clicks: " + ("votes only" if study.votes is not None else "no trials yet"))
            else:
                note = f"{face_row['n_people']} {view.people}, {decimal(face_row['clicks'], 1)} clicks"
                if study.trials.empty:
                    note = f"{count(int(study.n_correct[at]), 'person', 'people')}, without answers"
                _square("people", overlay(face, scaled(study.attention_maps[at]), strength), note, image)
        for method in methods:
            with grid.cell():
                label, block = METHOD_LABELS[method], view.find(Study.maps, view.run, method) if view.run else None
                if block is not None and np.isfinite(block.maps[at]).all():
                    here, shown[label] = block.maps[at], block.settings
                    warning = masks.warned([block]) or warning
                    dice = (
                        f"Dice {share(agreement[method].iloc[at])}, at equal area "
                        f"{share(dice_at_equal_area(study, block, at, _SETTINGS))}"
                        if method in agreement
                        else "no clicks to compare with"
                    )
                    note = "; ".join(filter(None, (dice, masks.told(block, at))))
                else:
                    found = live_map.find(view, view.run, method, image) if view.run else None
                    if found is None:
                        st.markdown(f"**{label}**")
                        _offer(view, method, image)
                        continue
                    here, note, shown[label] = found.map, found.note, found.settings
                _square(label, overlay(face, scaled(here), strength), note, image)
    st.slider("Overlay", 0, 100, 60, 5, format="%d %%", key="overlay", bind="query-params")
    st.caption(
        f"Every map is stretched from its smallest to its largest value and drawn on one scale (inferno, opacity grows "
        f"with the value). Dice with people's map, both cut at {_THRESHOLD} of 255, and the top {_SETTINGS.top_percent:g} % of both."
        + (f" {warning}" if warning else "")
        + (f" {CIRCULAR}" if study.simulated else "")
    )
    if shown:
        settings_behind(how_maps_change(study.name), **shown)


def _methods(view: View) -> list[str]:
    """Give the methods to show: the paper's, all others whose maps are there, and the one that is chosen."""
    there = {m for m in METHOD_LABELS if view.run is not None and view.study.has_maps(view.run, m)}
    return [m for m in METHOD_LABELS if m in PAPER_METHODS or m in there or m == view.method]


def _offer(view: View, method: str, image: str) -> None:
    if view.run is None:
        st.caption(f"{NONE} map not computed")
        return
    try:
        methods_for(view.run, [method])
    except InputError:
        st.caption(f"{NONE} not defined for the network {view.run.training.network}")
        return
    live_map.offer(view, view.run, method, image)


def _square(title: str, picture: np.ndarray, note: str, image: str) -> None:
    st.markdown(f"**{title}**")
    st.image(picture, width="stretch", alt=f"{title}: {note} (image {image})")
    st.caption(note)


def _absent(title: str, why: str) -> None:
    st.markdown(f"**{title}**")
    st.caption(f"{NONE} {why}")


@panel
def answers(view: View, image: str) -> None:
    """Say who answered what."""
    face = view.find(face_table, view.run).set_index("image").loc[image].to_dict()
    people, network = st.columns(2)
    if face["n_people"] and view.study.trials.empty:
        people.markdown(
            f":blue[●] **Voters** gave *{face['true_label']}* {share(face['people_accuracy'])} of their "
            f"{count(int(face['n_people']), 'vote')}; they chose among all labels."
        )
    elif face["n_people"]:
        people.markdown(
            f":blue[●] **People** answered *{face['true_label']}* in {share(face['people_accuracy'])} of "
            f"{count(int(face['n_people']), 'trial')}, after {decimal(face['clicks'], 1)} clicks and "
            f"{decimal(face['time_s'], 1)} s on average."
        )
    if pd.notna(face["network_right"]):
        chosen = face["true_label"] if face["network_right"] else face["false_label"]
        network.markdown(
            f":orange[■] **Network** answered *{chosen}*: its pair classifier gives *{face['true_label']}* "
            f"{share(face['network_share'])}."
        )


@panel
def strip(view: View, image: str) -> None:
    """Draw the faces that fit the filters around the chosen one."""
    chosen = [st.session_state.get(key, _ANY) for key in ("label", "pair", "answers")]
    kept = fitting(view.find(face_table, view.run), *chosen)
    images = list(kept["image"])
    at = images.index(image)
    first = max(min(at - _N_FRAMES // 2, len(images) - _N_FRAMES), 0)
    small = view.find(thumbnails)
    shown = kept.iloc[first : first + _N_FRAMES]
    frames = [Frame(i, small[i], name) for i, name in zip(shown["image"], _names(shown), strict=True)]
    filmstrip(frames, image, _go, key="strip")
