"""Processes of this machine: one per core, one thread each.

Two processes of one thread, units in turn, are 1.3 to 1.6 times as fast as one process of two threads for small
networks. Every process has a pipe of its own, so that one that is killed holds no lock that another one needs; and each
watches its parent, so that none is left behind when the parent is killed.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Any

import psutil

from fercore.errors import JobError
from fercore.jobs.executor import EXECUTORS, Report
from fercore.jobs.failure import portable

_SPAWN = get_context("spawn")
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
_KEEP_MEMORY = dict.fromkeys(("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"), str(2**34))
"""For glibc: freed buffers stay with the process. Otherwise every training step gives its large buffers back to the system
and gets them anew, page fault by page fault: 9,300 in a step of 64 images at 128 px, against 260 with this."""

ON_A_GPU = 3
"""Units on one GPU: a step of a batch of 64 is over before the next one is launched, so that several fill each other's gaps."""


def usable_cores() -> int:
    """Give the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def n_fitting(memory_bytes: int) -> int:
    """Give the number of units to work on at a time: one per core, `ON_A_GPU` on a GPU, but no more than fit in memory."""
    from fercore.machines.device import choose_device, free_bytes  # loads torch

    device = choose_device()
    most, free = usable_cores(), psutil.virtual_memory().available
    if device.kind != "cpu":
        most, free = min(most, ON_A_GPU), free_bytes(device)
    return max(1, min(most, int(0.8 * free / max(memory_bytes, 1))))


@EXECUTORS.register
def run_local(
    function: Callable[[Any, Report], Any],
    units: Sequence[Any],
    *,
    on_progress: Callable[[int, dict[str, Any]], None],
    on_result: Callable[[int, Any], None],
    n_workers: int | None = None,
    memory_bytes: int = 0,
    address: str | None = None,  # noqa: ARG001  this machine needs none
) -> None:
    """Work on units in local processes; see `fercore.jobs.executor.Executor`."""
    waiting = deque(enumerate(units))
    members: dict[Connection, _Member] = {}
    try:
        with _environment(_ONE_THREAD | _KEEP_MEMORY):
            for _ in range(min(n_workers or n_fitting(memory_bytes), len(units))):
                member = _Member(function)
                members[member.connection] = member
                member.connection.send(waiting.popleft())
        busy = set(members)
        while busy:
            for connection in wait(list(busy)):
                assert isinstance(connection, Connection)
                about, index, value = members[connection].receive()
                if about == "progress":
                    on_progress(index, value)
                    continue
                if about == "failure":
                    raise value
                if waiting:
                    connection.send(waiting.popleft())
                else:
                    connection.send(None)
                    busy.discard(connection)
                on_result(index, value)
    finally:
        for member in members.values():
            member.stop()


class _Member:
    """One process and our end of its pipe."""

    def __init__(self, function: Callable[[Any, Report], Any]) -> None:
        self.connection, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, function), daemon=True)
        self._process.start()
        theirs.close()

    def receive(self) -> tuple[str, int, Any]:
        try:
            message: tuple[str, int, Any] = self.connection.recv()
        except (EOFError, OSError) as error:
            self._process.join(1)
            raise JobError(
                f"A process of this job was killed (exit status {self._process.exitcode}), most likely because memory "
                "ran out. Close other programs or use a smaller batch, then resume the job; what is finished is kept."
            ) from error
        return message

    def stop(self) -> None:
        self.connection.close()
        self._process.kill()
        self._process.join()
        self._process.close()


def _serve(connection: Connection, function: Callable[[Any, Report], Any]) -> None:
    """Work on one unit after the other, in the child."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    while (task := connection.recv()) is not None:
        index, unit = task

        def report(news: dict[str, Any], index: int = index) -> None:
            connection.send(("progress", index, news))

        try:
            answer = ("result", index, function(unit, report))
        except Exception as error:
            answer = ("failure", index, portable(error))
        connection.send(answer)


def _leave_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Let the processes that are started in the block have these environment variables."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
