"""``fercore trust``: how far the maps of a run can be trusted."""

from __future__ import annotations

from typing import Annotated

import typer

from fercore.commands.assignments import read_assignments
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
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Another setting of the checks, such as n_steps=100. It stays in force for the run until it is set again.",
        ),
    ] = None,
) -> None:
    """Check maps: deletion and insertion, sufficiency, networks with new weights, arbitrary choices, completeness, ground truth.

    Example: [bold]python -m fercore trust mylab --run second --method cam,people[/bold]
    """
    methods = [name.strip() for name in method.split(",") if name.strip()]
    settings = read_assignments(set_, "n_steps=100")
    asked = {"study": study, "run": run, "regime": regime, "methods": methods, "settings": settings}
    follow_job(client.submit("trust", asked))
