"""Jobs on the command line."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from fercore.commands.follow import follow_job
from fercore.commands.jobs import jobs
from fercore.errors import FercoreError, InputError, JobError
from fercore.jobs import client

HERE = Path(__file__).parent


@pytest.fixture
def call():
    """Call ``python -m fercore jobs``; what it raises passes through."""
    app = typer.Typer()
    app.command()(jobs)

    def call(*arguments):
        answer = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
        if isinstance(answer.exception, FercoreError):
            raise answer.exception
        return answer.output

    return call


def test_jobs_are_listed_for_people_and_programs(count, call):
    assert call("--json").strip() == "[]"
    follow_job(count(steps=3))
    (job,) = json.loads(call("--json"))
    assert (job["id"], job["state"], job["done"], job["resumable"], job["kind"]) == (
        1,
        "done",
        3.0,
        False,
        "counting:Counting",
    )
    assert {"title", "message", "created", "started", "finished", "eta_s", "error"} <= set(job)
    assert "Count to 3" in call()
    assert "--cancel 3" in call("--help")


def test_a_job_is_cancelled_and_resumed(count, call, until):
    job = count(steps=20, pause_s=0.1)
    until(lambda: client.get(job.id).done >= 1)
    assert call("--cancel", "1").strip() == "Job 1 is cancelled."
    with pytest.raises(JobError, match="nothing to cancel"):
        call("--cancel", "1")
    with pytest.raises(InputError, match="not both"):
        call("--cancel", "1", "--resume", "1")
    assert "Counted to 20." in call("--resume", "1")


def test_a_failed_job_is_one_sentence(count):
    with pytest.raises(JobError, match="Seven is not a number"):
        follow_job(count(raises="input"))


def test_ctrl_c_cancels_the_job_that_is_followed(count, until, tmp_path):
    job = count(steps=1000, pause_s=0.05)
    listen = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored in the background
    code = f"{listen}from fercore.commands.follow import client, follow_job\nfollow_job(client.get({job.id}))"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": f"{HERE}:{HERE.parents[1]}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline() + process.stdout.readline()
    assert "Count to 1000" in line
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"Job {job.id} was cancelled. Go on with `python -m fercore jobs --resume {job.id}`." in errors
    assert client.get(job.id).state == "cancelled"
