"""Kullback-Leibler divergence of people's distribution from the model's (Bylinskii et al. 2019): 0 where they are equal."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import xlogy

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import SIMILARITY, Numbers, ProductMeasure, Side, where_defined

EPSILON: Final = 2.0**-52
"""Keeps the logarithm finite where the model's map is 0: such pixels cost up to 36 each time people looked there."""


@SIMILARITY.register
class Kl(ProductMeasure):
    """Sum over pixels of Q log(e + Q / (e + P)), natural logarithm, P the model's share, Q people's, e = 2^-52.

    NaN where a map is empty or has negative values.

    Notes
    -----
    Worked out as sum Q log Q - sum Q log(e + P), which differs by less than e.
    """

    label = "KL"
    range = (0.0, float("inf"))
    unit = "nat"
    note = "A divergence: 0 is full agreement."
    of_itself = 0.0
    symmetric = False
    higher_is_better = False

    def human(self, stack: MapStack) -> Side:
        """Read shares, and their sum of Q log Q."""
        shares = stack.shares
        return Side(shares, where_defined(stack.has_shares, stack.sum(xlogy(shares, shares))), stack.weights)

    def model(self, stack: MapStack) -> Side:
        """Read the logarithm of shares."""
        shares = stack.shares
        return Side(np.log(shares + shares.dtype.type(EPSILON)), where_defined(stack.has_shares), stack.weights)

    def value(self, met: Numbers, human: Numbers, model: Numbers) -> Numbers:
        """Give the difference, kept from rounding below 0."""
        return np.maximum(human - met, 0) + model
