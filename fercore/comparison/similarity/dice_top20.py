"""Dice coefficient at equal area: of the top p percent of each map's pixels (Dice 1945).

At a fixed threshold Dice mostly tells how large the maps are. Here both cover the same share of the image, but for ties
(`MapStack.top`).
"""

from __future__ import annotations

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import SIMILARITY, Numbers, ProductMeasure, Side, ratio, where_defined


@SIMILARITY.register
class DiceTop20(ProductMeasure):
    """2 |A and B| / (|A| + |B|) of the top percentage of each map; NaN where both maps are constant."""

    label = "Dice at equal area"
    range = (0.0, 1.0)

    def human(self, stack: MapStack) -> Side:
        """Read the top of people's map, and its area."""
        top = stack.top(self.settings.top_percent)
        return Side(top, where_defined(stack.known, stack.sum(top)), stack.weights)

    model = human

    def value(self, met: Numbers, human: Numbers, model: Numbers) -> Numbers:
        """Give twice the overlap over both areas."""
        return ratio(2 * met, human + model)
