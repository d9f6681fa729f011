"""``fercore compare``: people and networks side by side, the paper's numbers beside ours."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from fercore.errors import MissingError
from fercore.findings.finding import FINDINGS, Finding
from fercore.findings.report import compare as report
from fercore.machines.runs import Run
from fercore.notation import NONE, interval, share
from fercore.settings import ComparisonSettings
from fercore.study import Study, open_study


def compare(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    run: Annotated[str | None, typer.Option(help="Name of a finished run; by default the study's first.")] = None,
    threshold: Annotated[
        int, typer.Option(min=0, max=255, help="Values of a map scaled to 0..255 that count as attended.")
    ] = ComparisonSettings.threshold,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Compare people and networks: accuracy, confusions, attention, with the paper's numbers beside ours.

    Example: [bold]python -m fercore compare default --json[/bold]
    """
    opened = open_study(study)
    chosen = chosen_run(opened, run)
    settings = dataclasses.replace(ComparisonSettings(), threshold=threshold)
    if json_:
        print(json.dumps(report(opened, chosen, settings), indent=1, allow_nan=False))
        return
    _summarise(Console(), opened, chosen, settings)


def chosen_run(study: Study, name: str | None) -> Run | None:
    """Give the named run, or the study's first complete one, or None where there is none."""
    if name is None:
        return study.run() if study.run_names else None
    run = study.run(name)
    if not run.complete:
        raise MissingError(
            f"Run {name!r} of study {study.name!r} is not finished. Wait for it, or resume it: "
            f"`python -m fercore train {study.name} --resume {name}`."
        )
    return run


def _summarise(console: Console, study: Study, run: Run | None, settings: ComparisonSettings) -> None:
    run_name = run.name if run else NONE
    console.print(f"[bold]{escape(study.card.title)}[/bold] ({study.badge}), run {run_name}", highlight=False)
    findings, missing = [], []
    for name in FINDINGS:
        try:
            findings.append(FINDINGS.get(name)(study, run, settings))
        except MissingError as error:
            missing.append(f"{name}: {error}")
    for finding in sorted(findings, key=lambda finding: finding.place):
        _print(console, finding)
    for line in missing:
        console.print(line, style="dim", markup=False, highlight=False)


def _print(console: Console, finding: Finding) -> None:
    console.print(f"\n[bold]{escape(finding.title)}[/bold] [dim]({finding.source})[/dim]", highlight=False)
    short = finding.table.head(len(finding.table) if finding.n_short is None else finding.n_short)
    if len(short):
        table = Table("", "ours", "interval", "n", "paper", "", box=None, padding=(0, 2, 0, 0))
        for row in short.to_dict("records"):
            known = math.isfinite(row["ci_low"])
            table.add_row(
                escape(row["name"]),
                _number(row["value"]),
                interval((row["ci_low"], row["ci_high"])) if known else "",
                str(row["n"]),
                _number(row["paper"]) if math.isfinite(row["paper"]) else "",
                f"[dim]{escape(row['note'])}[/dim]",
            )
        console.print(table, highlight=False)
    if len(short) < len(finding.table):
        console.print(f"{len(finding.table) - len(short)} more values: see --json.", style="dim")
    console.print(finding.why, style="italic", markup=False, highlight=False)


def _number(value: float) -> str:
    return str(round(value)) if abs(value) > 1 and value == round(value) else share(value)
