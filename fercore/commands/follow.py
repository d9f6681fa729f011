"""Show a job on the terminal until it has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from fercore.errors import JobError
from fercore.jobs import client
from fercore.jobs.job import Job
from fercore.notation import duration

Show = Callable[[Job], None]


def follow_job(job: Job) -> None:
    """Show how far a job is, with a bar on a terminal and lines elsewhere; Ctrl-C asks it to stop.

    Raises
    ------
    JobError
        When it ends other than done.
    """
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(f"Job {job.id}: {job.title}")
    with _bar(console) if console.is_terminal else _lines(console) as show:
        try:
            last = _show_until_ended(job, show)
        except KeyboardInterrupt:  # the second one leaves at once
            client.cancel(job.id)
            last = _show_until_ended(job, show)
    if last.state != "done":
        raise JobError(how_it_ended(last))
    console.print(last.message)


def how_it_ended(job: Job) -> str:
    """Say how a job ended that is not done, and what can be done about it."""
    again = f"Go on with `python -m fercore jobs --resume {job.id}`."
    if job.state == "failed":
        return f"{job.error} (job {job.id}, log {job.log})"
    if job.state == "cancelled":
        return f"Job {job.id} was cancelled. {again}"
    return f"{job.error} {again}"


def _show_until_ended(job: Job, show: Show) -> Job:
    last = job
    for last in client.follow(job.id):
        show(last)
    return last


def _doing(job: Job) -> str:
    if job.state == "queued":
        return "waiting for its turn"
    return "stopping" if job.cancelling else job.message or "starting"


def _left(job: Job) -> str:
    return "" if job.eta_s is None else f"{duration(job.eta_s)} left"


@contextmanager
def _bar(console: Console) -> Iterator[Show]:
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}  {task.description}", markup=False))
    with Progress(*columns, console=console) as bars:
        bar = bars.add_task("", total=None, left="")

        def show(job: Job) -> None:
            total = int(job.total) or None
            bars.update(bar, completed=int(job.done), total=total, description=_doing(job), left=_left(job))

        yield show


@contextmanager
def _lines(console: Console) -> Iterator[Show]:
    """Print a line whenever another part is finished."""
    shown = ""

    def show(job: Job) -> None:
        nonlocal shown
        step = f"{int(job.done)}/{int(job.total)}" if job.total and not job.cancelling else _doing(job)
        if job.active and step != shown:
            console.print(", ".join(filter(None, (step, _doing(job) if step != _doing(job) else "", _left(job)))))
            shown = step

    yield show
