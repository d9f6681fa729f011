"""``fercore new``: a study from faces on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from fercore.errors import InputError
from fercore.images.decode import Report
from fercore.images.source import SOURCES
from fercore.notation import count
from fercore.study import create_response_study, create_study
from fercore.study.create_responses import SOURCE
from fercore.tables import SPLITS

N_EXAMPLES = 2


_OF_IMAGES = ("votes", "per_label", "side", "seed", "experiment")
"""Options that answers without images have no use for."""


def new(
    context: typer.Context,
    study: Annotated[str, typer.Argument(help="Name of the new study: lower-case letters, digits, '-' and '_'.")],
    source: Annotated[
        str,
        typer.Option(
            help=f"How the faces lie on disk: {', '.join(SOURCES.names())}. Or {SOURCE}: answers of people and networks "
            "that model-vs-human wrote, without images."
        ),
    ],
    path: Annotated[Path, typer.Option(help="Folder of the faces; file or folder of the answers.")],
    votes: Annotated[Path | None, typer.Option(help="Table of human votes, if it lies elsewhere.")] = None,
    labels: Annotated[str | None, typer.Option(help="Labels to keep, in order: a,b,... (all by default).")] = None,
    per_label: Annotated[int, typer.Option(min=1, help="Experimental images per label.")] = 35,
    side: Annotated[int, typer.Option(help="Side of the stored images, px.")] = 224,
    seed: Annotated[int, typer.Option(help="Seed of every choice.")] = 0,
    experiment: Annotated[
        Path | None,
        typer.Option(help="CSV that fixes the experimental images: columns image, true_label, false_label."),
    ] = None,
) -> None:
    """Make a study: read the faces, choose the experimental images, keep them out of training and validation.

    Stopped or killed, the same command goes on where it was.

    Example: [bold]python -m fercore new mylab --source folders --path faces/ --labels happy,sad --side 64[/bold]
    """
    console = Console(highlight=False)
    names = labels.split(",") if labels is not None else None
    if source == SOURCE:
        _new_responses(context, console, study, path, names)
        return
    with _progress(console) as report:
        made = create_study(
            study,
            source=source,
            path=path,
            votes=votes,
            labels=names,
            per_label=per_label,
            side=side,
            seed=seed,
            experiment=experiment,
            report=report,
        )
    print_report(console, made.report)
    console.print(f"Made study {study!r} with {len(made.images)} images, {len(made.plan)} of them experimental.")


def _new_responses(context: typer.Context, console: Console, study: str, path: Path, labels: list[str] | None) -> None:
    """Make a study of answers, and say who answered; raises `InputError` for options about images."""
    given = [name for name in _OF_IMAGES if str(context.get_parameter_source(name)).endswith("COMMANDLINE")]
    if given:
        option = f"--{given[0].replace('_', '-')}"
        raise InputError(f"{option} is about images, and --source {SOURCE} reads answers alone. Leave it out.")
    table = create_response_study(study, path=path, labels=labels).responses
    assert table is not None  # just written
    people, networks = (table.loc[table["person"] == whom, "observer"].nunique() for whom in (True, False))
    console.print(
        f"Made study {study!r} with {len(table):,} answers of {count(people, 'person', 'people')} and "
        f"{count(networks, 'network')} to {count(table['image'].nunique(), 'image')}, without the images."
    )


class _Rate(ProgressColumn):
    """Images per second, of late."""

    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:,.0f} per s")


@contextmanager
def _progress(console: Console) -> Iterator[Report]:
    """Show a bar for as long as the block runs, and notes above it; yields what takes the progress."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("reading", total=None)

        def report(state: dict[str, Any]) -> None:
            if "note" in state:
                progress.console.print(state["note"], markup=False, soft_wrap=True)
            progress.update(task, description=state["message"], completed=state["done"], total=state["total"])

        yield report


def print_report(console: Console, report: dict[str, Any]) -> None:
    """Print what a source reported: parts beside published counts, what was left out and why, images per split."""
    parts = Table("part", "files", "published", "used as", title=escape(f"{report['source']} in {report['path']}"))
    for part in report["parts"]:
        published = "–" if part["n_published"] is None else str(part["n_published"])
        parts.add_row(escape(part["part"]), str(part["n_files"]), published, part["used_as"])
    console.print(parts)
    tallies = Table("kind", "n", "what", "for example", title="left out and noted")
    for tally in report["tallies"]:
        examples = tally["examples"][:N_EXAMPLES] + ["..."] * (len(tally["examples"]) > N_EXAMPLES)
        tallies.add_row(tally["kind"], str(tally["n"]), escape(tally["what"]), escape(", ".join(examples)))
    if report["tallies"]:
        console.print(tallies)
    images = Table("label", *SPLITS, title="images")
    counts = {(row["split"], row["label"]): row["n"] for row in report["images"]}
    for label in report["label_set"]:
        images.add_row(label, *(str(counts[split, label]) for split in SPLITS))
    console.print(images)
    for note in report["notes"]:
        console.print(note, markup=False)
