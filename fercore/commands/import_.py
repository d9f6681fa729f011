"""``fercore import``: people's trials, or clicks without answers, into a study."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fercore.errors import InputError
from fercore.humans.bubbleview import read_bubbleview
from fercore.humans.trial_table import read_trials
from fercore.notation import count
from fercore.study import Study, open_study
from fercore.study.looks import import_looks


class Format(StrEnum):
    """What a file holds."""

    TRIALS = "trials"
    BUBBLEVIEW = "bubbleview"


def import_(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    file: Annotated[Path, typer.Argument(help="Trial table, .csv or .parquet; or BubbleView log, .mat or .csv.")],
    format_: Annotated[
        Format, typer.Option("--format", help="A trial table, or clicks without answers as BubbleView publishes them.")
    ] = Format.TRIALS,
    images: Annotated[
        Path | None,
        typer.Option(help="Folder of the images that BubbleView showed, where they are larger than the stored ones."),
    ] = None,
    replace: Annotated[bool, typer.Option(help="Remove what the study has before the import.")] = False,
) -> None:
    """Import a trial table: all rows, or none and a list of what is wrong with them.

    Example: [bold]python -m fercore import mylab trials.csv[/bold]
    """
    opened = open_study(study)
    console = Console(highlight=False)
    if format_ is Format.BUBBLEVIEW:
        console.print(_import_looks(opened, file, images, replace=replace))
        return
    if images is not None:
        raise InputError(
            f"--images {str(images)!r} belongs to --format bubbleview, and this is a trial table. Leave it out."
        )
    table = read_trials(file, opened.plan, opened.label_set, opened.side)
    opened.trial_store.add(table, replace=replace)
    people = table["participant"].nunique()
    console.print(f"Imported {len(table)} trials of {people} participants into study {study!r}.")


def _import_looks(study: Study, file: Path, images: Path | None, *, replace: bool) -> str:
    found = import_looks(study, read_bubbleview(file), images=images, replace=replace)
    said = (
        f"Imported {count(found.n_clicks, 'click')} of {count(found.n_looks, 'look')} at {count(found.n_images, 'image')} into "
        f"study {study.name!r}."
    )
    if found.n_other_images:
        said += f" {count(found.n_other_images, 'image')} of the file left out: not experimental images of the study."
    if found.n_outside:
        said += f" {count(found.n_outside, 'click')} left out: outside the stored part of the image."
    return said
