"""Normalised scanpath saliency (NSS): the model's standardised map where people clicked (Peters et al. 2005)."""

from __future__ import annotations

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import SIMILARITY, Numbers, ProductMeasure, Side, where_defined


@SIMILARITY.register
class Nss(ProductMeasure):
    """Mean over clicks of (m - mean) / SD of the model's map, ddof 0; a pixel clicked twice counts twice.

    0 is chance. NaN without clicks, and where the model's map is constant.
    """

    label = "NSS"
    range = (float("-inf"), float("inf"))
    unit = "SD"
    of_itself = float("nan")
    symmetric = False
    needs_clicks = True

    def human(self, stack: MapStack) -> Side:
        """Read the share of clicks in each pixel."""
        return Side(stack.shares, where_defined(stack.has_shares), stack.weights)

    def model(self, stack: MapStack) -> Side:
        """Read standardised values."""
        return Side(stack.z, where_defined(stack.varies), stack.weights)

    def value(self, met: Numbers, human: Numbers, model: Numbers) -> Numbers:
        """Give the mean."""
        return met + human + model
