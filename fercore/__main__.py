"""``python -m fercore``: everything the dashboard does, without a browser."""

from __future__ import annotations

import sys
from typing import Any

import typer
from rich.console import Console

from fercore.commands import (
    compare,
    explain,
    export,
    faces,
    import_,
    jobs,
    kappa,
    manuscript,
    new,
    participate,
    regimes,
    reveal,
    score,
    ship,
    simulate,
    studies,
    train,
    trust,
)
from fercore.errors import FercoreError

app = typer.Typer(
    name="fercore",
    help="Compare people and deep networks on facial expression recognition.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)
app.command()(studies.studies)
app.command()(new.new)
app.command("import")(import_.import_)
app.command()(simulate.simulate)
app.command()(train.train)
app.command()(explain.explain)
app.command()(compare.compare)
app.command()(participate.participate)
app.command()(reveal.reveal)
app.command()(trust.trust)
app.command()(regimes.regimes)
app.command()(kappa.kappa)
app.command()(score.score)
app.command()(manuscript.manuscript)
app.command()(export.export)
app.command()(jobs.jobs)
app.command()(faces.faces)
app.command(hidden=True)(ship.ship)


def main(arguments: list[str] | None = None) -> Any:
    """Run one command; a `FercoreError` becomes one sentence on standard error and exit status 1."""
    try:
        return app(arguments)
    except FercoreError as error:
        Console(stderr=True, soft_wrap=True).print(f"fercore: {error}", markup=False, highlight=False)
        return 1


if __name__ == "__main__":
    sys.exit(main())
