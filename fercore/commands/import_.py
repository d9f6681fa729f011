"""``fercore import``: people's trials into a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fercore.humans.trial_table import read_trials
from fercore.study import open_study


def import_(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    trials: Annotated[Path, typer.Argument(help="Trial table, .csv or .parquet.")],
    replace: Annotated[bool, typer.Option(help="Remove the trials that the study has before the import.")] = False,
) -> None:
    """Import a trial table: all rows, or none and a list of what is wrong with them.

    Example: [bold]python -m fercore import mylab trials.csv[/bold]
    """
    opened = open_study(study)
    table = read_trials(trials, opened.plan, opened.label_set, opened.side)
    opened.trial_store.add(table, replace=replace)
    people = table["participant"].nunique()
    Console().print(f"Imported {len(table)} trials of {people} participants into study {study!r}.", highlight=False)
