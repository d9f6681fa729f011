"""``fercore kappa``: error consistency of any two observers."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fercore.findings.answer_files import compare_answers
from fercore.findings.report import to_json
from fercore.notation import NONE, interval, share
from fercore.settings import ComparisonSettings


def kappa(
    a: Annotated[Path, typer.Argument(help="CSV file of one observer: columns image and correct (1 or 0).")],
    b: Annotated[Path, typer.Argument(help="CSV file of another observer of the same images.")],
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Tell whether two observers fail on the same images more than their accuracies alone would have them.

    Columns may as well be image, response, true_label, or imagename, object_response, category (model-vs-human). Images are
    matched by name, and by the column condition (or seeing) where both files have one; each occurs once in a file and condition.

    Example: [bold]python -m fercore kappa people.csv network.csv --json[/bold]
    """
    found = compare_answers(a, b, ComparisonSettings())
    if json_:
        print(json.dumps(to_json(found), indent=1, allow_nan=False))
        return
    console = Console()
    console.print(
        f"{found['n']} shared images; right: {share(found['accuracy_a'])} and {share(found['accuracy_b'])}.\n"
        f"Alike (both right or both wrong): {share(found['observed'])}, by chance {share(found['expected'])}.",
        highlight=False,
    )
    if math.isnan(found["kappa"]):
        console.print(f"kappa {NONE}: neither observer ever errs, or neither is ever right.", highlight=False)
    else:
        console.print(
            f"kappa {share(found['kappa'])} {interval(found['ci'])}; these accuracies allow "
            f"{share(found['kappa_min'])} to {share(found['kappa_max'])}.",
            highlight=False,
        )
    if found["warning"]:
        console.print(found["warning"], style="italic", highlight=False)
