"""How maps agree with people, in words: as the paper has it, and at equal area, image by image."""

from __future__ import annotations

import pandas as pd

from fercore.comparison.anova import OneWay
from fercore.comparison.effect_sizes import variance_explained_interval
from fercore.figures.theme import mark
from fercore.findings.attention import AttentionSweep, mean_maps, sweep_attention
from fercore.findings.equal_area import EqualArea, equal_area
from fercore.machines.runs import Run
from fercore.notation import counts, decimal, f_test, interval, probability, share
from fercore.paper import paper_value
from fercore.settings import ComparisonSettings
from fercore.study import Study
from fercore.ui.components import paper
from fercore.ui.state import View

SETTINGS = ComparisonSettings()
_ALPHA = 1 - SETTINGS.ci_level


def attention_sweep(study: Study, run: Run, others: tuple[str, ...] = ()) -> AttentionSweep:
    """Compare people's mean maps with those of the paper's methods and of ``others``, at all thresholds."""
    return sweep_attention(mean_maps(study, run, others))


def found_equal_area(view: View) -> EqualArea:
    """Give how the run's methods agree with people at equal area, worked out once for all readers."""
    return view.find(equal_area, view.finished_run, SETTINGS)


def at_equal_area(found: EqualArea) -> str:
    """State means over images, with what maps of other images reach."""
    images = found.images.sort_values("mean", ascending=False).to_dict("records")
    order = ", ".join(
        f"**{mark(row['method']).label} {share(row['mean'])}** {interval((row['ci_low'], row['ci_high']))}"
        for row in images
    )
    floor = ", ".join(share(row["floor"]) for row in images)
    return f"Image by image, at equal area, Dice with people is {order}; with maps of other images {floor}."


def at_threshold(found: AttentionSweep, threshold: int) -> list[str]:
    """State the paper's comparison: Dice of mean maps, between methods and between expressions."""
    anova, expressions = found.anova(threshold), found.expression_anova(threshold)
    return [
        f"Mean Dice with people at threshold {threshold}: {mean_dice(found, threshold)}.",
        f"Between methods {_test(anova)} ({paper(decimal(paper_value('attention', 'anova_F')))});",
        f"between expressions {_test(expressions)} ({paper(decimal(paper_value('attention', 'expression_F')))}).",
        _tukey(found.tukey(threshold)),
    ]


def mean_dice(found: AttentionSweep, threshold: int) -> str:
    """Name methods with their mean Dice, its interval and n, the nearest to people first."""
    means = found.anova(threshold).groups.sort_values("mean", ascending=False).to_dict("records")
    intervals = found.mean_intervals(threshold, SETTINGS)
    order = ", ".join(
        f"**{mark(g['group']).label} {share(g['mean'])}** {interval(intervals[g['group']])}" for g in means
    )
    return f"{order} ({counts((g['n'] for g in means), 'condition')})" if means else "none, because no map reaches it"


def _tukey(tests: pd.DataFrame) -> str:
    """Say which pairs of methods Tukey's test tells apart."""
    rows = tests[tests["p"].notna()].to_dict("records")
    said = []
    for is_apart, words in ((True, "apart"), (False, "not apart")):
        own = [row for row in rows if (row["p"] < _ALPHA) == is_apart]
        pairs = (f"{mark(row['a']).label} and {mark(row['b']).label} ({probability(row['p'])})" for row in own)
        said += [f"{words} {', '.join(pairs)}"] if own else []
    return f"Tukey's test holds {'; '.join(said)}." if said else ""


def _test(anova: OneWay) -> str:
    df = anova.df_between, anova.df_within
    explained = interval(variance_explained_interval(anova.F, *df))
    return f"{f_test(anova.F, df, anova.p)}, η² = {share(anova.eta_squared)} {explained}"
