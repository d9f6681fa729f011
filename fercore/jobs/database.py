"""The SQLite file behind the job table: ``<studies>/.jobs/jobs.db``.

It is in WAL mode and every change is one ``BEGIN IMMEDIATE`` transaction, so that any number of processes may read and
write. Connections are opened for each transaction: they cost .3 ms and nothing is shared between threads or processes.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from fercore.errors import DamagedError, JobError

_SCHEMA = """
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, study TEXT NOT NULL, title TEXT NOT NULL, target TEXT NOT NULL, device TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    attempt INTEGER NOT NULL DEFAULT 0,
    done REAL NOT NULL DEFAULT 0, total REAL NOT NULL DEFAULT 0, done_before REAL,
    message TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '{}', error TEXT,
    worker_pid INTEGER, worker_started_s REAL, cancel_requested REAL,
    created REAL NOT NULL, started REAL, updated REAL, finished REAL
)
"""


class JobDatabase:
    """The file and its transactions.

    Parameters
    ----------
    path
        The file; made by `make`.

    Raises
    ------
    DamagedError
        In every transaction, when the file is not a job table.
    JobError
        In every transaction, when the file stays locked or the disk is full.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def exists(self) -> bool:
        """Whether anything was ever written."""
        return self.path.exists()

    def make(self) -> None:
        """Make the file whole under another name first: whoever finds it finds a table in it."""
        if self.path.exists():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.path.parent) as folder:
            draft = Path(folder) / "jobs.db"
            connection = sqlite3.connect(draft)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(_SCHEMA)
            connection.close()
            with suppress(FileExistsError):  # somebody else was faster
                os.link(draft, self.path)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
            connection.row_factory = sqlite3.Row
            try:
                connection.execute(begin)
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.close()  # rolls back what was not committed
        except sqlite3.OperationalError as error:
            raise JobError(
                f"The job table {self.path} cannot be used now ({error}). Check the disk and try again."
            ) from error
        except sqlite3.DatabaseError as error:
            raise DamagedError(
                f"{self.path} is not a job table ({error}). Move it away; studies and runs are not in it."
            ) from error

    def read(self) -> AbstractContextManager[sqlite3.Connection]:
        """Open one moment of the table for reading."""
        return self._transaction("BEGIN")

    def change(self) -> AbstractContextManager[sqlite3.Connection]:
        """Open the table for one change, kept when the block ends well; others wait for their turn."""
        return self._transaction("BEGIN IMMEDIATE")
