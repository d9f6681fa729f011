"""Where the units of a job are worked on: one interface, local processes by default.

An executor is one module in ``fercore/jobs/executors``, so that a cluster is one more module. Units and results must be
picklable values and the function importable by name: nothing else reaches another process or machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from fercore.errors import InputError
from fercore.registry import Registry

Report = Callable[[dict[str, Any]], None]
"""How a unit reports: ``{"unit": its name, "done": float, "total": float, "message": str}``, and what else it likes."""


class Executor(Protocol):
    """Works on units, several at a time."""

    def __call__(
        self,
        function: Callable[[Any, Report], Any],
        units: Sequence[Any],
        *,
        on_progress: Callable[[int, dict[str, Any]], None],
        on_result: Callable[[int, Any], None],
        n_workers: int | None = None,
        memory_bytes: int = 0,
        address: str | None = None,
    ) -> None:
        """Call ``function(unit, report)`` once for every unit, and return when all are finished.

        Parameters
        ----------
        function
            A function of a module; what it raises ends the whole call.
        units
            What to work on; started in this order.
        on_progress
            Called here, in the caller's thread, with a unit's position in ``units`` and what it reports.
        on_result
            Called here with a unit's position in ``units`` and what the function returned, in the order of finishing.
        n_workers
            How many units to work on at a time; by default what the executor finds fit: one per core, as many as fit in
            memory, one per GPU where there are any.
        memory_bytes
            Memory that the work on one unit takes.
        address
            Where the machines of an executor are that works elsewhere.

        Raises
        ------
        Exception
            The first failure of a unit: a `FercoreError` with the unit's own sentence, else the exception itself. Units
            under way are stopped first; results already handed over stay good. When an exception passes through
            (cancellation), they are stopped as well.
        JobError
            When a process of the executor dies (again and again, for an executor that starts such a unit anew), or its
            machines cannot be reached.
        """


EXECUTORS: Registry[Executor] = Registry("fercore.jobs.executors", "executor")
"""The executors that fercore has."""

LOCAL = "local"
"""Name of the executor of this machine, the default."""


def chosen_executor(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Give the part of a job's payload that says who works on its units: ``executor`` and ``address``.

    Raises
    ------
    UnknownNameError, MissingError
        For an executor that does not exist, or whose library is not installed.
    InputError
        For an address where none is needed.
    """
    name, address = payload.get("executor") or LOCAL, payload.get("address")
    EXECUTORS.get(name)
    if name == LOCAL and address is not None:
        raise InputError(
            f"The address {address!r} is of no use: the executor {LOCAL!r} works on this machine. Name an executor of "
            "several machines, such as ray, or leave the address out."
        )
    return {"executor": name, "address": address}
