"""What likeness of confusions lies between: any relabelling of the expressions, and people among themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from fercore.comparison.intervals import wilson
from fercore.findings.confusion_agreement import Likeness
from fercore.findings.confusions import PEOPLE as CROWD
from fercore.findings.confusions import ConfusionLikeness, Observer
from fercore.notation import NONE, interval, probability, share
from fercore.settings import ComparisonSettings
from fercore.ui.components import how_computed
from fercore.ui.messages import plain

LEVEL = ComparisonSettings().ci_level

FLOOR = 0.0
"""Mean r over the errors of all relabellings: each cell then meets every other one equally often."""

FORMULA = (
    "**r** is Pearson's over the cells off the diagonal. **Floor:** 0, its mean over all relabellings of one matrix; **Mantel p** is "
    "the share of relabellings that are as much alike. **Ceiling:** r of the errors of two random halves of the people, raised to "
    "all of them by 2r / (1 + r) (Spearman-Brown). **Score = r / ceiling.** A model that knew people's true confusions could pass "
    "the ceiling, up to its square root."
)


def ceiling_of(found: ConfusionLikeness) -> float:
    """Give people's likeness among themselves; NaN where the reference is no crowd."""
    return found.ceiling.mean


def how_likeness_is_computed(found: ConfusionLikeness) -> None:
    """Offer raw r, floor, ceiling, ratio and formula, and say where there is no ceiling and why."""
    n_halves = len(found.ceiling.r)
    notes = [
        f"Over all cells no ceiling is drawn: an observer who errs without any preference reaches {share(found.even_errors_r)} there."
        if math.isfinite(found.even_errors_r)
        else "",
        f"The brackets of the ceiling are the central {LEVEL:.0%} of {n_halves:,} halvings, no confidence interval."
        if n_halves
        else "There is no ceiling: votes and printed matrices come without their single people, and one person has no halves.",
        f"Intervals of r over the errors are for other {'people and ' * (found.reference == CROWD)}images of the same "
        "expressions: drawn anew, and moved so that their middle is the value observed, since drawing adds noise. Fisher's "
        "takes cells as independent, though they share rows and columns; hence Mantel's test too.",
    ]
    how_computed(
        FORMULA,
        pd.DataFrame(_row(found, name, like) for name, like in found.others.items()),
        "r over the errors, floor, ceiling and score.",
        *filter(None, notes),
    )


def _row(found: ConfusionLikeness, name: str, like: Likeness) -> dict[str, str]:
    errors, ceiling, test = like.errors, ceiling_of(found), like.relabelled
    bounds = found.ceiling.spread(LEVEL)
    return {
        "who": plain(found.observers[name].label),
        "r, errors alone": f"{share(errors.r)} {interval(like.errors_ci)}" if errors.n else NONE,
        "Fisher's interval": interval((errors.ci_low, errors.ci_high)) if errors.n else NONE,
        "by ranks": f"{share(like.ranks.r)} {interval(like.ranks_ci)}",
        "floor": "0",
        "ceiling": f"{share(ceiling)} {interval(bounds)}" if math.isfinite(ceiling) else NONE,
        "score": f"{share(like.score, 2)} {interval(like.score_ci, 2)}" if math.isfinite(like.score) else NONE,
        "Mantel p": probability(test.p).removeprefix("p = ").removeprefix("p "),
    }


def cell_in_words(observer: Observer, labels: Sequence[str], row: str, column: str, text: str) -> str:
    """Say on hover what a cell of a matrix is, with its interval: over images of votes, else Wilson's over answers, with n."""
    said = f"{row} taken for {column}: {text}"
    if observer.bounds is not None:
        bounds = observer.bounds[labels.index(row), labels.index(column)]
        return (
            f"{said} {interval(bounds, 2)}<br>interval over images"
            if math.isfinite(bounds[0])
            else f"{said}<br>no interval"
        )
    if observer.row_n is None:
        return f"{said}<br>no interval: answers were not counted"
    n = int(observer.row_n[labels.index(row)])
    share_there = float(observer.matrix[labels.index(row), labels.index(column)])
    if not n or not math.isfinite(share_there):
        return said
    return f"{said} {interval(wilson(round(share_there * n), n, LEVEL), 2)}<br>n = {n:,}, interval over answers"
