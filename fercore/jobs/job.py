"""One job, as every viewer sees it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fercore.jobs.eta import estimate_eta_s
from fercore.jobs.identity import ProcessIdentity

STATES = ("queued", "running", "done", "failed", "cancelled", "lost")
"""Every state of a job. ``lost``: the worker vanished without a word."""

_TAIL_BYTES = 8192
_TAIL_LINES = 20


@dataclass(frozen=True)
class Order:
    """What is asked for: checked, complete, and fit to be written down."""

    study: str
    """Name of the study that is worked on."""
    title: str
    """What it is, in a few words, as shown to the user."""
    target: str
    """What the work writes, such as ``runs/second``: two jobs of one study never write the same thing at once."""
    payload: Mapping[str, Any]
    """Everything the worker needs; plain values, fit for JSON."""
    device: str = "compute"
    """What the work occupies: one job per device at a time. All work of one machine shares ``compute``, because
    every job takes the best device that the machine has."""


@dataclass(frozen=True)
class Job:
    """One job at one moment. Times are UTC, in s since 1970."""

    id: int
    kind: str
    study: str
    title: str
    target: str
    device: str
    payload: Mapping[str, Any]
    state: str
    """One of `STATES`, and true: ``running`` only while its worker lives."""
    attempt: int
    """How often a worker took it up."""
    done: float
    total: float
    """``done`` of ``total`` parts are finished; ``total`` is 0 until the worker knows."""
    message: str
    """What is going on, or what came out."""
    error: str | None
    """Why it failed or was lost, in one sentence."""
    created: float
    started: float | None
    updated: float | None
    finished: float | None
    log: Path
    """What the worker and its children printed."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    """More about the progress, by the kind's own names."""
    done_before: float | None = None
    worker: ProcessIdentity | None = None
    cancel_requested: float | None = None

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("queued", "running")

    @property
    def cancelling(self) -> bool:
        """Whether it runs, but was asked to stop."""
        return self.state == "running" and self.cancel_requested is not None

    @property
    def resumable(self) -> bool:
        """Whether it can be taken up again; it goes on from what is finished."""
        return self.state in ("failed", "cancelled", "lost")

    @property
    def share(self) -> float:
        """Finished share of the work, in [0, 1]."""
        return min(max(self.done / self.total, 0.0), 1.0) if self.total > 0 else 0.0

    @property
    def eta_s(self) -> float | None:
        """Seconds until it will be done, or None when that cannot be told (yet)."""
        if self.state != "running" or self.started is None or self.updated is None:
            return None
        elapsed_s = self.updated - self.started
        left = estimate_eta_s(self.done, self.total, elapsed_s=elapsed_s, done_before=self.done_before or 0.0)
        return None if left is None else max(left - (time.time() - self.updated), 0.0)

    @property
    def log_tail(self) -> str:
        """The last lines of the log; empty when there is none."""
        try:
            with self.log.open("rb") as file:
                file.seek(max(self.log.stat().st_size - _TAIL_BYTES, 0))
                lines = file.read().decode(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-_TAIL_LINES:])

    def to_mapping(self) -> dict[str, Any]:
        """Give what ``fercore jobs --json`` prints: plain values."""
        names = ("id", "kind", "study", "title", "target", "state", "attempt", "done", "total", "message", "error")
        times = ("created", "started", "updated", "finished", "eta_s")
        rest = {"resumable": self.resumable, "payload": dict(self.payload), "log": str(self.log)}
        return {name: getattr(self, name) for name in (*names, *times)} | rest
