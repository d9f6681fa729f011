"""Which process is meant: a pid is used again, a pid with its start time is not."""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import dataclass

import psutil

_TOLERANCE_S = 0.05


@dataclass(frozen=True)
class ProcessIdentity:
    """One process of this machine, past or present.

    The start time is counted from the boot of the machine, so that setting the clock makes nobody dead.
    """

    pid: int
    started_s: float
    """Seconds between the boot of the machine and the start of the process."""

    @classmethod
    def of(cls, pid: int) -> ProcessIdentity | None:
        """Give the identity of the process that has this pid now, or None when there is none or it is a zombie."""
        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            return cls(pid, process.create_time() - psutil.boot_time())
        except psutil.NoSuchProcess:
            return None

    @classmethod
    def mine(cls) -> ProcessIdentity:
        """Give the identity of the calling process."""
        identity = cls.of(os.getpid())
        assert identity is not None
        return identity

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        now = self.of(self.pid)
        return now is not None and abs(now.started_s - self.started_s) < _TOLERANCE_S

    def signal_group(self, which: signal.Signals) -> None:
        """Send a signal to the process and the group that it leads; nothing happens when it is gone."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, which)
