import os
import sys

import pytest

from fercore.jobs import supervisor
from fercore.jobs.job import Order
from fercore.jobs.lock import SupervisorLock


@pytest.fixture
def order(tmp_path):
    payload = {"folder": str(tmp_path / "count"), "steps": 2, "pause_s": 0.0}
    return Order(study="s", title="Count", target="count", payload=payload)


def test_it_works_off_the_queue_and_leaves(table, order):
    job = table.add("counting:Counting", order)
    supervisor.supervise(table, idle_s=0.3)
    assert table.get(job.id).state == "done"
    assert not SupervisorLock(table.folder).held


def test_there_is_never_a_second_one(table, order):
    table.add("counting:Counting", order)
    first = SupervisorLock(table.folder)
    assert first.acquire()
    supervisor.supervise(table)
    assert table.get(1).state == "queued"
    first.release()


def test_a_worker_that_cannot_start_fails_its_job_once(table, order, monkeypatch):
    job = table.add("counting:Counting", order)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    supervisor.supervise(table, idle_s=0.3)
    failed = table.get(job.id)
    assert (failed.state, failed.attempt) == ("failed", 0)
    assert "did not start (exit status 1)" in failed.error


def test_a_kind_that_is_gone_fails_its_job_with_a_sentence(table, order):
    job = table.add("counting:Gone", order)
    supervisor.supervise(table, idle_s=0.3)
    assert "module:Class" in table.get(job.id).error


def test_the_lock_says_who_holds_it(tmp_path):
    lock = SupervisorLock(tmp_path)
    assert not lock.held
    assert lock.holder is None
    assert lock.acquire()
    assert SupervisorLock(tmp_path).held
    assert SupervisorLock(tmp_path).holder == os.getpid()
    assert not SupervisorLock(tmp_path).acquire(patience_s=0)
    lock.release()
    assert not lock.held
