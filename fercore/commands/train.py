"""``fercore train``: a new run of a study, or an unfinished one taken up again."""

from __future__ import annotations

from typing import Annotated

import typer

from fercore.commands.assignments import read_assignments
from fercore.commands.follow import follow_job
from fercore.errors import InputError
from fercore.jobs import client
from fercore.jobs.executor import LOCAL
from fercore.machines.regime import regime_names


def train(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    regime: Annotated[
        str | None,
        typer.Option(
            help=f"{', '.join(regime_names())}, with any number; several with commas.", show_default="accuracy-90"
        ),
    ] = None,
    network: Annotated[
        str | None,
        typer.Option(
            help="small, any classification model of torchvision (resnet50), timm:NAME, or your own as module:function, "
            "file.py:function or file.pt2, whose code is run; the study's own by default."
        ),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(help="Epochs after which accuracy-90 stops anyway, and those of multiclass.")
    ] = None,
    pairs: Annotated[str | None, typer.Option(metavar="a-b,...", help="Pairs to train; all by default.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of everything that is random.", show_default="0")] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Another setting of training, such as guidance.epochs=3."),
    ] = None,
    run: Annotated[str | None, typer.Option(help="Name of the new run; a free one by default.")] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="RUN", help="Go on with this unfinished run, as it was begun.")
    ] = None,
    executor: Annotated[str, typer.Option(help="local, or ray for the machines of a Ray cluster.")] = LOCAL,
    address: Annotated[str | None, typer.Option(help="Where the cluster is, as `ray start` prints it.")] = None,
) -> None:
    """Train classifiers. Ctrl-C stops; the run can be taken up again after the last finished epoch.

    Example: [bold]python -m fercore train mylab --regime accuracy-90,multiclass --network small --run second[/bold]
    """
    new = {
        "regimes": _words(regime), "network": network, "epochs": epochs, "pairs": _words(pairs), "seed": seed, "run": run,
        "settings": read_assignments(set_, "learning_rate=0.0003"),
    }  # fmt: skip
    if resume is not None and any(value is not None for value in new.values()):
        raise InputError(
            f"Run {resume!r} goes on as it was begun, so no option of a new run can stand beside --resume. Leave "
            "them out, or train a new run."
        )
    where = {"executor": executor, "address": address}
    follow_job(client.submit("train", {"study": study, "resume": resume, **new, **where}))


def _words(text: str | None) -> list[str] | None:
    return None if text is None else [word.strip() for word in text.split(",") if word.strip()]
