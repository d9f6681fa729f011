"""``fercore participate``: a run's networks answer people's trials with what people saw."""

from __future__ import annotations

from typing import Annotated

import typer

from fercore.commands.follow import follow_job
from fercore.jobs import client


def participate(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    run: Annotated[
        str | None, typer.Option(help="Run whose networks answer; the study's first complete one by default.")
    ] = None,
) -> None:
    """Show networks the blurred image, and what each person had uncovered, and keep their answers to the same trials.

    Example: [bold]python -m fercore participate mylab --run second[/bold]
    """
    follow_job(client.submit("participate", {"study": study, "run": run}))
