import contextlib
import os
import signal
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from fercore.jobs import client
from fercore.jobs.lock import SupervisorLock
from fercore.jobs.table import JobTable
from fercore.study import create_study

HERE = Path(__file__).parent
PATIENCE_S = 120.0
LABELS = ("happy", "sad", "fear")


def wait_until(true, patience_s=PATIENCE_S):
    until = time.monotonic() + patience_s
    while not (value := true()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)
    return value


def is_gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def table(tmp_path, monkeypatch):
    """The job table of a fresh studies folder; whatever still runs at the end of the test is killed."""
    monkeypatch.setenv("FERCORE_STUDIES", str(tmp_path / "studies"))
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    monkeypatch.syspath_prepend(str(HERE))
    table = JobTable()
    yield table
    if (supervisor := SupervisorLock(table.folder).holder) is not None:
        os.kill(supervisor, signal.SIGKILL)
        wait_until(lambda: is_gone(supervisor))
    for job in table.active():
        if job.worker is not None:
            job.worker.signal_group(signal.SIGKILL)
    sys.modules.pop("counting", None)


@pytest.fixture
def count(table, tmp_path):
    """Submit a job that counts."""

    def submit(steps=3, pause_s=0.0, folder="count", **more):
        payload = {"folder": str(tmp_path / folder), "steps": steps, "pause_s": pause_s, **more}
        return client.submit("counting:Counting", payload)

    return submit


@pytest.fixture
def until():
    """Wait until something is true."""
    return wait_until


@pytest.fixture
def gone():
    """Tell whether a process is gone."""
    return is_gone


@pytest.fixture
def kill(table):
    """Kill -9 the worker of a job, or the supervisor."""

    def kill(what):
        pid = SupervisorLock(table.folder).holder if what == "supervisor" else client.get(what).worker.pid
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: is_gone(pid))
        if what == "supervisor":  # its lock goes with the last of its threads
            wait_until(lambda: SupervisorLock(table.folder).holder != pid)
        return pid

    return kill


@pytest.fixture
def tiny(table, tmp_path):
    """A study of three labels with coloured noise for faces, which a small network can tell apart."""
    rng = np.random.default_rng(0)
    for split, n in (("train", 16), ("validation", 4)):
        for channel, label in enumerate(LABELS):
            folder = tmp_path / "faces" / split / label
            folder.mkdir(parents=True)
            for number in range(n):
                pixels = rng.integers(0, 128, (24, 24, 3), dtype=np.uint8)
                pixels[..., channel] += 64
                cv2.imwrite(str(folder / f"{split}_{label}_{number}.png"), pixels)
    return create_study("tiny", source="folders", path=tmp_path / "faces", labels=LABELS, per_label=4, side=16, seed=1)


@pytest.fixture
def small():
    """Payload of a short training of the tiny study."""
    return {
        "study": "tiny",
        "regimes": ("accuracy-90", "multiclass"),
        "network": "small",
        "epochs": 3,
        "settings": {"input_side": 16, "batch_size": 8},
    }
