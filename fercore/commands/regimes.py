"""``fercore regimes``: all training regimes of a study side by side."""

from __future__ import annotations

import json
import math
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from fercore.findings.regimes import MEASURES, RegimeTable, regime_table
from fercore.findings.report import to_json
from fercore.machines.regime import UNSEEN
from fercore.notation import NONE, interval, share
from fercore.saliency.maps import METHOD_LABELS, settings_of
from fercore.settings import ComparisonSettings
from fercore.study import open_study


def regimes(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    method: Annotated[str, typer.Option(help="Saliency method that is compared with people's maps.")] = "cam",
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Compare the regimes of all finished runs that were trained alike, over their seeds.

    Example: [bold]python -m fercore regimes mylab --method cam --json[/bold]
    """
    settings_of(method)
    table = regime_table(open_study(study), ComparisonSettings(), method)
    if json_:
        parts = {name: getattr(table, name).to_dict("records") for name in ("summary", "contrasts", "values")}
        people = {"two_afc": table.people_two_afc, "kappa": table.people_kappa}
        named = {"method": method, "reference": table.reference, "training": table.training, "people": people}
        whole = named | parts | {"warnings": table.warnings}
        print(json.dumps(to_json(whole), indent=1, allow_nan=False))
        return
    _print(Console(), table)


def _print(console: Console, regimes: RegimeTable) -> None:
    named = dict(regimes.training)
    console.print(f"Networks: {named['network']} at {named['input_side']}; maps by {METHOD_LABELS[regimes.method]}.")
    names = list(dict.fromkeys(regimes.summary["regime"]))
    for measure, words in MEASURES.items():
        table = Table("", "mean", "interval over seeds", "seeds", f"against {regimes.reference}", "", box=None)
        own = regimes.summary[regimes.summary["measure"] == measure].set_index("regime")
        against = regimes.contrasts[regimes.contrasts["measure"] == measure].set_index("regime")
        for name in names:
            row = own.loc[name]
            mark = (
                ""
                if row["experimental_images"] == UNSEEN
                else f" ({row['experimental_images']} experimental images seen)"
            )
            difference = ["", ""]
            if name in against.index and math.isfinite(against.loc[name, "difference"]):
                other = against.loc[name]
                difference = [share(other["difference"]), interval((other["ci_low"], other["ci_high"]))]
            table.add_row(
                f"{name}{mark}",
                share(row["mean"]) if math.isfinite(row["mean"]) else NONE,
                interval((row["ci_low"], row["ci_high"])) if math.isfinite(row["ci_low"]) else "",
                str(row["n_seeds"]),
                *difference,
            )
        console.print(f"\n[bold]{words}[/bold]", highlight=False)
        console.print(table, highlight=False)
    if math.isfinite(regimes.people_two_afc):
        console.print(
            f"\nPeople: accuracy in 2AFC {share(regimes.people_two_afc)}, mean kappa between people "
            f"{share(regimes.people_kappa)}.",
            highlight=False,
        )
