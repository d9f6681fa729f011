"""The life of jobs in real processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fercore.errors import InputError, JobError, MissingError, UnknownNameError
from fercore.jobs import client
from fercore.jobs.lock import SupervisorLock

HERE = Path(__file__).parent


def end(job):
    *_, last = client.follow(job.id)
    return last


def is_under_way(job):
    return lambda: client.get(job.id).state == "running" and client.get(job.id).done >= 1


def test_a_job_is_done_and_everybody_sees_it(count, tmp_path):
    job = end(count(steps=3))
    assert (job.state, job.done, job.total, job.message) == ("done", 3, 3, "Counted to 3.")
    assert job.finished >= job.started >= job.created
    assert not job.resumable
    assert "step 2" in job.log_tail
    assert (tmp_path / "count" / "2").exists()
    assert client.list_jobs() == [job]


def test_what_cannot_be_done_is_not_queued(count, table):
    with pytest.raises(InputError, match="at least one"):
        count(steps=0)
    with pytest.raises(UnknownNameError, match="no kind of job"):
        client.submit("trian", {})
    with pytest.raises(InputError, match="module:Class"):
        client.submit("counting:Nothing", {})
    with pytest.raises(MissingError, match="no job 7"):
        client.get(7)
    assert client.list_jobs() == []
    assert not table.folder.exists()


@pytest.mark.parametrize(
    ("raises", "sentence"),
    [("input", "Seven is not"), ("disk", "The disk is full"), ("memory", "Memory ran out"), ("bug", "unforeseen")],
)
def test_a_failure_is_one_sentence_and_can_be_resumed(count, raises, sentence):
    failed = end(count(raises=raises))
    assert failed.state == "failed"
    assert failed.error.startswith(sentence) or sentence in failed.error
    assert ("Traceback" in failed.log_tail) == (raises != "input")
    assert end(client.resume(failed.id)).state == "done"


def test_one_job_per_device_at_a_time(count, until):
    first, second = count(steps=40, pause_s=0.05, folder="a"), count(steps=1, folder="b")
    other = count(steps=1, folder="c", device="other")
    assert end(other).state == "done"
    assert client.get(second.id).state == "queued"
    assert client.get(first.id).state == "running"
    assert end(second).started >= end(first).finished


def test_two_jobs_never_write_the_same_thing(count, until):
    first = count(steps=100, pause_s=0.05)
    with pytest.raises(JobError, match=f"Job {first.id} .* already"):
        count(steps=5)
    client.cancel(first.id)
    assert end(first).state == "cancelled"
    second = count(steps=5)
    with pytest.raises(JobError, match=f"Job {second.id}"):
        client.resume(first.id)
    assert end(second).state == "done"


def test_cancelling_stops_the_worker_and_its_children(count, until, gone, tmp_path):
    job = count(steps=1000, pause_s=0.05, n_workers=2)
    until(is_under_way(job))
    worker = client.get(job.id).worker.pid
    children = [int(path.name[4:]) for path in (tmp_path / "count").glob("pid-*")]
    client.cancel(job.id)
    cancelled = end(job)
    assert cancelled.state == "cancelled"
    assert cancelled.error is None
    assert cancelled.resumable
    until(lambda: all(gone(pid) for pid in [worker, *children]))


def test_a_worker_that_does_not_listen_is_killed_and_counts_as_cancelled(count, until):
    job = count(steps=1000, pause_s=0.05, stubborn=True)
    until(is_under_way(job))
    client.cancel(job.id)
    assert end(job).state == "cancelled"


def test_a_queued_job_is_cancelled_at_once(count):
    first, second = count(steps=100, pause_s=0.05, folder="a"), count(folder="b")
    assert client.cancel(second.id).state == "cancelled"
    client.cancel(first.id)
    assert end(first).state == "cancelled"
    assert client.get(second.id).attempt == 0


def test_a_job_that_ended_is_neither_cancelled_nor_resumed(count):
    job = end(count())
    assert client.cancel(job.id).state == "done"
    with pytest.raises(JobError, match="is done"):
        client.resume(job.id)


def test_a_killed_worker_leaves_a_lost_job_that_goes_on_where_it_was(count, until, kill, gone, tmp_path):
    job = count(steps=30, pause_s=0.05, n_workers=2)
    until(is_under_way(job))
    children = [int(path.name[4:]) for path in (tmp_path / "count").glob("pid-*")]
    kill(job.id)
    lost = client.get(job.id)
    assert (lost.state, lost.resumable) == ("lost", True)
    assert "Resume" in lost.error
    until(lambda: all(gone(pid) for pid in children))
    before = {path.name for path in (tmp_path / "count").iterdir() if path.name.isdigit()}

    client.resume(job.id)
    again = end(job)
    assert (again.state, again.attempt, again.done) == ("done", 2, 30)
    assert again.done_before == len(before) > 0


def test_a_worker_goes_on_without_its_supervisor(count, until, kill):
    job = count(steps=40, pause_s=0.05)
    until(is_under_way(job))
    kill("supervisor")
    until(lambda: client.get(job.id).state == "done")


def test_the_next_supervisor_takes_over_a_running_worker(count, until, kill, table):
    job, queued = count(steps=1000, pause_s=0.05, folder="a"), count(folder="b")
    until(is_under_way(job))
    first = kill("supervisor")
    assert client.get(job.id).state == "running"
    until(lambda: client.list_jobs() and SupervisorLock(table.folder).holder not in (None, first))
    assert client.get(job.id).worker.alive
    client.cancel(job.id)
    assert end(job).state == "cancelled"
    assert end(queued).state == "done"


def test_a_job_is_lost_for_every_reader_when_worker_and_supervisor_are_killed(count, until, kill, table):
    job = count(steps=1000, pause_s=0.05)
    until(is_under_way(job))
    kill("supervisor")
    kill(job.id)
    assert table.get(job.id).state == "lost"
    assert [seen.state for seen in client.list_jobs()] == ["lost"]
    assert not SupervisorLock(table.folder).held


def test_killing_the_client_stops_nothing(table, until, tmp_path):
    payload = {"folder": str(tmp_path / "count"), "steps": 30, "pause_s": 0.05}
    code = f"from fercore.jobs import client\nfor job in client.follow(client.submit('counting:Counting', {payload!r}).id): pass"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": f"{HERE}:{HERE.parents[1]}"},
        start_new_session=True,
    )
    until(lambda: table.jobs() and table.get(1).done >= 1)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert client.get(1).state == "running"
    assert end(client.get(1)).state == "done"


def test_a_supervisor_that_is_there_is_not_started_again(count, table):
    end(count())
    holder = SupervisorLock(table.folder).holder
    client.ensure_supervisor()
    assert SupervisorLock(table.folder).holder == holder
