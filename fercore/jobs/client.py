"""What the dashboard and the command line do with jobs.

Every function works on the studies folder of this process (``FERCORE_STUDIES``), and every viewer sees the same jobs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

from fercore.errors import JobError
from fercore.jobs.job import Job
from fercore.jobs.kind import find_kind
from fercore.jobs.lock import SupervisorLock
from fercore.jobs.supervisor import ROOT
from fercore.jobs.table import JobTable
from fercore.store import cache_dir, studies_dir

_START_S = 30.0
_FOLLOW_S = 0.25


def submit(kind: str, payload: Mapping[str, Any]) -> Job:
    """Check what is asked for, queue it, and see to it that somebody works.

    Parameters
    ----------
    kind
        A name in `fercore.jobs.kind.JOB_KINDS` (``train``, ``explain``), or ``module:Class`` for a kind of one's own.
    payload
        What the kind needs, see its module.

    Raises
    ------
    InputError, MissingError
        When the work cannot be done; nothing has been queued then.
    JobError
        When another job writes the same thing, or no supervisor can be started.
    """
    job = JobTable().add(kind, find_kind(kind).prepare(payload))
    ensure_supervisor()
    return job


def list_jobs() -> list[Job]:
    """Give all jobs, the newest first; when some wait or run and their supervisor was killed, a new one is started."""
    jobs = JobTable().jobs()
    if any(job.active for job in jobs):
        ensure_supervisor()
    return jobs


def get(job_id: int) -> Job:
    """Give one job; raises `MissingError` when there is none of that number."""
    return JobTable().get(job_id)


def cancel(job_id: int) -> Job:
    """Take a job off the queue or have it stopped, within 2 s; a job that has ended stays as it is."""
    job = JobTable().request_cancel(job_id)
    if job.cancelling:
        ensure_supervisor()
    return job


def resume(job_id: int) -> Job:
    """Queue a failed, cancelled or lost job once more; it goes on from what is finished.

    Raises `JobError` when it is active or done, or when another job writes the same thing now.
    """
    job = JobTable().requeue(job_id)
    ensure_supervisor()
    return job


def follow(job_id: int) -> Iterator[Job]:
    """Give the job again and again, a few times a second, until it has ended; the last one says how."""
    while (job := get(job_id)).active:
        yield job
        ensure_supervisor()
        time.sleep(_FOLLOW_S)
    yield job


def ensure_supervisor() -> None:
    """Start the supervisor of this studies folder when there is none; returns when it is there.

    It is a process of its own, in a session of its own: whoever started it may end or be killed.

    Raises
    ------
    JobError
        When it does not start; its log says why.
    """
    folder = JobTable().folder
    lock = SupervisorLock(folder)
    if lock.held:
        return
    folder.mkdir(parents=True, exist_ok=True)
    places = {"FERCORE_STUDIES": str(studies_dir().resolve()), "FERCORE_CACHE": str(cache_dir().resolve())}
    log = folder / "supervisor.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "fercore.jobs.supervisor"],
            cwd=ROOT, env=os.environ | places, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    threading.Thread(target=process.wait, daemon=True).start()  # collects it should it end before us
    until = time.monotonic() + _START_S
    while not lock.held:
        if process.poll() not in (None, 0) or time.monotonic() > until:
            raise JobError(f"The supervisor of jobs did not start. {log} says why; the job waits until it does.")
        time.sleep(0.02)
