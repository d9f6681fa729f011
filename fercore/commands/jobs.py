"""``fercore jobs``: what is running, what ran, and how to stop it or take it up again."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from fercore.commands.follow import follow_job
from fercore.errors import InputError, JobError
from fercore.jobs import client
from fercore.notation import duration


def jobs(
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON list and nothing else.")] = False,
    cancel: Annotated[int | None, typer.Option(metavar="ID", help="Stop this job; what is finished is kept.")] = None,
    resume: Annotated[
        int | None, typer.Option(metavar="ID", help="Take up a failed, cancelled or lost job where it stopped.")
    ] = None,
) -> None:
    """List long work, the newest first; stop it or take it up again.

    Example: [bold]python -m fercore jobs --cancel 3[/bold]
    """
    if cancel is not None and resume is not None:
        raise InputError("A job is either cancelled or resumed: give --cancel or --resume, not both.")
    if cancel is not None:
        _cancel(cancel)
    elif resume is not None:
        follow_job(client.resume(resume))
    elif json_:
        print(json.dumps([job.to_mapping() for job in client.list_jobs()], indent=1))
    else:
        _print_table()


def _cancel(job_id: int) -> None:
    before = client.get(job_id)
    if not before.active:
        raise JobError(f"Job {job_id} is {before.state}, so there is nothing to cancel.")
    client.cancel(job_id)
    *_, job = client.follow(job_id)
    Console().print(f"Job {job_id} is {job.state}.", highlight=False)


def _print_table() -> None:
    table = Table("job", "what", "study", "state", "done", "left", "message")
    for job in client.list_jobs():
        done = f"{int(job.done)}/{int(job.total)}" if job.total else "–"
        state = "stopping" if job.cancelling else job.state
        table.add_row(str(job.id), job.title, job.study, state, done, duration(job.eta_s), job.error or job.message)
    Console().print(table)
