"""The process that does one job: ``python -m fercore.jobs.worker JOB_ID``.

It takes the job up, writes down how far it is and how it ended, and needs nobody for that. SIGTERM cancels it.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any

from fercore.errors import FercoreError, JobError
from fercore.jobs.failure import failure_sentence
from fercore.jobs.identity import ProcessIdentity
from fercore.jobs.job import Job
from fercore.jobs.kind import find_kind
from fercore.jobs.table import JobTable

NOT_CLAIMED = 75
"""Exit status of a worker that found its job taken, cancelled, or its device busy (EX_TEMPFAIL)."""

WRITE_S = 0.25
"""Least seconds between two writes of the progress."""

NICENESS = 5
"""How far a worker stands back behind the dashboard."""


class Cancelled(BaseException):
    """Somebody wants this job stopped. Not an `Exception`: nobody on the way shall catch it by accident."""


def _cancel(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Cancelled


class ProgressWriter:
    """Writes the newest progress of a job, at most every `WRITE_S`, from a thread of its own.

    What is told last is always written, at the latest when the block ends. A table that cannot be written (full disk)
    does not stop the work.
    """

    def __init__(self, table: JobTable, job: Job) -> None:
        self._table = table
        self._job = job
        self._news: tuple[float, float, str, Mapping[str, Any]] | None = None
        self._message = ""
        self._told = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __call__(self, done: float, total: float, message: str, detail: Mapping[str, Any] | None = None) -> None:
        """Take the news (see `fercore.jobs.kind.Progress`); a new message goes into the log at once."""
        if message != self._message:
            print(f"{time.strftime('%H:%M:%S')} {done:.6g}/{total:.6g} {message}", flush=True)
            self._message = message
        first = self._news is None
        self._news = (done, total, message, dict(detail or {}))
        if first:
            self._write()  # what was finished before must not be mixed with what comes next
        self._told.set()

    def __enter__(self) -> ProgressWriter:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._told.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._over.is_set():
            self._told.wait()
            self._told.clear()
            self._write()
            self._over.wait(WRITE_S)
        self._write()

    def _write(self) -> None:
        if self._news is not None:
            with suppress(JobError):
                self._table.tell(self._job, *self._news)


def work(table: JobTable, job: Job) -> None:
    """Do a claimed job and write down how it ended."""
    state, message, error = "done", None, None
    try:
        with ProgressWriter(table, job) as progress:
            message = find_kind(job.kind).run(job, progress)
    except Cancelled:
        state = "cancelled"
    except Exception as exception:
        state, error = "failed", failure_sentence(exception)
        if not isinstance(exception, FercoreError):
            traceback.print_exc()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if state == "failed" and table.get(job.id).cancelling:  # its children heard the signal first
        state, error = "cancelled", None
    print(f"{time.strftime('%H:%M:%S')} {state}. {error or message or ''}", flush=True)
    table.finish(job, state, message="Cancelled." if state == "cancelled" else message, error=error)


def main(job_id: int) -> int:
    """Take up one job and do it; returns the exit status of the process."""
    faulthandler.enable()
    os.nice(NICENESS)
    signal.signal(signal.SIGTERM, _cancel)
    table = JobTable()
    job = table.claim(job_id, ProcessIdentity.mine())
    if job is None:
        return NOT_CLAIMED
    work(table, job)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
