"""``fercore studies``: what there is."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from fercore.errors import FercoreError
from fercore.study import Study, list_studies, open_study


def studies(
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON list and nothing else.")] = False,
) -> None:
    """List the studies of this machine.

    Example: [bold]python -m fercore studies --json[/bold]
    """
    rows = [_row(name) for name in list_studies()]
    if json_:
        print(json.dumps(rows, indent=1))
        return
    table = Table("study", "what", "images", "experimental", "labels", "participants", "runs", "data")
    for row in rows:
        if "error" in row:
            table.add_row(row["study"], row["error"])
        else:
            cells = ("study", "title", "n_images", "n_experimental", "n_labels", "n_participants")
            table.add_row(*(str(row[cell]) for cell in cells), ", ".join(row["runs"]) or "–", row["data"])
    Console().print(table)


def _row(name: str) -> dict[str, Any]:
    try:
        study: Study = open_study(name)
        return {
            "study": name,
            "title": study.card.title,
            "n_images": len(study.images.index) if study.has_images else 0,
            "n_experimental": len(study.plan) if study.has_images else 0,
            "n_labels": len(study.label_set),
            "label_set": list(study.label_set),
            "side": study.side,
            "n_participants": int(study.trials["participant"].nunique()),
            "simulated": study.simulated,
            "runs": list(study.run_names),
            "data": study.badge,
        }
    except FercoreError as error:  # one damaged study does not hide the others
        return {"study": name, "error": str(error)}
