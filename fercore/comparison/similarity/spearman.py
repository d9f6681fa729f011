"""Spearman's rank correlation over pixels (Spearman 1904); tied pixels share the mean of their ranks."""

from __future__ import annotations

import numpy as np

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import SIMILARITY, Numbers, ProductMeasure, Side, where_defined


@SIMILARITY.register
class Spearman(ProductMeasure):
    """Pearson's r of ranks over pixels; NaN where a map is constant, because all its ranks are then tied."""

    label = "Spearman"
    range = (-1.0, 1.0)
    spearman_brown = True

    def human(self, stack: MapStack) -> Side:
        """Read standardised ranks; the number makes a mean of the sum of their products."""
        return Side(stack.rank_z, where_defined(stack.varies, 1 / np.sqrt(stack.n_pixels)), stack.weights)

    model = human

    def value(self, met: Numbers, human: Numbers, model: Numbers) -> Numbers:
        """Give the mean product, kept from rounding beyond -1 and 1."""
        return np.clip(met * human * model, -1, 1)
