import os
import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from fercore.errors import DamagedError, JobError, MissingError
from fercore.jobs.identity import ProcessIdentity
from fercore.jobs.job import Order
from fercore.jobs.table import JobTable

ORDER = Order(study="s", title="Something long", target="runs/second", payload={"seed": 3, "pairs": ["a-b"]})


@pytest.fixture
def table(tmp_path):
    return JobTable(tmp_path / ".jobs")


@pytest.fixture
def me():
    return ProcessIdentity.mine()


@pytest.fixture
def dead():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = ProcessIdentity.of(process.pid)
    process.communicate()
    return identity


def test_reading_makes_nothing(table):
    assert table.jobs() == []
    assert table.active() == []
    with pytest.raises(MissingError, match="no job 1"):
        table.get(1)
    assert not table.folder.exists()


def test_what_is_queued_is_found(table):
    job = table.add("train", ORDER)
    assert (job.id, job.kind, job.state, job.payload) == (1, "train", "queued", {"seed": 3, "pairs": ["a-b"]})
    assert (job.active, job.resumable, job.share, job.eta_s, job.log_tail) == (True, False, 0.0, None, "")
    assert table.active() == table.jobs() == [job]


def test_only_one_worker_gets_a_job(table, me):
    job = table.add("train", ORDER)
    claimed = table.claim(job.id, me)
    assert (claimed.state, claimed.attempt, claimed.worker) == ("running", 1, me)
    assert table.claim(job.id, me) is None


def test_a_device_is_taken_while_its_worker_lives(table, me, dead):
    first = table.add("train", ORDER)
    second = table.add("train", replace(ORDER, target="runs/third"))
    table.claim(first.id, dead)
    assert table.claim(second.id, me).state == "running"
    third = table.add("train", replace(ORDER, target="runs/fourth"))
    assert table.claim(third.id, me) is None


def test_progress_counts_from_what_was_there(table, me):
    job = table.claim(table.add("train", ORDER).id, me)
    table.tell(job, 4.0, 28.0, "4 were there", {})
    table.tell(job, 6.5, 28.0, "happy-sad", {"units": {"happy-sad": 0.5}})
    seen = table.get(job.id)
    assert (seen.done, seen.total, seen.done_before, seen.message) == (6.5, 28.0, 4.0, "happy-sad")
    assert seen.detail == {"units": {"happy-sad": 0.5}}
    assert seen.share == pytest.approx(6.5 / 28)


def test_a_dead_worker_means_lost_unless_it_was_cancelled(table, dead):
    job = table.claim(table.add("train", ORDER).id, dead)
    assert (table.get(job.id).state, table.get(job.id).resumable) == ("lost", True)
    assert table.active() == []
    again = table.requeue(job.id)
    assert (again.state, again.worker, again.error) == ("queued", None, None)
    table.claim(job.id, ProcessIdentity.mine())
    table.request_cancel(job.id)
    assert table.get(job.id).cancelling


def test_a_stopped_worker_of_a_cancelled_job_means_cancelled(table, me):
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    job = table.claim(table.add("train", ORDER).id, ProcessIdentity.of(process.pid))
    assert table.request_cancel(job.id).cancelling
    process.communicate()
    assert table.get(job.id).state == "cancelled"


def test_a_worker_of_an_earlier_attempt_changes_nothing(table, me, dead):
    old = table.claim(table.add("train", ORDER).id, dead)
    table.requeue(old.id)
    new = table.claim(old.id, me)
    table.tell(old, 1, 2, "old", {})
    table.finish(old, "failed", error="old")
    assert table.get(old.id).state == "running"
    table.finish(new, "done", message="There.")
    assert (table.get(old.id).state, table.get(old.id).message) == ("done", "There.")


def test_a_pid_that_is_used_again_is_another_process(me):
    assert me.alive
    assert not replace(me, started_s=me.started_s - 5).alive
    assert ProcessIdentity.of(2**22 + 1) is None


def test_many_write_at_once(tmp_path):
    tables = [JobTable(tmp_path / ".jobs") for _ in range(8)]
    threads = [
        threading.Thread(target=table.add, args=("train", replace(ORDER, target=str(i))))
        for i, table in enumerate(tables)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(job.target for job in tables[0].jobs()) == list("01234567")


def test_a_damaged_table_is_one_sentence(table):
    table.folder.mkdir()
    (table.folder / "jobs.db").write_bytes(os.urandom(8192))
    with pytest.raises(DamagedError, match="is not a job table"):
        table.jobs()


def test_a_table_that_cannot_be_opened_is_one_sentence(table):
    (table.folder / "jobs.db").mkdir(parents=True)
    with pytest.raises(JobError, match="cannot be used now"):
        table.add("train", ORDER)
