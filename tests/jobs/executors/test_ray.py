"""A real Ray cluster on this machine: two nodes of one core each, in a folder, a home and a cache of their own."""

import contextlib
import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from fercore.errors import FercoreError, JobError
from fercore.jobs import client
from fercore.jobs.executor import EXECUTORS
from fercore.jobs.kinds.train import train
from fercore.machines.finish_run import finish_run
from fercore.machines.plan_run import plan_units, start_run
from fercore.machines.presets import training_settings
from fercore.saliency import explain
from fercore.settings import GradCamSettings
from fercore.store import Store
from fercore.study import open_study

pytest.importorskip("ray", reason="the extra in requirements-ray.txt is not installed")
run_ray = EXECUTORS.get("ray")

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parents[1]
TRAINING = {"input_side": 16, "batch_size": 8}


def wait_until(true):
    while not true():
        time.sleep(0.05)


def accepts(port):
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


class Cluster:
    """Two nodes that are started in a folder."""

    def __init__(self, place):
        self.place = place
        (place / "home").mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"127.0.0.1:{port}"
        self._nodes = [self._start("--head", f"--port={port}", "--include-dashboard=false")]
        wait_until(lambda: accepts(port))
        self._nodes.append(self._start(f"--address={self.address}"))
        wait_until(lambda: all(self._processes(node, "raylet") for node in self._nodes))

    def _start(self, *options):
        environment = os.environ | {
            "HOME": str(self.place / "home"), "RAY_TMPDIR": str(self.place), "RAY_USAGE_STATS_ENABLED": "0",
            "FERCORE_CACHE": str(self.place / "cache"), "PYTHONPATH": f"{ROOT}:{TESTS}",
        }  # fmt: skip
        common = ("--num-cpus=1", "--object-store-memory=80000000", "--node-ip-address=127.0.0.1", "--block")
        return subprocess.Popen(
            [sys.executable, "-m", "ray.scripts.scripts", "start", *options, *common],
            cwd=self.place, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def _processes(self, node, name=""):
        found = []
        for process in psutil.Process(node.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                found += [process] if name in " ".join(process.cmdline()[:1]) else []
        return found

    def busy(self):
        """Give the processes that work on units."""
        return [process for node in self._nodes for process in self._processes(node, "ray::_work")]

    def stop(self):
        processes = [process for node in self._nodes for process in self._processes(node)]
        for node in self._nodes:
            node.send_signal(signal.SIGTERM)
        for node in self._nodes:
            node.wait(60)
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


@pytest.fixture(scope="module")
def cluster():
    place = Path(tempfile.mkdtemp(prefix="r", dir="/tmp"))  # sockets have paths of at most 107 characters
    with pytest.MonkeyPatch.context() as context:
        context.setenv("HOME", str(place / "home"))
        context.setenv("RAY_TMPDIR", str(place))
        cluster = Cluster(place)
        yield cluster
        cluster.stop()
    shutil.rmtree(place)


@pytest.fixture
def functions(table):
    import counting

    return counting


def work(cluster, function, units, on_progress=lambda *_: None, **more):
    results = {}
    run_ray(function, units, on_progress=on_progress, on_result=results.__setitem__, address=cluster.address, **more)
    return results


def digests(run):
    return {regime: run.weights_digest(regime) for regime in run.regimes}


@pytest.fixture
def local_run(tiny):
    """A finished run of the tiny study, trained here."""

    def local_run(regime):
        settings = replace(training_settings("small"), **TRAINING)
        run = start_run(tiny.folder, "near", label_set=tiny.label_set, regimes=[regime], settings=settings)
        for unit in plan_units(run):
            train(unit, lambda _: None)
        return finish_run(run)

    return local_run


def test_every_unit_is_worked_on_once_with_one_thread(cluster, functions):
    news = []
    results = work(cluster, functions.square, [1, 2, 3, 4, 5], on_progress=lambda *each: news.append(each))
    assert results == {0: 1, 1: 4, 2: 9, 3: 16, 4: 25}
    assert sorted((index, report["unit"]) for index, report in news) == list(enumerate("12345"))
    assert {report["message"] for _, report in news} == {"1"}


def test_classifiers_are_the_same_although_no_node_sees_the_study_and_a_worker_dies(
    cluster, tiny, local_run, monkeypatch
):
    near = local_run("epochs-20")
    run = start_run(tiny.folder, "far", label_set=tiny.label_set, regimes=["epochs-20"], settings=near.training)
    monkeypatch.chdir(tiny.folder.parent)
    units = [replace(unit, study_folder=Path("tiny")) for unit in plan_units(run)]  # there is none from where nodes are
    killed, told = [], []

    def kill_one(index, news):
        told.append((index, news["done"]))
        if not killed and news["done"] >= 2:
            killed.append(index)
            cluster.busy()[0].kill()

    assert set(work(cluster, train, units, on_progress=kill_one)) == {0, 1, 2}
    assert [done for index, done in told].count(0.0) > len(units)
    assert digests(finish_run(run)) == digests(near)
    assert list((cluster.place / "cache" / "parcels").iterdir())
    assert not list((cluster.place / "cache" / "parcels").rglob("*.partial.*"))


def test_jobs_train_and_explain_as_here_although_a_worker_dies(cluster, tiny, local_run, until, tmp_path):
    command = [sys.executable, "-m", "fercore"]
    where = ["--executor", "ray", "--address", cluster.address]
    options = [f"--set={name}={value}" for name, value in TRAINING.items()]
    what = ["tiny", "--regime", "epochs-20", "--network", "small", "--run", "far"]
    training = subprocess.Popen(
        [*command, "train", *what, *options, *where], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    until(lambda: (tiny.folder / "runs/far").is_dir() and list((tiny.folder / "runs/far").glob("*/*.partial.*")))
    cluster.busy()[0].kill()
    said, _ = training.communicate()
    assert training.returncode == 0, client.get(1).log_tail
    assert "Run 'far' is complete" in said
    assert "its worker died" in client.get(1).log.read_text()
    far, near = open_study("tiny").run("far"), local_run("epochs-20")
    assert digests(far) == digests(near)

    explaining = subprocess.run([*command, "explain", "tiny", "--run", "far", "--method", "grad-cam", *where], cwd=ROOT)
    assert explaining.returncode == 0, client.get(2).log_tail
    block = open_study("tiny").maps_store.get(open_study("tiny").maps_key(far, "grad-cam"))
    for unit in explain.plan_units(far, "epochs-20", "grad-cam", GradCamSettings(), tiny.plan_digest):
        here = explain.explain_unit(unit, print, Store(tmp_path / "another cache"))
        np.testing.assert_array_equal(block["maps"][here["rows"]], here["maps"])


def test_a_cancelled_job_leaves_nothing_in_the_cluster_and_can_be_resumed(cluster, tiny, until):
    payload = {"study": "tiny", "network": "small", "settings": TRAINING, "executor": "ray", "address": cluster.address}
    job = client.submit("train", {**payload, "pairs": ["happy-sad"], "regimes": ["epochs-20"]})
    until(lambda: client.get(job.id).done > 0)
    client.cancel(job.id)
    *_, cancelled = client.follow(job.id)
    assert (cancelled.state, cancelled.resumable) == ("cancelled", True), cancelled.log_tail
    until(lambda: not cluster.busy())
    client.resume(job.id)
    until(lambda: client.get(job.id).state == "done")


def test_the_first_failure_stops_the_rest(cluster, functions, until):
    with pytest.raises(FercoreError, match="Three is not allowed"):
        work(cluster, functions.fail_at_three, [1, 2, 3, 4, 5])
    until(lambda: not cluster.busy())


def test_an_exception_that_cannot_travel_arrives_by_name(cluster, functions):
    with pytest.raises(RuntimeError, match="AwkwardError: salt and pepper"):
        work(cluster, functions.raise_awkward, [1])


def test_a_unit_that_kills_its_workers_is_given_up(cluster, functions):
    with pytest.raises(JobError, match="died 4 times"):
        work(cluster, functions.die, [1])


def test_machines_without_the_code_are_one_sentence(cluster, monkeypatch, tmp_path):
    (tmp_path / "elsewhere_unknown.py").write_text("def nothing(unit, report): pass")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(JobError, match=r"No module named 'elsewhere_unknown'\)\. Install the same version of fercore"):
        work(cluster, importlib.import_module("elsewhere_unknown").nothing, [1])


def test_what_no_machine_has_room_for_is_one_sentence(cluster, functions):
    with pytest.raises(JobError, match="No machine of the Ray cluster has"):
        work(cluster, functions.square, [1], memory_bytes=10**15)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nonsense", "http://127.0.0.1"])
def test_an_address_without_a_cluster_is_one_sentence(address):
    with pytest.raises(JobError, match=f"No Ray cluster can be reached at '{address}'"):
        run_ray(print, [1], on_progress=print, on_result=print, address=address)


def test_it_is_the_executor_called_ray():
    assert EXECUTORS.get("ray") is run_ray
