"""Processes of many machines, through Ray: an extra, see ``requirements-ray.txt``.

Every unit is a task that streams what it reports and ends with its result. Ray's own retries stay off: a unit whose worker
died is sent once more, to whichever worker is free, and trains to the same weights there. Nothing is left in the cluster
when the job ends, however it ends.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np

from fercore.errors import JobError, MissingError
from fercore.jobs.executor import EXECUTORS, Report
from fercore.jobs.failure import portable
from fercore.jobs.parcel import Parcel, Sender

try:
    import ray
except ModuleNotFoundError as error:
    raise MissingError(
        "The executor 'ray' needs the library ray, which is not installed. Install it on every machine with "
        "`pip install -r requirements-ray.txt`, or leave the executor out to work on this machine alone."
    ) from error

ATTEMPTS = 4
"""How often a unit is tried whose workers die."""

_ANSWER_S = 5.0
_POLL_S = 0.2


@EXECUTORS.register
def run_ray(
    function: Callable[[Any, Report], Any],
    units: Sequence[Any],
    *,
    on_progress: Callable[[int, dict[str, Any]], None],
    on_result: Callable[[int, Any], None],
    n_workers: int | None = None,
    memory_bytes: int = 0,
    address: str | None = None,
) -> None:
    """Work on units in the workers of a Ray cluster; see `fercore.jobs.executor.Executor`.

    ``address`` is what ``ray start`` prints (``HOST:PORT``), or ``auto`` (the default) for the cluster that this machine
    belongs to.
    """
    with _connected(address or "auto"):
        needs = _needs(memory_bytes)
        sender = Sender(_send)
        waiting = deque(range(len(units)))
        working: dict[Any, tuple[int, Parcel]] = {}
        deaths: Counter[int] = Counter()
        try:
            while waiting or working:
                while waiting and len(working) < (n_workers or _n_slots()):
                    index = waiting.popleft()
                    parcel = sender.pack(units[index])
                    working[_work.options(**needs).remote(function, parcel)] = index, parcel
                ready: list[Any]
                ready, _ = ray.wait(list(working), num_returns=len(working), timeout=_POLL_S)
                for stream in ready:
                    index, parcel = working[stream]
                    try:
                        about, value = ray.get(next(stream))
                    except ray.exceptions.RayError as death:
                        del working[stream]
                        deaths[index] += 1
                        _require_hope(deaths[index], death)
                        waiting.appendleft(index)
                        on_progress(index, _once_more(units[index]))
                        continue
                    if about == "progress":
                        on_progress(index, value)
                        continue
                    if about == "failure":
                        raise value
                    del working[stream]
                    result, changes = value
                    parcel.deliver(changes)
                    on_result(index, result)
        finally:
            for stream in working:
                ray.cancel(stream, force=True)


@ray.remote(num_returns="streaming", max_retries=0)
def _work(function: Callable[[Any, Report], Any], parcel: Parcel) -> Iterator[tuple[str, Any]]:
    """Work on one unit, in the worker: what it reports, then its result or its failure."""
    messages: SimpleQueue[tuple[str, Any]] = SimpleQueue()

    def work() -> None:
        try:
            found = parcel.work(function, lambda news: messages.put(("progress", news)), ray.get)
            messages.put(("result", found))
        except Exception as error:
            messages.put(("failure", portable(error)))

    threading.Thread(target=work, daemon=True).start()
    about = "progress"
    while about == "progress":
        about, value = messages.get()
        yield about, value


@contextmanager
def _connected(address: str) -> Iterator[None]:
    """Connect to a cluster for the time of the block."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    on_sigterm = signal.getsignal(signal.SIGTERM)
    try:
        host, colon, port = address.partition(":")
        if colon and port.isdecimal():  # Ray itself would try for two minutes
            socket.create_connection((host, int(port)), timeout=_ANSWER_S).close()
        ray.init(address=address, logging_level=logging.WARNING)
    except (OSError, ValueError, RuntimeError, SystemExit) as error:  # Ray leaves the process when its patience ends
        raise JobError(
            f"No Ray cluster can be reached at {address!r} ({error}). Start one with `ray start --head`, on this machine or "
            "on one that this machine joins with `ray start --address HOST:PORT`, and give the address that it prints."
        ) from error
    finally:
        signal.signal(signal.SIGTERM, on_sigterm)  # Ray puts its own there, and a job is cancelled by ours
    try:
        yield
    finally:
        ray.shutdown()


def _needs(memory_bytes: int) -> dict[str, Any]:
    """Say what one unit takes of a machine: a core, its memory, and a GPU where any machine has one."""
    machines = [node["Resources"] for node in ray.nodes() if node["Alive"]]  # type: ignore[no-untyped-call]
    needs = {"CPU": 1, "GPU": int(any("GPU" in machine for machine in machines)), "memory": memory_bytes}
    if not any(all(machine.get(name, 0) >= amount for name, amount in needs.items()) for machine in machines):
        raise JobError(
            f"No machine of the Ray cluster has what one unit needs: {', '.join(f'{n:g} {x}' for x, n in needs.items())}. "
            "Add a larger machine, or use a smaller batch, input side or network."
        )
    return {"num_cpus": needs["CPU"], "num_gpus": needs["GPU"], "memory": needs["memory"]}


def _n_slots() -> int:
    """Count the units that the cluster, as large as it is now, can work on at a time."""
    has = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return max(1, int(has.get("GPU", has.get("CPU", 1))))


def _send(path: Path) -> Any:
    """Put a file's bytes into Ray's object store."""
    content = np.asarray(np.memmap(path, np.uint8, mode="r")) if path.stat().st_size else np.empty(0, np.uint8)
    return ray.put(content)


def _require_hope(n_deaths: int, death: Exception) -> None:
    if isinstance(death, ray.exceptions.RayTaskError):
        reason = str(death.cause).splitlines()[0]
        raise JobError(
            f"A machine of the Ray cluster cannot work on this job ({reason}). Install the same version of fercore and of what "
            "it needs on every machine, then resume the job; what is finished is kept."
        ) from death
    if n_deaths >= ATTEMPTS:
        raise JobError(
            f"The workers of one unit died {n_deaths} times ({type(death).__name__}), most likely because memory ran out on "
            "them. Use a smaller batch or larger machines, then resume the job; what is finished is kept."
        ) from death


def _once_more(unit: Any) -> dict[str, Any]:
    name = getattr(unit, "name", "a unit")
    return {"unit": str(name), "done": 0.0, "total": 0.0, "message": f"{name}: its worker died, so another takes it up"}
