"""Work that is under way, the same for every reader and on every page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from fercore.errors import FercoreError
from fercore.jobs import client
from fercore.jobs.job import Job
from fercore.notation import duration
from fercore.study import Study
from fercore.ui.messages import panel
from fercore.ui.state import View

P = ParamSpec("P")
T = TypeVar("T")

_ENDED = "ended jobs"

_BUSY_S, _IDLE_S = 2.0, 10.0
"""How often the line is refreshed while work runs, and how often it looks for work that somebody else started."""


@panel
def lines(study: Study) -> None:
    """Draw a line for each job that waits or runs, and for those of the study that failed; refreshed by itself."""
    for message in st.session_state.pop(_ENDED, ()):
        st.toast(message, icon=":material/task_alt:")
    active = frozenset(job.id for job in client.list_jobs() if job.active)
    st.fragment(_lines, run_every=_BUSY_S if active else _IDLE_S)(study, active)


@panel
def _lines(study: Study, active_before: frozenset[int]) -> None:
    jobs = client.list_jobs()
    active = [job for job in jobs if job.active]
    for job in sorted(active, key=lambda job: (job.state != "running", job.id)):
        progress(job)
    for job in _ended_badly(jobs, study):
        st.caption(f"**{job.title}** {job.state}. {job.error or job.message}")
        pressed = st.button("Resume", key=f"take-up-{job.id}", icon=":material/play_arrow:")
        if pressed and attempt(client.resume, job.id) is not None:
            st.rerun()
    if frozenset(job.id for job in active) != active_before:
        ended = [job for job in jobs if job.id in active_before and not job.active]
        st.session_state[_ENDED] = [f"{job.title}: {job.error or job.message or job.state}" for job in ended]
        st.rerun()


def _ended_badly(jobs: Sequence[Job], study: Study) -> list[Job]:
    """Give the newest job of each target, where that failed or was lost and is still worth resuming."""
    newest: dict[str, Job] = {}
    for job in jobs:
        if job.study == study.name:
            newest.setdefault(job.target, job)
    return [job for job in newest.values() if job.state in ("failed", "lost")]


def progress(job: Job) -> None:
    """Draw one job: stage, bar, time left, and the button that stops it."""
    st.progress(job.share, text=f"**{job.title}**  \n{stage(job)}")
    if st.button(
        "Cancelling…" if job.cancelling else "Cancel",
        key=f"cancel-{job.id}",
        disabled=job.cancelling,
        icon=":material/close:",
    ):
        attempt(client.cancel, job.id)


def stage(job: Job) -> str:
    """Say in one line where a job stands."""
    if job.state == "queued":
        return "waiting for its turn"
    left = f"{duration(job.eta_s)} left" if job.eta_s is not None else "time left not known yet"
    return f"{job.message or 'starting'} · {left}" if job.state == "running" else job.error or job.message or job.state


def offer(
    view: View,
    kind: str,
    *,
    lacks: str,
    busy: str,
    label: str,
    icon: str,
    key: str | None = None,
    **payload: Any,
) -> None:
    """Say what the chosen run lacks, with a button that starts the job; while one works on it, it cannot be pressed.

    Parameters
    ----------
    view
        What the reader looks at.
    kind, payload
        The job; study and run are the view's.
    lacks, busy
        What is missing, and what is said beside it while a job works on it.
    label, icon, key
        Of the button.
    """
    run = view.finished_run
    own = [job for job in client.list_jobs() if job.kind == kind and job.payload.get("run") == run.name]
    under_way = any(job.active and job.study == view.study.name for job in own)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(lacks + (f" {busy}" if under_way else ""))
        pressed = st.button(label, icon=icon, key=key, disabled=under_way)
    asked = {"study": view.study.name, "run": run.name, **payload}
    if pressed and attempt(client.submit, kind, asked) is not None:
        st.rerun()


def attempt(act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """Do something with a job; when it cannot be done, tell why in one sentence and give None."""
    try:
        return act(*args, **kwargs)
    except FercoreError as error:
        st.warning(str(error), icon=":material/warning:")
        return None
