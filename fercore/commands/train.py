"""``fercore train``: a new run of a study, or an unfinished one taken up again."""

from __future__ import annotations

from typing import Annotated

import typer

from fercore.commands.follow import follow_job
from fercore.errors import InputError
from fercore.jobs import client


def train(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    regime: Annotated[
        str | None,
        typer.Option(
            help="accuracy-90, epochs-30 (any number) or multiclass; several with commas.", show_default="accuracy-90"
        ),
    ] = None,
    network: Annotated[str | None, typer.Option(help="resnet50 or small; the study's own by default.")] = None,
    epochs: Annotated[
        int | None, typer.Option(help="Epochs after which accuracy-90 stops anyway, and those of multiclass.")
    ] = None,
    pairs: Annotated[str | None, typer.Option(metavar="a-b,...", help="Pairs to train; all by default.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of everything that is random.", show_default="0")] = None,
    run: Annotated[str | None, typer.Option(help="Name of the new run; a free one by default.")] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="RUN", help="Go on with this unfinished run, as it was begun.")
    ] = None,
) -> None:
    """Train classifiers. Ctrl-C stops; the run can be taken up again after the last finished epoch.

    Example: [bold]python -m fercore train mylab --regime accuracy-90,multiclass --network small --run second[/bold]
    """
    new = {
        "regimes": _words(regime), "network": network, "epochs": epochs, "pairs": _words(pairs), "seed": seed, "run": run,
    }  # fmt: skip
    if resume is not None and any(value is not None for value in new.values()):
        raise InputError(
            f"Run {resume!r} goes on as it was begun, so no other option can stand beside --resume. Leave them out, or "
            "train a new run."
        )
    follow_job(client.submit("train", {"study": study, "resume": resume, **new}))


def _words(text: str | None) -> list[str] | None:
    return None if text is None else [word.strip() for word in text.split(",") if word.strip()]
