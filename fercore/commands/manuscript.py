"""``fercore manuscript``: methods and results of a study as text, with what it cites."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from fercore.commands.compare import chosen_run
from fercore.findings.manuscript import manuscript as write
from fercore.settings import ComparisonSettings
from fercore.store import write_text
from fercore.study import open_study


def manuscript(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    run: Annotated[str | None, typer.Option(help="Name of a finished run; by default the study's first.")] = None,
    threshold: Annotated[
        int, typer.Option(min=0, max=255, help="Values of a map scaled to 0..255 that count as attended.")
    ] = ComparisonSettings.threshold,
    bibtex: Annotated[Path | None, typer.Option(help="Also write what is cited into this BibTeX file.")] = None,
) -> None:
    """Write a methods section from the settings in force, and the results in the style of the APA.

    Example: [bold]python -m fercore manuscript mylab --bibtex mylab.bib[/bold]
    """
    opened = open_study(study)
    text = write(opened, chosen_run(opened, run), dataclasses.replace(ComparisonSettings(), threshold=threshold))
    print("## Methods\n", *text.methods, "\n## Results\n", *text.results, sep="\n")
    if bibtex is not None:
        write_text(bibtex, text.bibtex)
