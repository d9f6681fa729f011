"""How far a job of many units is: finished units, and shares of those under way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from statistics import mean
from typing import Any

from fercore.jobs.kind import Progress

_ALMOST = 0.95


class Tally:
    """Adds up what the units of a job report, and passes the sum on.

    A unit may end before its own total: ``accuracy-90`` stops when it is good enough, and 150 epochs are only its cap.
    Therefore a unit under way is measured by the mean length of those that ended, and by its own total until one has.

    Parameters
    ----------
    units
        Names of all units of the job.
    finished
        Those that an earlier attempt finished.
    progress
        What takes the sum: ``done`` in units, and as detail ``{"units": {name: {"state", "share", "message"}}}`` with the
        states ``waiting``, ``running`` and ``done``.
    """

    def __init__(self, units: Sequence[str], finished: Collection[str], progress: Progress) -> None:
        self._progress = progress
        self._lengths: list[float] = []
        self._news: dict[str, dict[str, Any]] = {}
        self._states = {unit: "done" if unit in finished else "waiting" for unit in units}
        self.tell(f"{len(finished)} of {len(units)} were finished before" if finished else "starting")

    def report(self, news: dict[str, Any]) -> None:
        """Take a unit's report (`fercore.jobs.executor.Report`)."""
        unit = news["unit"]
        self._states[unit] = "running"
        self._news[unit] = news
        self.tell(f"{unit}: {news['message']}")

    def finish(self, unit: str) -> None:
        """Count a unit as finished."""
        news = self._news.pop(unit, None)
        if news is not None:
            self._lengths.append(float(news["done"]))
        self._states[unit] = "done"
        self.tell(f"{unit}: done")

    def tell(self, message: str) -> None:
        """Pass on the sum with a message."""
        shares = {unit: self._share(unit) for unit in self._states}
        units = {
            unit: {"state": state, "share": shares[unit], "message": self._news.get(unit, {}).get("message", "")}
            for unit, state in self._states.items()
        }
        self._progress(sum(shares.values()), len(self._states), message, {"units": units})

    def _share(self, unit: str) -> float:
        if self._states[unit] == "done":
            return 1.0
        if unit not in self._news:
            return 0.0
        news = self._news[unit]
        length = mean(self._lengths) if self._lengths else float(news["total"])
        return min(float(news["done"]) / length, _ALMOST) if length > 0 else 0.0
