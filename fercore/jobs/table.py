"""The job table: what was asked for, how far it is, and who works on it.

"Lost" is never stored: a job that says it runs while its worker is gone *is* lost, for every reader, at once, whoever
was killed.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from fercore.errors import JobError, MissingError
from fercore.jobs.database import JobDatabase
from fercore.jobs.identity import ProcessIdentity
from fercore.jobs.job import Job, Order
from fercore.store import studies_dir

_LOST = (
    "The process that worked on this job is gone: it was killed, ran out of memory, or the machine restarted. "
    "Resume the job; it goes on from what is finished."
)


class JobTable:
    """The jobs of one studies folder.

    Parameters
    ----------
    folder
        Where ``jobs.db`` and the log files lie; by default ``.jobs`` in the studies folder. Made by the first `add`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or studies_dir() / ".jobs"
        self._database = JobDatabase(self.folder / "jobs.db")

    # ---------------------------------------------------------------- reading

    def jobs(self) -> list[Job]:
        """Give all jobs, the newest first."""
        return self._all("SELECT * FROM jobs ORDER BY id DESC")

    def active(self) -> list[Job]:
        """Give the jobs that wait or run, the oldest first."""
        found = self._all("SELECT * FROM jobs WHERE state IN ('queued', 'running') ORDER BY id")
        return [job for job in found if job.active]

    def _all(self, question: str) -> list[Job]:
        if not self._database.exists:
            return []
        with self._database.read() as connection:
            rows = connection.execute(question).fetchall()
        return [self._see(row) for row in rows]

    def get(self, job_id: int) -> Job:
        """Give one job; raises `MissingError` when there is none of that number."""
        return self._see(self._row(job_id))

    def _row(self, job_id: int) -> sqlite3.Row:
        row = None
        if self._database.exists:
            with self._database.read() as connection:
                row = connection.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
        if row is None:
            raise MissingError(f"There is no job {job_id}. `python -m fercore jobs` lists them.")
        return cast(sqlite3.Row, row)

    def _see(self, row: sqlite3.Row) -> Job:
        """Tell the truth about a row: a worker that died between its last word and our look had the last word."""
        job = self._job(row)
        if job.state != "running" or (job.worker and job.worker.alive):
            return job
        again = self._job(self._row(job.id))
        if again.state != "running" or again.worker != job.worker:
            return again
        return _gone(again)

    def _job(self, row: sqlite3.Row) -> Job:
        values = dict(row)
        pid, started_s = values.pop("worker_pid"), values.pop("worker_started_s")
        values["worker"] = None if pid is None else ProcessIdentity(pid, started_s)
        values["payload"], values["detail"] = json.loads(values["payload"]), json.loads(values["detail"])
        return Job(log=self.folder / f"{values['id']}.log", **values)

    # ---------------------------------------------------------------- by clients

    def add(self, kind: str, order: Order) -> Job:
        """Queue a job; raises `JobError` while another one writes the same target."""
        self._database.make()
        with self._database.change() as connection:
            self._refuse_twin(connection, order.study, order.target)
            payload = json.dumps(dict(order.payload), allow_nan=False)
            values = (kind, order.study, order.title, order.target, order.device, payload, "queued", time.time())
            cursor = connection.execute(
                "INSERT INTO jobs (kind, study, title, target, device, payload, state, created)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            job_id = cast(int, cursor.lastrowid)
        return self.get(job_id)

    def request_cancel(self, job_id: int) -> Job:
        """Take a job off the queue, or ask for its worker to be stopped; a job that has ended stays as it is."""
        self._row(job_id)
        now = time.time()
        with self._database.change() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'cancelled', message = 'Cancelled before it started.', finished = ?"
                " WHERE id = ? AND state = 'queued'",
                (now, job_id),
            )
            connection.execute(
                "UPDATE jobs SET cancel_requested = ? WHERE id = ? AND state = 'running' AND cancel_requested IS NULL",
                (now, job_id),
            )
        return self.get(job_id)

    def requeue(self, job_id: int) -> Job:
        """Queue a job that ended early once more; raises `JobError` when it is active, done, or has a twin."""
        job = self.get(job_id)
        with self._database.change() as connection:
            if not job.resumable:
                raise JobError(f"Job {job_id} is {job.state}, so there is nothing to resume.")
            self._refuse_twin(connection, job.study, job.target)
            connection.execute(
                "UPDATE jobs SET state = 'queued', error = NULL, message = '', cancel_requested = NULL,"
                " worker_pid = NULL, worker_started_s = NULL, started = NULL, updated = NULL, finished = NULL"
                " WHERE id = ? AND attempt = ?",
                (job_id, job.attempt),
            )
        return self.get(job_id)

    def _refuse_twin(self, connection: sqlite3.Connection, study: str, target: str) -> None:
        question = "SELECT * FROM jobs WHERE state IN ('queued', 'running') AND study = ? AND target = ?"
        for row in connection.execute(question, (study, target)):
            twin = self._see(row)
            if twin.active:
                raise JobError(
                    f"Job {twin.id} ({twin.title}) is {twin.state} and writes {target!r} of study {study!r} already. "
                    f"Wait for it, or cancel it: `python -m fercore jobs --cancel {twin.id}`."
                )

    # ---------------------------------------------------------------- by workers and the supervisor

    def claim(self, job_id: int, worker: ProcessIdentity) -> Job | None:
        """Make ``worker`` the one that runs a queued job, or give None when it is not queued or its device is taken."""
        now = time.time()
        with self._database.change() as connection:
            row = connection.execute("SELECT * FROM jobs WHERE id = ? AND state = 'queued'", (job_id,)).fetchone()
            if row is None:
                return None
            others = connection.execute(
                "SELECT * FROM jobs WHERE state = 'running' AND device = ?", (row["device"],)
            ).fetchall()
            if any(self._see(other).active for other in others):
                return None
            connection.execute(
                "UPDATE jobs SET state = 'running', attempt = attempt + 1, worker_pid = ?, worker_started_s = ?,"
                " started = ?, updated = ?, done_before = NULL, error = NULL WHERE id = ?",
                (worker.pid, worker.started_s, now, now, job_id),
            )
        return self.get(job_id)

    def tell(self, job: Job, done: float, total: float, message: str, detail: Mapping[str, Any]) -> None:
        """Write down how far ``job`` is; nothing happens when its worker is no longer the one that runs it."""
        with self._database.change() as connection:
            connection.execute(
                "UPDATE jobs SET done = ?, total = ?, message = ?, detail = ?, updated = ?,"
                " done_before = coalesce(done_before, ?)"
                " WHERE id = ? AND attempt = ? AND state = 'running'",
                (done, total, message, json.dumps(dict(detail)), time.time(), done, job.id, job.attempt),
            )

    def finish(self, job: Job, state: str, *, message: str | None = None, error: str | None = None) -> None:
        """Write down how ``job`` ended; nothing happens when somebody else has taken it up."""
        done = "total" if state == "done" else "done"
        with self._database.change() as connection:
            connection.execute(
                f"UPDATE jobs SET state = ?, message = coalesce(?, message), error = ?, finished = ?, done = {done}"
                " WHERE id = ? AND attempt = ? AND state IN ('queued', 'running')",
                (state, message, error, time.time(), job.id, job.attempt),
            )


def _gone(job: Job) -> Job:
    """Give a running job without its worker as what it is: cancelled when that was wanted, else lost."""
    if job.cancel_requested is not None:
        return replace(job, state="cancelled", message="Cancelled.", finished=job.updated)
    return replace(job, state="lost", error=_LOST, finished=job.updated)
