"""A stack of maps with what measures of agreement read off them, each worked out once.

Several measures need the same thing (ranks, shares, standardised values). Ranks are by far the dearest, so they are sorted
once per map, whoever asks.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.binary_maps import binarise, scale_map

Floats = NDArray[np.floating]


class MapStack:
    """Maps of one size, laid out as rows.

    Parameters
    ----------
    maps
        (n, height, width) or (n, n_cells). Single precision stays single precision, with sums in double; everything else
        becomes double.
    weights
        (n, n_cells) or None: how many pixels each cell stands for, so that pixels that are alike need not be repeated. A
        cell of weight 0 does not exist.

    Notes
    -----
    A map with a value that is not finite is not ``known``; it takes part as zeros, and measures make NaN of it.
    """

    def __init__(self, maps: np.ndarray, weights: np.ndarray | None = None) -> None:
        maps = np.asarray(maps)
        self.shape = maps.shape[1:]
        n_cells = int(np.prod(self.shape))
        values = maps.reshape(len(maps), n_cells)
        if values.dtype != np.float32:
            values = values.astype(np.float64)
        self.known: NDArray[np.bool_] = np.isfinite(values).all(axis=1)
        if not self.known.all():
            values = np.where(self.known[:, None], values, 0)
        self.weights = weights
        if weights is not None:
            lowest = np.min(values, axis=1, keepdims=True, where=weights > 0, initial=np.inf)
            values = np.where(weights > 0, values, lowest)
        self.values: Floats = values
        self.n_pixels: NDArray[np.float64] = (
            np.full(len(maps), float(n_cells)) if weights is None else weights.sum(axis=1, dtype=np.float64)
        )
        self.low: Floats = values.min(axis=1, keepdims=True)
        self.high: Floats = values.max(axis=1, keepdims=True)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def varies(self) -> NDArray[np.bool_]:
        """(n,): whether a map is known and not constant."""
        return self.known & (self.high > self.low)[:, 0]

    def sum(self, values: np.ndarray) -> NDArray[np.float64]:
        """Sum (n, n_cells) over pixels, (n,)."""
        counted = values if self.weights is None else values * self.weights
        total: NDArray[np.float64] = counted.sum(axis=1, dtype=np.float64)
        return total

    @cached_property
    def has_shares(self) -> NDArray[np.bool_]:
        """(n,): whether a map is a distribution: known, nowhere negative, not empty."""
        return self.known & (self.low >= 0)[:, 0] & (self.high > 0)[:, 0]

    @cached_property
    def shares(self) -> Floats:
        """(n, n_cells): each map divided by its sum; zeros where it `has_shares` not."""
        peaks = np.where(self.has_shares[:, None], self.high, 1)
        relative = np.where(self.has_shares[:, None], self.values / peaks, 0)
        total = self.sum(relative)[:, None].astype(relative.dtype)
        shares: Floats = np.divide(relative, total, out=np.zeros_like(relative), where=total > 0)
        return shares

    @cached_property
    def z(self) -> Floats:
        """(n, n_cells): (value - mean) / SD over pixels, ddof 0; zeros where a map does not vary."""
        span = np.where(self.varies[:, None], self.high - self.low, 1)
        return self._standardise((self.values - self.low) / span)

    @cached_property
    def rank_z(self) -> Floats:
        """(n, n_cells): `ranks`, standardised likewise."""
        return self._standardise(self.ranks)

    def _standardise(self, values: Floats) -> Floats:
        centred = values - (self.sum(values) / self.n_pixels)[:, None].astype(values.dtype)
        sd = np.sqrt(self.sum(centred**2) / self.n_pixels)[:, None].astype(values.dtype)
        return np.divide(centred, sd, out=np.zeros_like(centred), where=(sd > 0) & self.varies[:, None])

    @property
    def ranks(self) -> Floats:
        """(n, n_cells): ranks from 1; tied pixels share the mean of theirs."""
        below, up_to = self._counts
        return (below + up_to + 1) / 2

    @property
    def reached(self) -> Floats:
        """(n, n_cells): pixels that have each value or more."""
        reached: Floats = self.n_pixels[:, None] - self._counts[0]
        return reached

    @cached_property
    def _counts(self) -> tuple[Floats, Floats]:
        """Count the pixels below each value, and those up to it."""
        order = np.argsort(self.values, axis=1)
        ordered = np.take_along_axis(self.values, order, axis=1)
        exact = np.float32 if self.values.dtype == np.float32 and self.n_pixels.max(initial=0) < 2**22 else np.float64
        if self.weights is None:
            up_to = np.broadcast_to(np.arange(1, ordered.shape[1] + 1, dtype=exact), ordered.shape)
            below = up_to - 1
        else:
            up_to = np.take_along_axis(self.weights, order, axis=1).cumsum(axis=1, dtype=exact)
            below = np.zeros_like(up_to)
            below[:, 1:] = up_to[:, :-1]
        starts = np.ones(ordered.shape, dtype=bool)
        starts[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
        ends = np.ones(ordered.shape, dtype=bool)
        ends[:, :-1] = starts[:, 1:]
        below = np.maximum.accumulate(np.where(starts, below, 0), axis=1)
        up_to = np.minimum.accumulate(np.where(ends, up_to, np.inf)[:, ::-1], axis=1)[:, ::-1]
        found = np.empty(ordered.shape, exact), np.empty(ordered.shape, exact)
        for counts, sorted_counts in zip(found, (below, up_to), strict=True):
            np.put_along_axis(counts, order, sorted_counts, axis=1)
        return found

    @cached_property
    def _scaled(self) -> NDArray[np.uint8]:
        return scale_map(self.values[:, None])[:, 0]

    def attended(self, threshold: int) -> NDArray[np.bool_]:
        """(n, n_cells): whether a pixel reaches a threshold on the scale 0..255 (`binary_maps`)."""
        return binarise(self._scaled, threshold)

    def top(self, percent: float) -> NDArray[np.bool_]:
        """(n, n_cells): the top ``percent`` of the pixels.

        A pixel belongs to them when its value is at least the k-th largest, with k = floor(percent / 100 n_pixels + 0.5)
        and at least 1, and above the map's minimum. So pixels tied at the edge all belong, and the floor never does.
        """
        k = np.maximum(np.floor(percent / 100 * self.n_pixels + 0.5), 1)
        ranked = "_counts" in self.__dict__
        if len(self) and self.weights is None and not ranked:  # one value of each map is cheaper than all ranks
            place = self.values.shape[1] - int(k[0])
            least = np.partition(self.values, place, axis=1)[:, place, None]
            return np.asarray((self.values >= least) & (self.values > self.low))
        above = self.n_pixels[:, None] - self._counts[1]
        chosen: NDArray[np.bool_] = (above < k[:, None]) & (self.values > self.low)
        return chosen
