"""Work that is under way, the same for every reader and on every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

import streamlit as st

from fercore.errors import FercoreError
from fercore.figures.notation import duration
from fercore.jobs import client
from fercore.jobs.job import Job

P = ParamSpec("P")

_BUSY_S, _IDLE_S = 2.0, 10.0
"""How often the line is refreshed while work runs, and how often it looks for work that somebody else started."""


def lines() -> None:
    """Draw a line for each waiting or running job, refreshed without the reader's doing."""
    busy = any(job.active for job in client.list_jobs())
    st.fragment(_lines, run_every=_BUSY_S if busy else _IDLE_S)(busy)


def _lines(was_busy: bool) -> None:
    jobs = [job for job in client.list_jobs() if job.active]
    for job in sorted(jobs, key=lambda job: (job.state != "running", job.id)):
        progress(job)
    if bool(jobs) != was_busy:
        st.rerun()


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


def attempt(act: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> bool:
    """Do something with a job and tell in one sentence when it cannot be done."""
    try:
        act(*args, **kwargs)
    except FercoreError as error:
        st.warning(str(error), icon=":material/warning:")
        return False
    return True
