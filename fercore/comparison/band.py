"""The band that agreement with people moves in: from another image's map (floor) to people among themselves (ceiling).

A model's agreement says little by itself: maps of different faces agree to some degree because faces lie in the middle,
and a model can hardly be nearer to people than people are to each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.halves import Crowd, half_agreement
from fercore.comparison.intervals import Interval
from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import Measure, Side
from fercore.comparison.reliability import spearman_brown

_VALUES_AT_ONCE = 2**20
"""Values of model maps that are compared with all human maps at a time."""


@dataclass(frozen=True)
class Agreement:
    """Agreement of n model maps with people by one measure, (n,) each; NaN where there is none."""

    own: NDArray[np.float64]
    """With people's map of the same image."""
    floor: NDArray[np.float64]
    """Mean with people's maps of each *other* image."""
    group_floor: NDArray[np.float64]
    """With people's mean map over all images."""
    others: NDArray[np.float64]
    """Mean of the model's maps of each *other* image with people's map of this one: the floor's other side, by which an image that
    is drawn anew moves the floor too."""


class HumanMaps:
    """People's side of n images, read once for any number of models.

    Parameters
    ----------
    maps
        (n, height, width): people's maps.
    clicks
        (n, height, width): clicks in each pixel; None where no measure needs them.
    counted
        Bool (n,): images that people have a map of. The others take no part, on either side.
    measures
        What to measure.
    """

    def __init__(
        self, maps: np.ndarray, clicks: np.ndarray | None, counted: np.ndarray, measures: Mapping[str, Measure]
    ) -> None:
        self.measures, self.counted = measures, np.asarray(counted, bool)
        self._sides: dict[str, tuple[Side, Side]] = {}
        stacks = {False: self._stacks(maps), True: None if clicks is None else self._stacks(clicks)}
        for name, measure in measures.items():
            if (own_and_mean := stacks[measure.needs_clicks]) is not None:
                own, mean = own_and_mean
                self._sides[name] = measure.human(own), measure.human(mean)

    def _stacks(self, maps: np.ndarray) -> tuple[MapStack, MapStack]:
        """Give the maps that count, and their mean."""
        own = np.asarray(maps)[self.counted]
        mean = own.mean(axis=0, keepdims=True, dtype=np.float64)
        return MapStack(own), MapStack(mean.astype(own.dtype))

    def compare(self, model: np.ndarray) -> dict[str, Agreement]:
        """Compare a model's maps (n, height, width) with people's, by every measure whose human side is there."""
        rows = np.flatnonzero(self.counted)
        n = len(self.counted)
        found = {name: Agreement(*(np.full(n, np.nan) for _ in range(4))) for name in self._sides}
        others = {name: np.zeros((2, len(rows))) for name in self._sides}
        step = max(1, _VALUES_AT_ONCE // int(np.prod(model.shape[1:])))
        for start in range(0, len(rows), step):
            part = slice(start, start + step)
            stack = MapStack(np.asarray(model)[rows[part]])
            for name, (human, mean) in self._sides.items():
                measure = self.measures[name]
                side = measure.model(stack)
                crossed = measure.cross(human, side)
                at = np.arange(crossed.shape[1])
                crossed[at + start, at] = np.nan
                found[name].own[rows[part]] = measure.pair(human.rows(part), side)
                found[name].floor[rows[part]] = _means(crossed)
                known = np.isfinite(crossed)
                others[name] += np.where(known, crossed, 0).sum(axis=1), known.sum(axis=1)
                found[name].group_floor[rows[part]] = measure.cross(mean, side)[0]
        for name, (total, n_known) in others.items():
            found[name].others[rows] = np.divide(total, n_known, out=np.full(len(rows), np.nan), where=n_known > 0)
        return found


def _means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average columns over the rows that have a value; NaN where none has."""
    known = np.isfinite(values)
    n = known.sum(axis=0)
    total = np.where(known, values, 0).sum(axis=0)
    means: NDArray[np.float64] = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    return means


def ceiling(
    crowds: Iterable[Crowd], measures: Mapping[str, Measure], rng: np.random.Generator, n_splits: int = 200
) -> dict[str, NDArray[np.float64]]:
    """Give how well two halves of people agree, image by image.

    Halves are drawn anew for each image and split. Correlations are corrected for the halves' size by Spearman and Brown's
    2r / (1 + r), from their mean over splits; other measures are not, so that theirs is what half as many people reach.

    Parameters
    ----------
    crowds
        One per image.
    measures
        What to measure.
    rng
        Draws the halves.
    n_splits
        Random splits per image.

    Returns
    -------
    dict
        By measure, (n_images,); NaN where fewer than two people count.
    """
    halves = pd.DataFrame([half_agreement(crowd, measures, rng, n_splits=n_splits) for crowd in crowds], dtype=float)
    found = {name: halves[name].to_numpy() for name in measures}
    return {name: spearman_brown(r) if measures[name].spearman_brown else r for name, r in found.items()}


def score(value: float, low: float, high: float, *, higher_is_better: bool = True) -> float:
    """Give (value - floor) / (ceiling - floor), never clipped; NaN where the ceiling is not better than the floor."""
    return float(_score(np.array(value), np.array(low), np.array(high), higher_is_better))


def _score(
    value: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], higher_is_better: bool
) -> NDArray[np.float64]:
    height = high - low
    there = height > 0 if higher_is_better else height < 0
    share: NDArray[np.float64] = np.divide(value - low, height, out=np.full(np.shape(height), np.nan), where=there)
    return share


@dataclass(frozen=True)
class Band:
    """One measure summed up over images. Intervals are percentile bootstrap over images; NaN where there is none."""

    mean: float
    ci: Interval
    ceiling: float
    ceiling_ci: Interval
    floor: float
    group_floor: float
    score: float
    """Of the three means, see `score`."""
    score_ci: Interval
    """All three means resampled together, in the resamples that have a score."""
    n_images: int
    """Images with a value."""


def sum_up(
    agreement: Agreement, ceiling: NDArray[np.float64], measure: Measure, draws: NDArray[np.int64], level: float
) -> Band:
    """Average over images.

    Parameters
    ----------
    agreement, ceiling
        (n,) each, image by image.
    measure
        What was measured.
    draws
        (n_resamples, n), from `draw_images`.
    level
        Level of the intervals.

    Notes
    -----
    An image takes part in the floor twice, by the model's map and by people's. Both count when it is drawn, so that the floor moves,
    to first order, as if it were worked out anew among the images drawn. With the first alone intervals of scores are too wide.
    """
    series = np.stack([agreement.own, agreement.floor, ceiling, agreement.group_floor, agreement.others])
    own, low, high, group, others = _weighted_means(series, np.ones((1, series.shape[1])))[:, 0]
    resampled = _weighted_means(series, draws)
    if np.isfinite(others):
        resampled[1] += np.nan_to_num(resampled[4] - others)
    scores = _score(resampled[0], resampled[1], resampled[2], measure.higher_is_better)
    return Band(
        mean=float(own),
        ci=_central(resampled[0], series[0], level),
        ceiling=float(high),
        ceiling_ci=_central(resampled[2], series[2], level),
        floor=float(low),
        group_floor=float(group),
        score=score(own, low, high, higher_is_better=measure.higher_is_better),
        score_ci=_central(scores, series[0], level),
        n_images=int(np.isfinite(series[0]).sum()),
    )


def draw_images(n_images: int, rng: np.random.Generator, n_resamples: int) -> NDArray[np.int64]:
    """Draw images with replacement: how often each is in each resample, (n_resamples, n_images)."""
    drawn: NDArray[np.int64] = rng.multinomial(n_images, np.full(n_images, 1 / max(n_images, 1)), size=n_resamples)
    return drawn


def average(values: NDArray[np.float64], draws: NDArray[np.int64], level: float) -> tuple[float, Interval]:
    """Give the mean over images, (n,), that have a value, and its interval; ``draws`` as in `sum_up`."""
    series = values[None]
    mean = float(_weighted_means(series, np.ones((1, len(values))))[0, 0])
    return mean, _central(_weighted_means(series, draws)[0], values, level)


def _weighted_means(series: NDArray[np.float64], weights: np.ndarray) -> NDArray[np.float64]:
    """Average series (k, n) over what they know with weights (m, n), (k, m)."""
    known = np.isfinite(series)
    n = known @ weights.T.astype(np.float64)
    total = np.where(known, series, 0) @ weights.T
    means: NDArray[np.float64] = np.divide(total, n, out=np.full(n.shape, np.nan), where=n > 0)
    return means


def _central(resampled: NDArray[np.float64], values: NDArray[np.float64], level: float) -> Interval:
    known = resampled[np.isfinite(resampled)]
    if np.isfinite(values).sum() < 2 or len(known) == 0:
        return Interval(np.nan, np.nan)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))
