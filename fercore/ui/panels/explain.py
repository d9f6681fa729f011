"""Saliency maps that a run does not have yet, and the button that has them computed."""

from __future__ import annotations

import streamlit as st

from fercore.figures.theme import mark
from fercore.jobs import client
from fercore.ui.messages import panel
from fercore.ui.panels import jobs
from fercore.ui.state import View


@panel
def offer(view: View) -> None:
    """Offer to compute the maps that the chosen run lacks; draws nothing when it has them all."""
    run, missing = view.run, view.missing_maps
    if run is None or not missing:
        return
    names = ", ".join(mark(method).label for method in missing)
    own = [job for job in client.list_jobs() if job.kind == "explain" and job.payload.get("run") == run.name]
    under_way = any(job.active and job.study == view.study.name for job in own)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"Run **{run.name}** has no maps by {names} yet." + (" They are being computed." if under_way else "")
        )
        pressed = st.button("Compute maps", icon=":material/center_focus_strong:", disabled=under_way)
    payload = {"study": view.study.name, "run": run.name, "methods": missing}
    if pressed and jobs.attempt(client.submit, "explain", payload) is not None:
        st.rerun()
