"""``fercore reveal``: a run's networks answer images that maps uncover, area by area."""

from __future__ import annotations

from typing import Annotated

import typer

from fercore.commands.follow import follow_job
from fercore.jobs import client


def reveal(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    run: Annotated[
        str | None, typer.Option(help="Run whose networks answer; the study's first complete one by default.")
    ] = None,
    regime: Annotated[
        str | None, typer.Option(help="Whose pair classifiers; the run's first regime with any by default.")
    ] = None,
) -> None:
    """Show networks the blurred image with the top of each map uncovered, from 1 to 60 % of it, and keep their answers.

    Example: [bold]python -m fercore reveal mylab --run second[/bold]
    """
    follow_job(client.submit("reveal", {"study": study, "run": run, "regime": regime}))
