"""The band that agreement with people moves in: from another image's map (floor) to people among themselves (ceiling).

A model's agreement says little by itself: maps of different faces agree to some degree because faces lie in the middle,
and a model can hardly be nearer to people than people are to each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.halves import Crowd, half_agreement
from fercore.comparison.intervals import Interval, percentiles
from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import Measure, Side
from fercore.comparison.reliability import spearman_brown
from fercore.comparison.resamples import known_mean, weighted_means

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
                found[name].floor[rows[part]] = known_mean(crossed.T)
                known = np.isfinite(crossed)
                others[name] += np.where(known, crossed, 0).sum(axis=1), known.sum(axis=1)
                found[name].group_floor[rows[part]] = measure.cross(mean, side)[0]
        for name, (total, n_known) in others.items():
            found[name].others[rows] = np.divide(total, n_known, out=np.full(len(rows), np.nan), where=n_known > 0)
        return found


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
    agreement: Agreement, ceiling: NDArray[np.float64], measure: Measure, draws: NDArray[np.float64], level: float
) -> Band:
    """Average over images, as `sum_up_all` does, of one model."""
    return sum_up_all([agreement], ceiling, measure, draws, level)[0]


def sum_up_all(
    agreements: Sequence[Agreement],
    ceiling: NDArray[np.float64],
    measure: Measure,
    draws: NDArray[np.float64],
    level: float,
) -> list[Band]:
    """Average the agreement of several models over images, in one product of matrices.

    Parameters
    ----------
    agreements
        One per model, image by image.
    ceiling
        (n,), of all of them.
    measure
        What was measured.
    draws
        (n_resamples, n), from `fercore.comparison.resamples.draw_images`.
    level
        Level of the intervals.

    Notes
    -----
    An image takes part in the floor twice, by the model's map and by people's. Both count when it is drawn, so that the floor moves,
    to first order, as if it were worked out anew among the images drawn. With the first alone intervals of scores are too wide.
    """
    series = np.stack([ceiling, *(each for a in agreements for each in (a.own, a.floor, a.others))])
    means, resampled = known_mean(series), weighted_means(series.T, draws).T
    ceiling_ci = _central(resampled[0], ceiling, level)
    bands = []
    for number, agreement in enumerate(agreements):
        at = slice(1 + 3 * number, 4 + 3 * number)
        (own, low, others), (owns, lows, of_others) = means[at], resampled[at]
        if np.isfinite(others):
            lows = lows + np.nan_to_num(of_others - others)
        scores = _score(owns, lows, resampled[0], measure.higher_is_better)
        bands.append(
            Band(
                mean=float(own),
                ci=_central(owns, agreement.own, level),
                ceiling=float(means[0]),
                ceiling_ci=ceiling_ci,
                floor=float(low),
                group_floor=float(known_mean(agreement.group_floor)),
                score=score(own, low, means[0], higher_is_better=measure.higher_is_better),
                score_ci=_central(scores, agreement.own, level),
                n_images=int(np.isfinite(agreement.own).sum()),
            )
        )
    return bands


def average(values: NDArray[np.float64], draws: NDArray[np.float64], level: float) -> tuple[float, Interval]:
    """Give the mean over images, (n,), that have a value, and its interval; ``draws`` as in `sum_up`."""
    return float(known_mean(values)), _central(weighted_means(values[:, None], draws)[:, 0], values, level)


def _central(resampled: NDArray[np.float64], values: NDArray[np.float64], level: float) -> Interval:
    return percentiles(resampled, level) if np.isfinite(values).sum() > 1 else Interval(np.nan, np.nan)
