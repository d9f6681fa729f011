"""Who supervises: the process that holds the lock file. The kernel gives it back when that process dies."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path


class SupervisorLock:
    """The lock of one jobs folder.

    Parameters
    ----------
    folder
        The folder of the job table; the lock file is ``supervisor.lock`` in it.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "supervisor.lock"
        self._handle: int | None = None

    def acquire(self, patience_s: float = 1.0) -> bool:
        """Take the lock; returns False when another process has held it for ``patience_s``.

        A look at the lock (`held`) takes it for an instant, therefore the patience.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        until = time.monotonic() + patience_s
        while not _take(handle, fcntl.LOCK_EX):
            if time.monotonic() > until:
                os.close(handle)
                return False
            time.sleep(0.02)
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._handle = handle
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    @property
    def held(self) -> bool:
        """Whether some process holds the lock now."""
        if not self.path.is_file():
            return False
        handle = os.open(self.path, os.O_RDONLY)
        try:
            return not _take(handle, fcntl.LOCK_SH)
        finally:
            os.close(handle)

    @property
    def holder(self) -> int | None:
        """Pid of the supervisor, or None when there is none; for an instant after a change that of the one before."""
        return int(self.path.read_text() or 0) or None if self.held else None


def _take(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
