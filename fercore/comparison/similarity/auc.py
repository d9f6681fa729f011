"""Area under the ROC curve of the model's map as a detector of clicked pixels, by Mann and Whitney's U (1947)."""

from __future__ import annotations

import numpy as np

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import SIMILARITY, Numbers, ProductMeasure, Side, clicked_pixels, where_defined


@SIMILARITY.register
class Auc(ProductMeasure):
    """Chance that a clicked pixel has a higher value than one that was not; ties count half.

    Distinct clicked pixels against all others. 0.5 is chance, and what a constant map gets. NaN without clicks, and where
    all pixels were clicked.
    """

    label = "AUC"
    range = (0.0, 1.0)
    of_itself = float("nan")
    symmetric = False
    needs_clicks = True

    def human(self, stack: MapStack) -> Side:
        """Read which pixels were clicked, and how many."""
        return clicked_pixels(stack)

    def model(self, stack: MapStack) -> Side:
        """Read ranks as distances from the middle rank, and the number of pixels."""
        middle = ((stack.n_pixels + 1) / 2)[:, None].astype(stack.values.dtype)
        return Side(stack.ranks - middle, where_defined(stack.known, stack.n_pixels), stack.weights)

    def value(self, met: Numbers, human: Numbers, model: Numbers) -> Numbers:
        """Give U over its largest value.

        With n1 clicked of n pixels and R the sum of their ranks, U = R - n1 (n1 + 1) / 2; taking ranks from (n + 1) / 2,
        U / (n1 (n - n1)) is 1/2 + sum / (n1 (n - n1)).
        """
        return np.clip(0.5 + met / (human * (model - human)), 0, 1)
