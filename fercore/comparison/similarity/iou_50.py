"""Intersection over union at a threshold: the overlap over what either covers (Jaccard 1901). Equal to dice / (2 - dice)."""

from __future__ import annotations

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import SIMILARITY, Numbers, ProductMeasure, Side, ratio, where_defined


@SIMILARITY.register
class Iou50(ProductMeasure):
    """|A and B| / |A or B| of what reaches the threshold on the scale 0..255; NaN where nothing does in either map."""

    label = "IoU at the threshold"
    range = (0.0, 1.0)
    note = "Grows with the areas of both maps."

    def human(self, stack: MapStack) -> Side:
        """Read what people attended to, and its area."""
        attended = stack.attended(self.settings.threshold)
        return Side(attended, where_defined(stack.known, stack.sum(attended)), stack.weights)

    model = human

    def value(self, met: Numbers, human: Numbers, model: Numbers) -> Numbers:
        """Give the overlap over the union."""
        return ratio(met, human + model - met)
