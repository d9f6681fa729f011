"""Similarity (SIM): what two distributions have in common, also called histogram intersection (Judd et al. 2012)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import SIMILARITY, Numbers, ProductMeasure, Side, where_defined

_PIXELS, _MAPS = 256, 8
"""Size of the blocks in which all pairs meet: they stay in the processor's cache."""


@SIMILARITY.register
class Sim(ProductMeasure):
    """Sum over pixels of min(P, Q), each map divided by its sum; NaN where a map is empty or has negative values."""

    label = "SIM"
    range = (0.0, 1.0)

    def human(self, stack: MapStack) -> Side:
        """Read shares."""
        return Side(stack.shares, where_defined(stack.has_shares), stack.weights)

    model = human

    def meet(self, human: Side, model: Side) -> Numbers:
        """Sum the smaller of both shares, map by map, (n,)."""
        smaller = np.minimum(human.vectors, model.vectors)
        if human.weights is not None:
            smaller = smaller * human.weights
        total: Numbers = smaller.sum(axis=1, dtype=np.float64)
        return total

    def meet_all(self, human: Side, model: Side) -> NDArray[np.floating]:
        """Sum the smaller of both shares for every human map with every model map, (n, m)."""
        first, second = (side.vectors.astype(np.float32, copy=False) for side in (human, model))
        met = np.zeros((len(second), len(first)), np.float32)
        for start in range(0, first.shape[1], _PIXELS):
            pixels = slice(start, start + _PIXELS)
            block = np.ascontiguousarray(first[:, pixels])
            ones = np.ones(block.shape[1], np.float32)
            for at in range(0, len(second), _MAPS):
                maps = slice(at, at + _MAPS)
                met[maps] += np.minimum(block, second[maps, None, pixels]) @ ones
        return met.T

    def value(self, met: Numbers, human: Numbers, model: Numbers) -> Numbers:
        """Give the sum."""
        return np.clip(met, 0, 1) + human + model
