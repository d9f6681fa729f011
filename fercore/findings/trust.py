"""How far each method's maps can be trusted: what checks found, summed up over images, and the methods ranked by it.

Beyond the paper, which takes maps at their word. People's attention maps take part as one more method wherever a check needs
no network of its own, and beside everything stand maps that know nothing: noise, a centred Gaussian, the edges of the image.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.resamples import count_weights, estimate, known_mean, weighted_means
from fercore.errors import MissingError
from fercore.findings.map_likeness import Likeness, likeness_of_seeds, likeness_of_sources
from fercore.machines.runs import Run
from fercore.saliency.maps import CONTROLS
from fercore.saliency.trust import Checked, Score, TrustBlock
from fercore.settings import ComparisonSettings
from fercore.study import Study
from fercore.study.revealing import PEOPLE
from fercore.study.trusting import read_trust

SEEDS: Final = "other-seeds"
"""The check that needs another run."""

SEED_SCORE: Final = Score(
    "other_seeds", "other seeds", True, "Spearman's r with the same method's map by networks of other seeds"
)


OTHERS: Final = "other-methods"
"""The check that needs other methods."""

OTHERS_SCORE: Final = Score(
    "other_methods", "other methods", True, "Spearman's r with the maps of all other methods, mean over methods"
)

CENTRE: Final = "center-gaussian"
"""The control that every other source is compared with: faces stand in the middle."""

_UNKNOWN = (np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class Trust:
    """What checks found about the maps of one run."""

    checks: dict[str, Checked]
    """The questions, by name."""
    scores: pd.DataFrame
    """check, score, source, value, ci_low, ci_high, n (images), gain, gain_low, gain_high, rank (1 is best), n_ranked.

    The gain is over the centred Gaussian on the same images, above 0 where a source does better; NaN where it was not checked.
    Intervals: bootstrap over images."""
    curves: pd.DataFrame
    """check, curve, source, x, value, ci_low, ci_high, n."""
    agreement: pd.DataFrame
    """a, b, value, ci_low, ci_high, n: Spearman's r over pixels of two sources' maps of the same image, mean over images."""


def trust(study: Study, run: Run, settings: ComparisonSettings) -> Trust:
    """Sum up what checks found.

    All intervals come from the same resamples of images, so that methods are resampled together. NaN is left out.

    Raises
    ------
    MissingError
        When nothing was checked.
    """
    found = read_trust(study, run)
    if not found:
        raise MissingError(
            f"The maps of run {run.name!r} have not been checked. Start that: "
            f"`python -m fercore trust {study.name} --run {run.name}`."
        )
    weights = count_weights(len(study.plan), np.random.default_rng(settings.seed), settings.n_bootstrap)
    level = settings.ci_level
    checks: dict[str, Checked] = {}
    scores: list[tuple[Any, ...]] = []
    curves: list[tuple[Any, ...]] = []
    for source, block in found.items():
        for name, checked in block.checks.items():
            checks[name] = _joined(checks.get(name), checked)
            for score in checked.scores:
                values = block.arrays[score.name]
                gain = _gain(score, values, found.get(CENTRE), weights, level)
                scores.append((name, score.name, source, *_mean(values, weights, level), *gain))
            for curve in checked.curves:
                means = weighted_means(block.arrays[curve.name].astype(np.float64), weights)
                n = np.isfinite(block.arrays[curve.name]).sum(axis=0)
                for x, values, n_images in zip(curve.x, means.T, n, strict=True):
                    point = estimate(values, int(n_images), level)
                    curves.append((name, curve.name, source, x, *point, int(n_images)))
    seeds = likeness_of_seeds(study, run)
    if seeds:
        checks[SEEDS] = Checked(
            "Do networks of another seed give the same map?",
            "The same method on classifiers of other runs of the same network and regime, image by image.",
            (SEED_SCORE,),
            (),
        )
    scores += [
        (SEEDS, SEED_SCORE.name, source, *_mean(values, weights, level), *_UNKNOWN) for source, values in seeds.items()
    ]
    likeness = likeness_of_sources(study, run)
    others = _with_other_methods(likeness)
    if others:
        checks[OTHERS] = Checked(
            "Do other methods give the same map?",
            "Every method, control and people's maps with the maps of all methods but itself, image by image. Agreement is no sign of "
            "being right: methods that read the same layer agree because they are nearly one.",
            (OTHERS_SCORE,),
            (),
        )
    scores += [
        (OTHERS, OTHERS_SCORE.name, source, *_mean(values, weights, level), *_UNKNOWN)
        for source, values in others.items()
    ]
    names = ["check", "score", "source", "value", "ci_low", "ci_high", "n", "gain", "gain_low", "gain_high"]
    table = _ranked(pd.DataFrame(scores, columns=names), checks)
    return Trust(
        checks=checks,
        scores=table,
        curves=pd.DataFrame(curves, columns=["check", "curve", "source", "x", "value", "ci_low", "ci_high", "n"]),
        agreement=_agreement(likeness, weights, level),
    )


def _joined(first: Checked | None, second: Checked) -> Checked:
    """Put what a check found about two sources of maps together, of which either may have scores that the other lacks."""
    if first is None:
        return second
    scores, curves = (
        tuple({one.name: one for one in (*mine, *other)}.values())
        for mine, other in ((first.scores, second.scores), (first.curves, second.curves))
    )
    return replace(second, scores=scores, curves=curves)


def _mean(values: NDArray[np.floating], weights: NDArray[np.float64], level: float) -> tuple[float, float, float, int]:
    n = int(np.isfinite(values).sum())
    return *estimate(weighted_means(values.astype(np.float64)[:, None], weights)[:, 0], n, level), n


def _gain(
    score: Score, values: NDArray[np.floating], centre: TrustBlock | None, weights: NDArray[np.float64], level: float
) -> tuple[float, float, float]:
    """Compare a source with the centred Gaussian, image by image."""
    if centre is None or score.name not in centre.arrays:
        return _UNKNOWN
    difference = values.astype(np.float64) - centre.arrays[score.name]
    return _mean(difference if score.higher_is_better else -difference, weights, level)[:3]


def _ranked(scores: pd.DataFrame, checks: dict[str, Checked]) -> pd.DataFrame:
    """Rank the sources by each score, 1 the best, ties at the best of their ranks."""
    better = {score.name: score.higher_is_better for checked in checks.values() for score in checked.scores}
    signed = scores["value"].where(~scores["score"].map(better), -scores["value"])
    by_score = signed.groupby(scores["score"])
    return scores.assign(rank=by_score.rank(method="min"), n_ranked=by_score.transform("count").astype(int))


def _with_other_methods(likeness: Likeness) -> dict[str, NDArray[np.float64]]:
    """Give the mean likeness of every source's map with those of all methods but itself, image by image; of one method none."""
    blind = (*CONTROLS, PEOPLE)
    methods = [number for number, name in enumerate(likeness.sources) if name not in blind]
    if len(methods) < 2:
        return {}
    found = {}
    for number, name in enumerate(likeness.sources):
        others = [other for other in methods if other != number]
        found[name] = known_mean(likeness.values[number, others].T.astype(np.float64))
    return found


