"""A kind of job for the tests: it counts, leaves a file per finished step, and misbehaves when told to."""

import errno
import os
import time
from pathlib import Path

from fercore.errors import InputError
from fercore.jobs.executors.local import run_local
from fercore.jobs.job import Order
from fercore.jobs.kind import JobKind


class Counting(JobKind):
    """Payload: folder, steps, pause_s, and optionally target, device, raises, stubborn, n_workers."""

    def prepare(self, payload):
        if payload["steps"] < 1:
            raise InputError(f"{payload['steps']!r} steps cannot be counted. Ask for at least one.")
        target = payload.get("target", payload["folder"])
        device = payload.get("device", "compute")
        return Order(study="s", title=f"Count to {payload['steps']}", target=target, payload=payload, device=device)

    def run(self, job, progress):
        asked = job.payload
        if asked.get("stubborn"):
            import signal

            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if asked.get("raises") and job.attempt == 1:
            raise _FAILURES[asked["raises"]]
        folder = Path(asked["folder"])
        folder.mkdir(parents=True, exist_ok=True)
        left = [step for step in range(asked["steps"]) if not (folder / str(step)).exists()]
        done = asked["steps"] - len(left)
        progress(done, asked["steps"], f"{done} were there")

        def count(_index, step):
            nonlocal done
            done += 1
            progress(done, asked["steps"], f"step {step}", {"last": step})

        units = [(str(folder), step, asked["pause_s"]) for step in left]
        if "n_workers" in asked:
            run_local(count_one, units, on_progress=forget, on_result=count, n_workers=asked["n_workers"])
        else:
            for unit in units:
                count(0, count_one(unit, forget))
        return f"Counted to {asked['steps']}."


def forget(*_news):
    pass


def count_one(unit, report):
    folder, step, pause_s = unit
    report({"unit": str(step), "done": 0.0, "total": 1.0, "message": "counting", "pid": os.getpid()})
    (Path(folder) / f"pid-{os.getpid()}").touch()
    time.sleep(pause_s)
    (Path(folder) / str(step)).touch()
    return step


def square(unit, report):
    report({"unit": str(unit), "done": 1.0, "total": 1.0, "message": os.environ.get("OMP_NUM_THREADS", "")})
    return unit * unit


def fail_at_three(unit, report):
    if unit == 3:
        raise InputError("Three is not allowed. Leave it out.")
    time.sleep(0.02 if unit < 3 else 30)
    return unit


class AwkwardError(Exception):
    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


def raise_awkward(unit, report):
    raise AwkwardError("salt", "pepper")


def die(unit, report):
    os.kill(os.getpid(), 9)


_FAILURES = {
    "input": InputError("Seven is not a number that we count to. Choose another."),
    "disk": OSError(errno.ENOSPC, "No space left on device"),
    "memory": MemoryError(),
    "bug": ZeroDivisionError("division by zero"),
}
