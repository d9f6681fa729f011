"""The units of a job: worked on by an executor, and added up to how far the job is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from statistics import mean
from typing import Any

from fercore.jobs.executor import EXECUTORS, LOCAL, Report
from fercore.jobs.kind import Progress

_ALMOST = 0.95


class Tally:
    """Adds up what the units of a job report, and passes the sum on.

    A unit may end before its own total: ``accuracy-90`` stops when it is good enough, and 150 epochs are only its cap.
    Therefore a unit under way is measured by how far the finished units of its group came, once there is one.

    Parameters
    ----------
    names
        Group (regime, method) and name (classifier) of every unit.
    finished
        Positions of the units that an earlier attempt finished.
    progress
        Takes the sum: ``done`` in units, and as detail ``{group: {name: {"state", "share", "message"}}}`` with the states
        ``waiting``, ``running`` and ``done``.
    """

    def __init__(self, names: Sequence[tuple[str, str]], finished: Collection[int], progress: Progress) -> None:
        self._names = names
        self._progress = progress
        self._finished = set(finished)
        self._news: dict[int, dict[str, Any]] = {}
        self._lengths: dict[str, list[float]] = {}
        self.tell(f"{len(finished)} of {len(names)} were finished before" if finished else "starting")

    def report(self, unit: int, news: dict[str, Any]) -> None:
        """Take what the unit at a position reports."""
        self._news[unit] = news
        name, said = self._names[unit][1], news["message"]
        self.tell(said if name in said else f"{name}: {said}")

    def finish(self, unit: int) -> None:
        """Count the unit at a position as finished."""
        news = self._news.pop(unit, None)
        if news is not None and news["total"] > 0:
            self._lengths.setdefault(self._names[unit][0], []).append(news["done"] / news["total"])
        self._finished.add(unit)
        self.tell(f"{' '.join(self._names[unit])} is done")

    def tell(self, message: str) -> None:
        """Pass on the sum with a message."""
        detail: dict[str, dict[str, Any]] = {}
        done = 0.0
        for unit, (group, name) in enumerate(self._names):
            share = self._share(unit)
            done += share
            state = "done" if unit in self._finished else "running" if unit in self._news else "waiting"
            said = self._news[unit]["message"] if unit in self._news else ""
            detail.setdefault(group, {})[name] = {"state": state, "share": share, "message": said}
        self._progress(done, len(self._names), message, detail)

    def _share(self, unit: int) -> float:
        if unit in self._finished:
            return 1.0
        news = self._news.get(unit)
        if news is None or news["total"] <= 0:
            return 0.0
        length = mean(self._lengths.get(self._names[unit][0], [1.0]))
        return min(float(news["done"] / news["total"] / length), _ALMOST) if length > 0 else 0.0


def work_on(
    function: Callable[[Any, Report], Any],
    units: Sequence[Any],
    names: Sequence[tuple[str, str]],
    *,
    finished: Collection[int],
    last: Collection[int] = (),
    progress: Progress,
    keep: Callable[[Any, Any], None] | None = None,
    executor: str = LOCAL,
    **how: Any,
) -> None:
    """Work on those units that are not finished, and tell how far the whole is.

    Parameters
    ----------
    function, units
        As for an `fercore.jobs.executor.Executor`.
    names, finished, progress
        As for `Tally`.
    last
        Positions of the units that need what the others make: they wait until all others are finished.
    keep
        Called with a unit and what the function returned, before the unit counts as finished. Files of the run need no
        keeping: they are in its folder, whoever wrote them.
    executor
        Name of the executor.
    **how
        ``n_workers``, ``memory_bytes`` and ``address``, as for the executor.
    """
    tally = Tally(names, finished, progress)
    execute = EXECUTORS.get(executor)

    def work_on_some(some: Sequence[int]) -> None:
        def on_result(number: int, found: Any) -> None:
            if keep is not None:
                keep(units[some[number]], found)
            tally.finish(some[number])

        def on_progress(number: int, news: dict[str, Any]) -> None:
            tally.report(some[number], news)

        if some:
            execute(function, [units[unit] for unit in some], on_progress=on_progress, on_result=on_result, **how)

    left = [unit for unit in range(len(units)) if unit not in finished]
    work_on_some([unit for unit in left if unit not in last])
    work_on_some([unit for unit in left if unit in last])
