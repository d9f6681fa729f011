"""The comparison as one writes it down: a loop over images with NumPy, SciPy and statsmodels. The peer of `comparison.py`.

Every function follows the definitions of `fercore.comparison`, so that both give the same numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.stats import f_oneway, rankdata, spearmanr
from statsmodels.stats.multicomp import pairwise_tukeyhsd

Measure = Callable[[np.ndarray, np.ndarray], float]


def scaled(map_: np.ndarray) -> np.ndarray:
    low, high = map_.min(), map_.max()
    return np.zeros(map_.shape) if high == low else np.floor(255 * (map_ - low) / (high - low) + 0.5)


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    total = a.sum() + b.sum()
    return float(2 * (a & b).sum() / total) if total else np.nan


def move_threshold(
    human: np.ndarray, model: Mapping[str, np.ndarray], true_labels: Sequence[str], threshold: int
) -> dict[str, float | list[float]]:
    """Cut mean maps (C, side, side) at a threshold, and test: Dice of each, both ANOVAs, Tukey's test of the methods."""
    dice = {name: [overlap(scaled(a) >= threshold, scaled(b) >= threshold) for a, b in zip(human, maps, strict=True)]
            for name, maps in model.items()}  # fmt: skip
    values = np.concatenate(list(dice.values()))
    methods = np.repeat(list(dice), len(human))
    labels = np.tile(true_labels, len(dice))
    known = np.isfinite(values)
    values, methods, labels = values[known], methods[known], labels[known]
    between = f_oneway(*(values[methods == name] for name in dice))
    expressions = f_oneway(*(values[labels == name] for name in dict.fromkeys(labels)))
    tukey = pairwise_tukeyhsd(values, methods)
    return {
        "dice": values.tolist(),
        "means": [float(values[methods == name].mean()) for name in dice],
        "F": float(between.statistic),
        "expression_F": float(expressions.statistic),
        "tukey_p": sorted(map(float, tukey.pvalues)),
    }


def move_band(
    human: np.ndarray,
    model: Mapping[str, np.ndarray],
    ceiling: np.ndarray,
    drawn: np.ndarray,
    threshold: int,
    level: float,
) -> dict[str, list[float]]:
    """Set Dice of mean maps (C, side, side) between floor and ceiling (C,) at a threshold, with bootstrap over conditions.

    ``drawn``, (n_resamples, C), are the conditions of each resample. Per method: Dice, floor, score, and the bounds of Dice, of the
    ceiling and of the score.
    """
    seen = [scaled(one) >= threshold for one in human]
    found = {}
    for name, maps in model.items():
        used = [scaled(one) >= threshold for one in maps]
        crossed = np.array([[overlap(a, b) for b in used] for a in seen])  # people's map by the method's
        own = np.diag(crossed).copy()
        np.fill_diagonal(crossed, np.nan)
        floor, others = np.nanmean(crossed, axis=0), np.nanmean(crossed, axis=1)
        low = np.nanmean(floor[drawn], axis=1) + np.nanmean(others[drawn], axis=1) - np.nanmean(others)
        mean, high = np.nanmean(own[drawn], axis=1), np.nanmean(ceiling[drawn], axis=1)
        dice, start = np.nanmean(own), np.nanmean(floor)
        bounds = [
            np.nanquantile(one, [(1 - level) / 2, (1 + level) / 2]) for one in (mean, high, (mean - low) / (high - low))
        ]
        score = (dice - start) / (np.nanmean(ceiling) - start)
        found[name] = [float(value) for value in (dice, start, score, *np.concatenate(bounds))]
    return found


def top(map_: np.ndarray, percent: float) -> np.ndarray:
    k = max(int(np.floor(percent / 100 * map_.size + 0.5)), 1)
    return (map_ >= np.partition(map_.ravel(), -k)[-k]) & (map_ > map_.min())


def kl(human: np.ndarray, model: np.ndarray) -> float:
    q, p = human / human.sum(), model / model.sum()
    return float((q * np.log(2.0**-52 + q / (p + 2.0**-52))).sum())


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum()) if (a | b).any() else np.nan


def auc(clicks: np.ndarray, model: np.ndarray) -> float:
    clicked = clicks.ravel() > 0
    n, n_clicked = clicked.size, clicked.sum()
    u = rankdata(model.ravel())[clicked].sum() - n_clicked * (n_clicked + 1) / 2
    return float(u / (n_clicked * (n - n_clicked)))


def nss(clicks: np.ndarray, model: np.ndarray) -> float:
    return float((clicks * (model - model.mean()) / model.std()).sum() / clicks.sum())


def measures(threshold: int, percent: float) -> tuple[dict[str, Measure], dict[str, Measure]]:
    """Give the measures of two maps, and those of clicks and a map."""
    of_maps: dict[str, Measure] = {
        "cc": lambda a, b: float(np.corrcoef(a.ravel(), b.ravel())[0, 1]),
        "dice-50": lambda a, b: overlap(scaled(a) >= threshold, scaled(b) >= threshold),
        "dice-top20": lambda a, b: overlap(top(a, percent), top(b, percent)),
        "iou-50": lambda a, b: iou(scaled(a) >= threshold, scaled(b) >= threshold),
        "kl": kl,
        "sim": lambda a, b: float(np.minimum(a / a.sum(), b / b.sum()).sum()),
        "spearman": lambda a, b: float(spearmanr(a.ravel(), b.ravel()).statistic),
    }
    return of_maps, {"auc": auc, "nss": nss}


def compare(
    human: np.ndarray, clicks: np.ndarray, model: np.ndarray, threshold: int, percent: float
) -> dict[str, float]:
    """Compare one image's map and clicks with one map by every measure."""
    of_maps, of_clicks = measures(threshold, percent)
    with np.errstate(all="ignore"):
        found = {name: measure(human, model) for name, measure in of_maps.items()}
        return found | {name: measure(clicks, model) for name, measure in of_clicks.items()}


def compare_halves(
    seen: np.ndarray, clicks: np.ndarray, orders: np.ndarray, threshold: int, percent: float
) -> dict[str, float]:
    """Average over splits of one image's people, ``orders`` (n_splits, n): ``seen`` and ``clicks`` are (n, side, side)."""
    size = len(seen) // 2
    found = []
    for order in orders:
        first, second = order[:size], order[size : 2 * size]
        found.append(
            compare(seen[first].sum(0, float), clicks[first].sum(0), seen[second].sum(0, float), threshold, percent)
        )
    return {name: float(np.nanmean([one[name] for one in found])) for name in found[0]}


def mantel(a: np.ndarray, b: np.ndarray) -> tuple[float, int]:
    """Correlate the errors of two matrices under every relabelling of the first: r, and how many are as large."""
    errors = ~np.eye(len(a), dtype=bool)
    r = [
        np.corrcoef(a[np.ix_(order, order)][errors], b[errors])[0, 1] for order in itertools.permutations(range(len(a)))
    ]
    return float(r[0]), int((np.array(r) >= r[0] - 1e-12).sum())
