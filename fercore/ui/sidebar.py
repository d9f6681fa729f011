"""What stands beside every page: study, run, method, the last run, Retrain, and work that is under way."""

from __future__ import annotations

import streamlit as st

from fercore.figures.notation import duration
from fercore.machines.runs import Run
from fercore.saliency.maps import METHOD_LABELS, METHODS
from fercore.study import Study, list_studies
from fercore.ui import state
from fercore.ui.appearance import current_theme
from fercore.ui.loaders import load_study
from fercore.ui.panels import jobs, retrain
from fercore.ui.state import View

_DEFAULT_METHOD = "extremal-perturbation"


def draw() -> View:
    """Draw the sidebar and give what is chosen in it."""
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
    methods = sorted(METHODS.names(), key=lambda method: [*METHOD_LABELS, method].index(method))
    state.refuse_unknown("method", methods, "saliency method")
    with st.sidebar:
        run = _choose_run(study, runs)
        method = st.segmented_control(
            "Method",
            methods,
            default=_DEFAULT_METHOD,
            format_func=lambda method: METHOD_LABELS.get(method, method),
            key="method",
            bind="query-params",
        )
        st.divider()
        st.caption(_last_run(run))
        view = View(study, run, method or _DEFAULT_METHOD, theme, now)
        retrain.button(view)
        jobs.lines()
    return view


def _choose_run(study: Study, runs: tuple[str, ...]) -> Run | None:
    if not runs:
        st.selectbox("Run", ["no finished run"], disabled=True)
        return None
    name = st.selectbox("Run", runs, key="run", bind="query-params")
    return study.run(name if name in runs else runs[0])


def _last_run(run: Run | None) -> str:
    if run is None:
        return "No network has been trained on this study."
    return f"{run.card.get('device')} · {' + '.join(run.regimes)} · trained in {duration(run.card.get('seconds'))}"
