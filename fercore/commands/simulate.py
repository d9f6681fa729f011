"""``fercore simulate``: trials of simulated observers. They are no evidence about people."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from fercore.study import open_study
from fercore.study.observers import simulate_trials


def simulate(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    participants: Annotated[int, typer.Option(min=1, max=1000, help="Number of simulated observers.")] = 24,
    seed: Annotated[int, typer.Option(help="Seed of the simulation.")] = 0,
    replace: Annotated[bool, typer.Option(help="Remove the trials that the study has before.")] = False,
) -> None:
    """Fill a study with trials of simulated observers, marked as such in every table, screen and export.

    Example: [bold]python -m fercore simulate mylab --participants 24 --seed 0[/bold]
    """
    opened = open_study(study)
    trials = simulate_trials(opened, n_participants=participants, seed=seed)
    opened.trial_store.add(trials, replace=replace)
    Console().print(
        f"Wrote {len(trials)} simulated trials of {participants} observers into study {study!r}. "
        "They are no evidence about people.",
        highlight=False,
    )
