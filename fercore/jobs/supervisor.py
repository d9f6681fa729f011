"""The one process per studies folder that starts queued jobs and stops cancelled ones.

It is started when somebody needs it (`ensure_supervisor` of `fercore.jobs.client`) and leaves when there has been nothing
to do for a while. Being killed costs nothing: workers are on their own, and the next supervisor finds them in the table.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from fercore.errors import JobError
from fercore.jobs.identity import ProcessIdentity
from fercore.jobs.job import Job
from fercore.jobs.lock import SupervisorLock
from fercore.jobs.table import JobTable
from fercore.jobs.worker import NOT_CLAIMED

POLL_S = 0.2
"""Seconds between two looks at the table."""

GRACE_S = 1.2
"""Seconds between the request to stop (SIGTERM) and the kill (SIGKILL)."""

IDLE_S = 30.0
"""Seconds without any job after which the supervisor leaves."""

ROOT = Path(__file__).parents[2]
"""Where ``fercore`` is imported from; detached processes run there."""


class Supervisor:
    """Looks after the jobs of one table, one device at a time."""

    def __init__(self, table: JobTable) -> None:
        self.table = table
        self._started: dict[int, tuple[Job, subprocess.Popen[bytes]]] = {}
        self._asked: dict[ProcessIdentity, float] = {}

    def look(self) -> bool:
        """Do what there is to do now; returns whether any job waits or runs."""
        self._reap()
        active = self.table.active()
        taken = {job.device for job in active if job.state == "running"}
        taken |= {job.device for job, _ in self._started.values()}
        for job in active:
            if job.cancelling:
                self._stop(job)
            elif job.state == "queued" and job.device not in taken:
                self._start(job)
                taken.add(job.device)
        return bool(active or self._started)

    def _start(self, job: Job) -> None:
        with job.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "fercore.jobs.worker", str(job.id)],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._started[job.id] = (job, process)

    def _reap(self) -> None:
        """Collect workers that ended; one that never took its job up shall not be started again and again."""
        for job, process in list(self._started.values()):
            if process.poll() is None:
                continue
            del self._started[job.id]
            if process.returncode != NOT_CLAIMED:
                error = f"The worker process did not start (exit status {process.returncode}). Its log shows why."
                self.table.finish(job, "failed", error=error)

    def _stop(self, job: Job) -> None:
        """Ask the worker and its children to stop; kill those that do not listen."""
        if job.worker is None:
            return
        asked = self._asked.get(job.worker)
        if asked is None:
            self._asked[job.worker] = time.monotonic()
            job.worker.signal_group(signal.SIGTERM)
        elif time.monotonic() - asked > GRACE_S:
            job.worker.signal_group(signal.SIGKILL)


def supervise(table: JobTable, *, idle_s: float = IDLE_S) -> None:
    """Look after the jobs until there has been none for ``idle_s``; leave at once when there is a supervisor already."""
    lock = SupervisorLock(table.folder)
    supervisor = Supervisor(table)
    while lock.acquire():
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < idle_s and table.folder.is_dir():
            try:
                busy = supervisor.look()
            except (JobError, OSError) as error:  # a full disk, a locked table, no process to be had: try again
                print(error, file=sys.stderr, flush=True)
                busy = True
            if busy:
                quiet_since = time.monotonic()
            time.sleep(POLL_S)
        lock.release()
        if not table.active():  # asked after the release: a client that saw the lock taken has written its job before
            return


if __name__ == "__main__":
    supervise(JobTable())
