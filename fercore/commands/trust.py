"""``fercore trust``: how far the maps of a run can be trusted."""

from __future__ import annotations

from typing import Annotated

import typer

from fercore.commands.follow import follow_job
from fercore.jobs import client


def trust(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    run: Annotated[
        str | None, typer.Option(help="Run whose maps are checked; the study's first complete one by default.")
    ] = None,
    regime: Annotated[
        str | None, typer.Option(help="Whose pair classifiers; the run's first regime with any by default.")
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            metavar="NAME,...", show_default="all that are there", help="Whose maps, separated by commas; people's too."
        ),
    ] = "",
) -> None:
    """Check maps: deletion and insertion, sufficiency, networks with new weights, and ground truth where it is known.

    Example: [bold]python -m fercore trust mylab --run second --method cam,people[/bold]
    """
    methods = [name.strip() for name in method.split(",") if name.strip()]
    follow_job(client.submit("trust", {"study": study, "run": run, "regime": regime, "methods": methods}))
