"""Whether methods, and expressions, differ in Dice: ANOVA and Tukey's test (paper 5.3)."""

from __future__ import annotations

import pandas as pd

from fercore.comparison.anova import OneWay
from fercore.errors import MissingError
from fercore.findings.attention import AttentionSweep, mean_maps, sweep_attention
from fercore.findings.finding import FINDINGS, Finding, Row, about_attention, tidy
from fercore.machines.runs import Run
from fercore.paper import paper_value
from fercore.saliency.maps import METHOD_LABELS
from fercore.settings import ComparisonSettings
from fercore.study import Study


@FINDINGS.register
def attention_anova(study: Study, run: Run | None, settings: ComparisonSettings) -> Finding:
    """Find F over methods, Tukey's t of every pair, and F over expressions, at the chosen threshold."""
    run = run or study.run()
    sweep = sweep_attention(mean_maps(study, run))
    if len(sweep.methods) < 2:
        raise MissingError(
            f"Run {run.name!r} has maps of one method only, and methods are compared. "
            f"Make the others: `python -m fercore explain {study.name} --run {run.name}`."
        )
    return Finding(
        "Do the methods differ?",
        "section 5.3, Fig. 10",
        anova_table(study, sweep, settings),
        "As in the paper, the values of one condition under three methods are treated as independent, and which method wins "
        "depends on the threshold and on the areas of its maps.",
    )


def anova_table(study: Study, sweep: AttentionSweep, settings: ComparisonSettings) -> pd.DataFrame:
    """Give the finding's table at the threshold of the settings, from a sweep that is there already."""
    threshold = settings.threshold
    rows = _anova_rows(study, "methods", sweep.anova(threshold), paper_value("attention", "anova_F"))
    n = int(sweep.anova(threshold).groups["n"].min())
    for pair in sweep.tukey(threshold, settings.ci_level).to_dict("records"):
        a, b = pair["a"], pair["b"]
        name = f"{METHOD_LABELS.get(a, a)} − {METHOD_LABELS.get(b, b)}"
        note = about_attention(study, _p(pair["p"]))
        rows += [
            Row(f"Tukey t, {name}", pair["t"], n=n, paper=_paper_t(a, b), note=note),
            Row(f"difference in Dice, {name}", pair["difference"], pair["ci_low"], pair["ci_high"], n, note=note),
        ]
    rows += _anova_rows(
        study, "expressions", sweep.expression_anova(threshold), paper_value("attention", "expression_F")
    )
    return tidy(rows)


def _anova_rows(study: Study, what: str, anova: OneWay, printed: float | None) -> list[Row]:
    n = int(anova.groups["n"].sum())
    note = about_attention(study, f"F({anova.df_between}, {anova.df_within}), {_p(anova.p)}")
    return [
        Row(f"F over {what}", anova.F, n=n, paper=printed, note=note),
        Row(f"eta squared over {what}", anova.eta_squared, n=n, note="share of variance; n values"),
        Row(f"omega squared over {what}", anova.omega_squared, n=n, note="the same with its bias mended"),
    ]


def _p(p: float) -> str:
    return "p < .001" if p < 0.001 else f"p = {p:.3f}"


def _paper_t(a: str, b: str) -> float | None:
    for row in paper_value("attention", "tukey_t"):
        if (row["a"], row["b"]) == (a, b):
            return float(row["t"])
    return None
