"""``fercore export``: a study's results as one zip file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fercore.findings.export import export_study
from fercore.settings import ComparisonSettings
from fercore.study import open_study


def export(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    to: Annotated[Path, typer.Option(help="The zip file to write.")],
    run: Annotated[str | None, typer.Option(help="Name of the run; by default the study's first.")] = None,
) -> None:
    """Write tables, matrices, maps and the report of a study into a zip file (not its faces).

    Example: [bold]python -m fercore export default --to default.zip[/bold]
    """
    opened = open_study(study)
    chosen = opened.run(run) if run or opened.run_names else None
    names = export_study(opened, chosen, ComparisonSettings(), to)
    Console().print(f"Wrote {len(names)} files into {str(to)!r}.", highlight=False)
