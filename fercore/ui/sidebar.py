"""What stands beside every page: study, run, method, which reading leads, the last run, Retrain, and work under way."""

from __future__ import annotations

import streamlit as st

from fercore.findings.two_readings import LEADS
from fercore.machines.runs import Run
from fercore.notation import duration
from fercore.saliency.maps import METHOD_LABELS, PAPER_METHODS, SETTINGS, defined_methods
from fercore.study import Study, list_studies
from fercore.ui import state
from fercore.ui.appearance import current_theme
from fercore.ui.loaders import load_study
from fercore.ui.panels import jobs, retrain
from fercore.ui.state import View

_DEFAULT_METHOD = "extremal-perturbation"


def draw() -> View:
    """Draw the sidebar and give what is chosen in it."""
    with st.spinner("Laying out the studies: this takes some seconds, once.", show_time=True):
        names = list_studies()
    state.refuse_unknown("study", names, "study")
    with st.sidebar:
        st.markdown("#### fercore")
        st.caption("people and networks, face by face")
        theme = current_theme()
        name = st.selectbox("Study", names, key="study", bind="query-params")
    study, now = load_study(name or names[0])
    runs = study.run_names
    state.refuse_unknown("run", runs, "run")
    state.refuse_unknown("lead", LEADS, "reading")
    with st.sidebar:
        run = _choose_run(study, runs)
        method = _choose_method(run)
        lead = st.segmented_control(
            "Leading numbers", LEADS, default=LEADS[0], required=True, key="lead", bind="query-params",
            help="Both are always shown: the paper's own statistics, and beside them those that survive its critics.",
        )  # fmt: skip
        st.divider()
        _last_run(run)
        view = View(study, run, method, theme, now, lead or LEADS[0])
        retrain.button(view)
        jobs.lines(study)
    return view


def _choose_run(study: Study, runs: tuple[str, ...]) -> Run | None:
    if not runs:
        st.selectbox("Run", ["no finished run"], disabled=True)
        return None
    name = st.selectbox("Run", runs, key="run", bind="query-params")
    return study.run(name if name in runs else runs[0])


def _choose_method(run: Run | None) -> str:
    """Offer the methods that are defined for the run's networks: the paper's first, controls last."""
    labels = {METHOD_LABELS[method]: method for method in (SETTINGS if run is None else defined_methods(run))}
    state.refuse_unknown("method", labels, "saliency method")
    names = list(labels)
    label = st.selectbox(
        "Method", names, index=names.index(METHOD_LABELS[_DEFAULT_METHOD]), key="method", bind="query-params",
        help=f"The paper compares {', '.join(METHOD_LABELS[method] for method in PAPER_METHODS)}. The last two are controls: "
        "they know nothing of the network.",
    )  # fmt: skip
    return labels[label]


def _last_run(run: Run | None) -> None:
    """Say in one line where the chosen run was trained and how long that took; why there, on hover."""
    if run is None:
        st.caption("No network has been trained on this study yet.")
        return
    device = run.card["device"]
    where = f"{device['kind'].upper()} · {device['precision']}"
    st.caption(f"{where} · {duration(run.card['seconds'])} of training", help=device["reason"])
