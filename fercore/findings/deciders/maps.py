"""Claims about saliency maps: which comes nearest to people, and whether that depends on the expression (paper 5.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from fercore.comparison.anova import one_way
from fercore.comparison.effect_sizes import variance_explained_interval
from fercore.comparison.intervals import percentiles
from fercore.comparison.strata import draw_within, group_means
from fercore.errors import MissingError
from fercore.findings.evidence import FAILS, HOLDS, IN_PART, UNKNOWN, Decision, Evidence, side
from fercore.notation import decimal, f_test, interval, probability, share
from fercore.saliency.maps import METHOD_LABELS

EP, CAM, GRAD_CAM = "extremal-perturbation", "cam", "grad-cam"


def best_fit(evidence: Evidence) -> Decision:
    """Look whether EP comes first by mean Dice, apart from the others, and whatever else is chosen."""
    evidence.require_methods(EP, CAM, GRAD_CAM)
    anova, tests = evidence.sweep.anova(evidence.settings.threshold), evidence.part("tests")
    means = anova.groups.sort_values("mean", ascending=False)
    order = ", ".join(f"{METHOD_LABELS[g['group']]} {share(g['mean'], 2)}" for g in means.to_dict("records"))
    ours = f"{order}; {f_test(anova.F, (anova.df_between, anova.df_within), anova.p)}"
    repeated = tests["rm_anova"]
    table, universes = evidence.agreement, evidence.universes
    n_first, n = int((universes.winners["method"] == EP).sum()), len(universes.winners)
    scores = table.loc[table["method"] == EP, "score"].dropna()
    df = [round(d * repeated["epsilon_gg"], 1) for d in repeated["df"]]
    rigorous = (
        f"within conditions {f_test(repeated['F'], df, repeated['p_gg'])}, η²p = {share(repeated['eta_squared_partial'], 2)} "
        f"{interval(repeated['eta_squared_partial_ci'], 2)}; first in {n_first} of {n} choices of measure, threshold and unit; "
        f"scores between floor (0) and ceiling (1): {share(scores.min(), 2)} to {share(scores.max(), 2)}"
    )
    near = f"and yet at most {share(scores.max(), 2)} of the way from another image's map to other people"
    apart = all(row["p_holm"] < evidence.alpha for row in tests["holm"] if EP in (row["a"], row["b"]))
    if means["group"].iloc[0] != EP:
        return Decision(ours, rigorous, FAILS, f"{METHOD_LABELS[means['group'].iloc[0]]} has the highest mean")
    if not apart:
        return Decision(ours, rigorous, IN_PART, "it has the highest mean, but is not apart from each other method")
    if n_first < n:
        return Decision(ours, rigorous, IN_PART, f"first in {n_first} of {n} choices, {near}")
    return Decision(ours, rigorous, HOLDS, f"whatever is chosen, {near}")


def above(b: str) -> Callable[[Evidence], Decision]:
    """Give what decides whether EP has higher Dice values than another method."""

    def decide(evidence: Evidence) -> Decision:
        ours, rigorous, difference, p = _pair(evidence, EP, b)
        if p < evidence.alpha:
            higher = difference > 0
            because = "in the same conditions too" if higher else f"{METHOD_LABELS[b]} has the higher values"
            return Decision(ours, rigorous, HOLDS if higher else FAILS, because)
        return Decision(ours, rigorous, UNKNOWN, "the interval holds both signs")

    return decide


def cam_as_grad_cam(evidence: Evidence) -> Decision:
    """Look whether CAM and Grad-CAM differ where conditions are taken out."""
    ours, rigorous, difference, p = _pair(evidence, CAM, GRAD_CAM)
    if p < evidence.alpha:
        because = f"in the same conditions they differ, by {share(abs(difference))} in Dice; the paper's test takes conditions as noise"
        return Decision(ours, rigorous, FAILS, because)
    return Decision(ours, rigorous, UNKNOWN, "not significant is not equal: see the interval for what is not excluded")


def _pair(evidence: Evidence, a: str, b: str) -> tuple[str, str, float, float]:
    """Give Tukey's test in words, the paired one in words, the difference, and Holm's p."""
    evidence.require_methods(a, b)
    s = evidence.settings
    tukey = evidence.sweep.tukey(s.threshold, s.ci_level)
    printed = tukey[(tukey["a"] == a) & (tukey["b"] == b)].iloc[0]
    row = next(row for row in evidence.part("tests")["holm"] if (row["a"], row["b"]) == (a, b))
    rigorous = (
        f"paired {share(row['difference'], 3)} {interval(row['ci'])}, t({row['df']}) = {decimal(row['t'])}, "
        f"{probability(row['p_holm'])} (Holm), d_z = {decimal(row['dz'])} [{decimal(row['dz_ci'][0])}, {decimal(row['dz_ci'][1])}]"
    )
    return f"t = {decimal(printed['t'])}, {probability(printed['p'])}", rigorous, row["difference"], row["p_holm"]


def no_expression(evidence: Evidence) -> Decision:
    """Look whether expressions differ, with one value per condition."""
    dice = evidence.dice
    every = one_way(dice, "dice", "true_label")
    means = dice.groupby(["condition", "true_label"], sort=False)["dice"].mean().reset_index()
    found = one_way(means, "dice", "true_label")
    if not np.isfinite(found.F):
        raise MissingError("each expression needs two conditions with a Dice")
    explained = variance_explained_interval(found.F, found.df_between, found.df_within, evidence.settings.ci_level)
    ours = f_test(every.F, (every.df_between, every.df_within), every.p)
    rigorous = (
        f"a value per condition {f_test(found.F, (found.df_between, found.df_within), found.p)}, η² = "
        f"{share(found.eta_squared, 2)} {interval(explained, 2)}"
    )
    if found.p < evidence.alpha:
        return Decision(ours, rigorous, FAILS, "expressions differ")
    because = f"not significant is not absent: up to {share(explained.high, 2)} of the variance is not excluded"
    return Decision(ours, rigorous, UNKNOWN, because)


def even_expressions(evidence: Evidence) -> Decision:
    """Look whether EP's Dice differs less between expressions than that of each other method."""
    evidence.require_methods(EP, CAM, GRAD_CAM)
    crossed = evidence.crossed
    labels = np.array([condition.split("|")[0] for condition in crossed.subjects])
    if not len(labels) or np.unique(labels, return_counts=True)[1].min() < 2:
        raise MissingError("each expression needs two conditions with a Dice")
    s = evidence.settings
    draws = draw_within(labels, evidence.rng(), s.n_bootstrap)
    spread, resampled = {}, {}
    for number, method in enumerate(crossed.levels):
        own = crossed.values[:, number]
        spread[method] = float(group_means(own, labels, np.ones((1, len(own)))).std(axis=1, ddof=1)[0])
        resampled[method] = group_means(own, labels, draws).std(axis=1, ddof=1)
    cis = {other: percentiles(resampled[other] - resampled[EP], s.ci_level) for other in (CAM, GRAD_CAM)}
    ours = "SD of Dice over expressions: " + ", ".join(
        f"{METHOD_LABELS[m]} {share(spread[m])}" for m in (EP, CAM, GRAD_CAM)
    )
    rigorous = "more than EP's: " + "; ".join(
        f"{METHOD_LABELS[m]} {share(spread[m] - spread[EP])} {interval(ci)}" for m, ci in cis.items()
    )
    sides = {side(ci) for ci in cis.values()}
    if sides == {1}:
        return Decision(ours, rigorous, HOLDS, "though it does not follow from the F that the paper gives")
    if -1 in sides:
        return Decision(ours, rigorous, FAILS, "EP's Dice differs more between expressions")
    because = "the interval holds both signs; nor does it follow from the F that the paper gives"
    return Decision(ours, rigorous, UNKNOWN, because)


DECIDERS: Final[dict[str, Callable[[Evidence], Decision]]] = {
    "best-fit": best_fit,
    "above-cam": above(CAM),
    "above-grad-cam": above(GRAD_CAM),
    "cam-as-grad-cam": cam_as_grad_cam,
    "no-expression": no_expression,
    "even-expressions": even_expressions,
}
"""By the names in ``claims.toml``."""
