"""``fercore explain``: saliency maps of a run."""

from __future__ import annotations

from typing import Annotated

import typer

from fercore.commands.assignments import read_assignments
from fercore.commands.follow import follow_job
from fercore.jobs import client
from fercore.jobs.executor import LOCAL
from fercore.saliency.maps import PAPER_METHODS, SETTINGS
from fercore.saliency.presets import FULL, PRESETS


def explain(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    run: Annotated[str | None, typer.Option(help="Run to explain; the study's first complete one by default.")] = None,
    regime: Annotated[
        str | None, typer.Option(help="Whose pair classifiers; the run's first regime with any by default.")
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            metavar="NAME,...",
            show_default="the paper's: " + ",".join(PAPER_METHODS),
            help=f"Saliency methods, separated by commas; of {', '.join(SETTINGS)}.",
        ),
    ] = "",
    preset: Annotated[
        str,
        typer.Option(
            help=f"{' or '.join(PRESETS)}: with fast, images leave Extremal Perturbation when their masks have settled, for "
            "looking and not for results."
        ),
    ] = FULL,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Another setting of the only method that is named, such as ties=position. It stays in force for the run's maps by "
            "it, wherever they are shown and compared, until it is set again.",
        ),
    ] = None,
    executor: Annotated[str, typer.Option(help="local, or ray for the machines of a Ray cluster.")] = LOCAL,
    address: Annotated[str | None, typer.Option(help="Where the cluster is, as `ray start` prints it.")] = None,
) -> None:
    """Map where the pair classifiers of a run find their evidence. Ctrl-C stops; what is finished is kept.

    Example: [bold]python -m fercore explain mylab --run second --method cam,grad-cam[/bold]
    """
    methods = [name.strip() for name in method.split(",") if name.strip()]
    asked = {
        "study": study,
        "run": run,
        "regime": regime,
        "methods": methods,
        "preset": preset,
        "settings": read_assignments(set_, "ties=position"),
        "executor": executor,
        "address": address,
    }
    follow_job(client.submit("explain", asked))
