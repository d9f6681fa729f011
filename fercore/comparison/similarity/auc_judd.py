"""AUC as Judd et al. (2009) work it out: thresholds at the clicked pixels alone, the curve drawn straight between them."""

from __future__ import annotations

import numpy as np

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import SIMILARITY, Measure, Numbers, Side, clicked_pixels, where_defined


@SIMILARITY.register
class AucJudd(Measure):
    """Area under the line through (0, 0), the hit and false alarm rates at each clicked pixel's value, and (1, 1).

    Distinct clicked pixels against all others, without the jitter of the authors' code. 0.5 for a constant map; NaN without
    clicks, and where all pixels were clicked.
    """

    label = "AUC-Judd"
    range = (0.0, 1.0)
    note = "Few clicks raise it: with one click a random map gets about three quarters."
    of_itself = float("nan")
    symmetric = False
    needs_clicks = True
    optional = True

    def human(self, stack: MapStack) -> Side:
        """Read which pixels were clicked, and how many."""
        return clicked_pixels(stack)

    def model(self, stack: MapStack) -> Side:
        """Read how many pixels reach each value, and the number of pixels."""
        return Side(stack.reached, where_defined(stack.known, stack.n_pixels), stack.weights)

    def pair(self, human: Side, model: Side) -> Numbers:
        """Compare map by map, (n,)."""
        return np.array([self._area(human, model, row) for row in range(len(human.number))], float)

    @staticmethod
    def _area(human: Side, model: Side, row: int) -> float:
        n_clicked, n_pixels = human.number[row], model.number[row]
        if not np.isfinite(n_clicked + n_pixels):
            return float("nan")
        clicked = human.vectors[row]
        weights = None if human.weights is None else human.weights[row][clicked]
        reached, value_of = np.unique(model.vectors[row][clicked], return_inverse=True)
        hits = np.bincount(value_of, weights).cumsum()
        false_alarms = (reached - hits) / (n_pixels - n_clicked)
        return float(np.trapezoid([0, *hits / n_clicked, 1], [0, *false_alarms, 1]))
