"""Dice coefficient at a threshold: twice the overlap over the sum of both areas (Dice 1945; paper 5.3)."""

from __future__ import annotations

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import SIMILARITY, Numbers, ProductMeasure, Side, ratio, where_defined


@SIMILARITY.register
class Dice50(ProductMeasure):
    """2 |A and B| / (|A| + |B|) of what reaches the threshold on the scale 0..255; NaN where nothing does in either map."""

    label = "Dice at the threshold"
    range = (0.0, 1.0)
    note = "Grows with the areas of both maps."

    def human(self, stack: MapStack) -> Side:
        """Read what people attended to, and its area."""
        attended = stack.attended(self.settings.threshold)
        return Side(attended, where_defined(stack.known, stack.sum(attended)), stack.weights)

    model = human

    def value(self, met: Numbers, human: Numbers, model: Numbers) -> Numbers:
        """Give twice the overlap over both areas."""
        return ratio(2 * met, human + model)
