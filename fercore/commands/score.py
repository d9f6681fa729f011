"""``fercore score``: how well two maps agree, by every measure."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from fercore.comparison.measures import SIMILARITY
from fercore.errors import InputError
from fercore.findings.map_files import MEASURES, score_maps
from fercore.findings.report import to_json
from fercore.notation import decimal
from fercore.settings import ComparisonSettings


def score(
    human: Annotated[Path, typer.Option(help="People's map: .npy, or .csv with one line per row of pixels.")],
    model: Annotated[Path, typer.Option(help="The model's map, of the same size.")],
    clicks: Annotated[Path | None, typer.Option(help="CSV of clicks: columns x and y in px of the maps.")] = None,
    threshold: Annotated[
        int, typer.Option(min=0, max=255, help="Values of a map scaled to 0..255 that count as attended.")
    ] = ComparisonSettings.threshold,
    top_percent: Annotated[
        float, typer.Option(min=0, max=100, help="Percentage of each map that is compared at equal area.")
    ] = ComparisonSettings.top_percent,
    measures: Annotated[
        str,
        typer.Option(help=f"Measures, separated by commas, or all; of {', '.join(SIMILARITY)}."),
    ] = ",".join(MEASURES),
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Compare two maps of one image. Values are 0 or more; NSS, AUC and AUC-Judd need clicks.

    Example: [bold]python -m fercore score --human people.npy --model cam.npy --clicks clicks.csv --json[/bold]
    """
    settings = dataclasses.replace(ComparisonSettings(), threshold=threshold, top_percent=top_percent)
    found = score_maps(human, model, clicks, settings, _named(measures))
    if json_:
        named: dict[str, object] = {name.replace("-", "_"): one.value for name, one in found.items()}
        if reasons := {name.replace("-", "_"): one.reason for name, one in found.items() if one.reason}:
            named["reasons"] = reasons
        print(json.dumps(to_json(named), indent=1, allow_nan=False))
        return
    table = Table("", "", "", box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, one in found.items():
        measure = SIMILARITY.get(name)
        table.add_row(f"{measure.label} ({name})", decimal(one.value, 3), one.reason or measure.note)
    Console().print(table, highlight=False)


def _named(text: str) -> list[str]:
    """Read names of measures, which may be written as the keys of the JSON are."""
    names = [name for word in text.split(",") if (name := word.strip().replace("_", "-"))]
    if not names:
        raise InputError(f"No measure is named. Write some of {', '.join(SIMILARITY)}, with commas between, or all.")
    if names == ["all"]:
        return [*MEASURES, *(name for name in SIMILARITY if name not in MEASURES)]
    return names