def _agreement(likeness: Likeness, weights: NDArray[np.float64], level: float) -> pd.DataFrame:
    rows = [
        (a, b, *_mean(likeness.values[first, second], weights, level))
        for first, a in enumerate(likeness.sources)
        for second, b in enumerate(likeness.sources)
        if first != second
    ]
    return pd.DataFrame(rows, columns=["a", "b", "value", "ci_low", "ci_high", "n"])


def trust_part(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, Any]:
    """Give the part ``trust`` of the report: every score by source, and how alike the sources' maps are.

    Raises
    ------
    MissingError
        Without a run, or when nothing was checked.
    """
    if run is None:
        raise MissingError(f"Study {study.name!r} has no run whose maps could be checked.")
    found = trust(study, run, settings)
    part: dict[str, Any] = {"n_images": len(study.plan), "scores": {}, "sources": {}, "agreement": []}
    for check, checked in found.checks.items():
        for score in checked.scores:
            part["scores"][score.name] = {
                "check": check, "label": score.label, "higher_is_better": score.higher_is_better, "note": score.note,
            }  # fmt: skip
    for row in found.scores.to_dict("records"):
        part["sources"].setdefault(row["source"], {})[row["score"]] = {
            "value": row["value"], "ci": [row["ci_low"], row["ci_high"]], "n": row["n"],
            "rank": int(row["rank"]) if np.isfinite(row["rank"]) else None,
            "over_centre": {"value": row["gain"], "ci": [row["gain_low"], row["gain_high"]]}
            if np.isfinite(row["gain"])
            else None,
        }  # fmt: skip
    for row in found.agreement.to_dict("records"):
        if row["a"] < row["b"]:
            part["agreement"].append(
                {"a": row["a"], "b": row["b"], "r": row["value"], "ci": [row["ci_low"], row["ci_high"]], "n": row["n"]}
            )
    return part
