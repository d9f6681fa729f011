"""What the comparison of saliency methods found, in sentences in the style of the APA: test, p, effect size, interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from fercore import notation
from fercore.comparison.anova import OneWay
from fercore.comparison.assumptions import check_assumptions
from fercore.comparison.crossed import Crossed, cross
from fercore.comparison.effect_sizes import kendall_w_interval, variance_explained_interval
from fercore.comparison.paired import paired_contrasts
from fercore.comparison.rank_tests import friedman
from fercore.comparison.repeated_measures import repeated_measures
from fercore.findings.attention import AttentionSweep
from fercore.saliency.maps import METHOD_LABELS
from fercore.settings import ComparisonSettings


def attention_sentences(sweep: AttentionSweep, settings: ComparisonSettings) -> Iterator[str]:
    """Report Dice at the threshold: the paper's tests, then those that take methods as they are, within conditions."""
    if len(sweep.methods) > 1:
        yield from _independent(sweep, settings)
        crossed = cross(sweep.at(settings.threshold), "dice", "condition", "method", sweep.methods)
        yield from _repeated(crossed, settings)
    expressions = sweep.expression_anova(settings.threshold)
    yield f"Between expressions, {_one_way(expressions, settings)}."


def _independent(sweep: AttentionSweep, settings: ComparisonSettings) -> Iterator[str]:
    anova = sweep.anova(settings.threshold)
    means = [
        f"{METHOD_LABELS[group['group']]} (M = {notation.share(group['mean'], 2)}, SD = {notation.share(group['sd'], 2)})"
        for group in anova.groups.to_dict("records")
    ]
    found = "depended on the method" if anova.p < 1 - settings.ci_level else "did not differ between methods"
    yield f"Agreement with people {found}, {_one_way(anova, settings)}: {in_a_row(means)}."
    pairs = [
        f"{_pair(t['a'], t['b'])}: {_difference(t['difference'], (t['ci_low'], t['ci_high']), settings)}, "
        f"t({anova.df_within:g}) = {notation.decimal(t['t'])}, {notation.probability(t['p'])}"
        for t in sweep.tukey(settings.threshold, settings.ci_level).to_dict("records")
    ]
    yield f"Tukey's HSD: {'; '.join(pairs)}."


def _repeated(crossed: Crossed, settings: ComparisonSettings) -> Iterator[str]:
    """Report the tests within conditions; nothing where there are fewer than two complete ones."""
    anova, ranks = repeated_measures(crossed), friedman(crossed)
    if not np.isfinite(anova.F):
        return
    df = [round(anova.epsilon_gg * df, 1) for df in (anova.df_levels, anova.df_error)]
    explained = variance_explained_interval(
        anova.F, anova.df_levels, anova.df_error, settings.ci_level, epsilon=anova.epsilon_gg
    )
    yield (
        f"Within conditions (repeated measures, Greenhouse-Geisser's ε = {notation.share(anova.epsilon_gg, 2)}), "
        f"{notation.f_test(anova.F, df, anova.p_gg)}, η²p = {notation.share(anova.eta_squared_partial, 2)}, "
        f"{ci(explained, settings)}, η²G = {notation.share(anova.eta_squared_generalized, 2)}. {check_assumptions(crossed).sentence}"
    )
    if np.isfinite(ranks.chi2):
        rng = np.random.default_rng(settings.seed)
        w = kendall_w_interval(crossed, rng, n_resamples=settings.n_bootstrap, level=settings.ci_level)
        yield (
            f"By ranks (Friedman), χ²({ranks.df}, N = {ranks.n}) = {notation.decimal(ranks.chi2)}, "
            f"{notation.probability(ranks.p)}, W = {notation.share(ranks.kendall_w, 2)}, {ci(w, settings)}."
        )
    pairs = [
        f"{_pair(t['a'], t['b'])}: {_difference(t['difference'], (t['ci_low'], t['ci_high']), settings)}, "
        f"t({t['df']:g}) = {notation.decimal(t['t'])}, {notation.probability(t['p_holm'])}, "
        f"d_z = {notation.decimal(t['dz'])}, {ci((t['dz_low'], t['dz_high']), settings, decimals=True)}"
        for t in paired_contrasts(crossed, settings.ci_level).to_dict("records")
    ]
    yield f"Paired differences, p by Holm's correction: {'; '.join(pairs)}."


def _one_way(anova: OneWay, settings: ComparisonSettings) -> str:
    test = notation.f_test(anova.F, (anova.df_between, anova.df_within), anova.p)
    explained = variance_explained_interval(anova.F, anova.df_between, anova.df_within, settings.ci_level)
    return f"{test}, η² = {notation.share(anova.eta_squared, 2)}, {ci(explained, settings)}, ω² = {notation.share(anova.omega_squared, 2)}"


def _pair(a: str, b: str) -> str:
    return f"{METHOD_LABELS[a]} − {METHOD_LABELS[b]}"


def _difference(value: float, bounds: tuple[float, float], settings: ComparisonSettings) -> str:
    return f"{notation.share(value, 2)}, {ci(bounds, settings)}"


def ci(bounds: Sequence[float], settings: ComparisonSettings, *, decimals: bool = False) -> str:
    """Write an interval with its level; of ``decimals``, numbers that may exceed 1."""
    low, high = (notation.decimal(bound) if decimals else notation.share(bound, 2) for bound in bounds)
    return f"{settings.ci_level:.0%} CI [{low},\N{NO-BREAK SPACE}{high}]"


def in_a_row(parts: Sequence[str]) -> str:
    """Write a list of words: ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
