"""How well people agree with each other about one image: random halves of them, compared by any measure.

Only how many of each half uncovered a pixel enters, and many pixels are alike in that. So pixels are first grouped by *who*
uncovered them, and in each split by *how many* of each half did. Some hundred cells with weights then stand for thousands
of pixels, without loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import Measure

_PEOPLE_AT_ONCE = 40
"""People whose answers fit into one integer beside the number of a cell."""


@dataclass(frozen=True)
class Crowd:
    """The people who count for one image."""

    seen: NDArray[np.bool_]
    """(n_people, height, width): who uncovered what."""
    clicker: NDArray[np.intp]
    """(n_clicks,): number of the person who clicked."""
    clicked: NDArray[np.intp]
    """(n_clicks,): number of the pixel, row by row."""


def half_agreement(
    crowd: Crowd,
    measures: Mapping[str, Measure],
    rng: np.random.Generator,
    *,
    n_splits: int = 200,
    size: int | None = None,
) -> dict[str, float]:
    """Give the mean agreement between two groups of people, over random splits.

    One group stands for people and the other for the model; where a measure needs clicks, they are those of the first.

    Parameters
    ----------
    crowd
        The people.
    measures
        What to measure.
    rng
        Draws the groups, the same for all measures.
    n_splits
        Random splits.
    size
        People in each group; by default half of them, one being left out of an odd number.

    Returns
    -------
    dict
        By measure; NaN where there are too few people, or no split has a value. Not corrected for the groups' size.
    """
    n = len(crowd.seen)
    size = n // 2 if size is None else size
    if size < 1 or 2 * size > n or not measures:
        return dict.fromkeys(measures, float("nan"))
    order = rng.permuted(np.tile(np.arange(n), (n_splits, 1)), axis=1)
    groups = _Groups(crowd, order[:, :size], order[:, size : 2 * size])
    found = {}
    for name, measure in measures.items():
        first, second = groups.stacks(measure)
        values = measure.pair(measure.human(first), measure.model(second))
        found[name] = float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")
    return found


def _sums(values: NDArray[np.float32], members: NDArray[np.intp]) -> NDArray[np.float32]:
    """Add up values (n_people, n) over the members of a group in every split, (n_splits, size): (n_splits, n).

    One member after the other, as it would be no faster by matrix products, which here are too small for several threads.
    """
    sums = np.zeros((len(members), values.shape[1]), np.float32)
    for people in members.T:
        sums += values[people]
    return sums


def _patterns(seen: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]]:
    """Group pixels by who uncovered them: cell of each pixel, (n_people, n_cells), and pixels in each cell."""
    anybody = np.flatnonzero(seen.any(axis=0))
    number = np.zeros(len(anybody), dtype=np.int64)
    for start in range(0, len(seen), _PEOPLE_AT_ONCE):
        group = seen[start : start + _PEOPLE_AT_ONCE, anybody]
        bits = np.left_shift(1, np.arange(len(group), dtype=np.int64)) @ group
        number = np.unique((number << _PEOPLE_AT_ONCE) | bits, return_inverse=True)[1]
    cell_of = np.zeros(seen.shape[1], dtype=np.intp)  # cell 0: what nobody uncovered
    cell_of[anybody] = number + 1
    n_pixels = np.bincount(cell_of)
    patterns = np.zeros((len(seen), len(n_pixels)), np.float32)
    patterns[:, cell_of[anybody]] = seen[:, anybody]
    return cell_of, patterns, n_pixels.astype(np.float32)


class _Groups:
    """Two groups of people in every split, ready for measures.

    Parameters
    ----------
    crowd
        The people.
    human, model
        (n_splits, size): numbers of each group's members.
    """

    def __init__(self, crowd: Crowd, human: NDArray[np.intp], model: NDArray[np.intp]) -> None:
        self._seen = crowd.seen.reshape(len(crowd.seen), -1)
        self._crowd, self._human, self._model, self._levels = crowd, human, model, human.shape[1] + 1

    def stacks(self, measure: Measure) -> tuple[MapStack, MapStack]:
        """Give what a measure reads: people's side and the model's, one row per split."""
        if measure.needs_clicks:
            return self._clicks_and_map
        return self._pixels if measure.spatial else self._cells

    @cached_property
    def _patterns(self) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]]:
        return _patterns(self._seen)

    @cached_property
    def _pixels(self) -> tuple[MapStack, MapStack]:
        """Give both groups' maps as they are."""
        seen, shape = self._seen.astype(np.float32), (-1, *self._crowd.seen.shape[1:])
        return MapStack(_sums(seen, self._human).reshape(shape)), MapStack(_sums(seen, self._model).reshape(shape))

    @cached_property
    def _cells(self) -> tuple[MapStack, MapStack]:
        """Group pixels by how many of each group uncovered them, where that makes fewer cells than who did."""
        _, patterns, n_pixels = self._patterns
        human, model = _sums(patterns, self._human), _sums(patterns, self._model)
        if self._levels**2 >= len(n_pixels):
            weights = np.broadcast_to(n_pixels, human.shape)
            return MapStack(human, weights), MapStack(model, weights)
        both = human.astype(np.intp) * self._levels + model.astype(np.intp)
        weights = _histograms(both, n_pixels, self._levels**2)
        occurs = np.flatnonzero(weights.any(axis=0))
        weights = weights[:, occurs]
        levels = (np.broadcast_to(of.astype(np.float32), weights.shape) for of in np.divmod(occurs, self._levels))
        first, second = (MapStack(values, weights) for values in levels)
        return first, second

    @cached_property
    def _clicks_and_map(self) -> tuple[MapStack, MapStack]:
        """Give each pixel that anybody clicked a cell of its own, and group the others by how many uncovered them."""
        cell_of, patterns, n_pixels = self._patterns
        pixels, place = np.unique(self._crowd.clicked, return_inverse=True)
        clicks = np.zeros((len(self._seen), len(pixels)), np.float32)
        np.add.at(clicks, (self._crowd.clicker, place), 1)
        others = n_pixels - np.bincount(cell_of[pixels], minlength=len(n_pixels))
        counts = _histograms(_sums(patterns, self._model).astype(np.intp), others, self._levels)
        levels = np.broadcast_to(np.arange(self._levels, dtype=np.float32), counts.shape)
        weights = np.hstack([counts, np.ones((len(counts), len(pixels)), np.float32)])
        human = np.hstack([np.zeros_like(counts), _sums(clicks, self._human)])
        model = np.hstack([levels, _sums(patterns[:, cell_of[pixels]], self._model)])
        return MapStack(human, weights), MapStack(model, weights)


def _histograms(bins: NDArray[np.intp], weights: np.ndarray, n_bins: int) -> NDArray[np.float32]:
    """Sum weights (n_cells,) by bin in every row of (n_rows, n_cells): (n_rows, n_bins)."""
    places = bins + np.arange(len(bins))[:, None] * n_bins
    sums = np.bincount(places.ravel(), np.broadcast_to(weights, bins.shape).ravel(), minlength=len(bins) * n_bins)
    return sums.reshape(len(bins), n_bins).astype(np.float32)
