"""What a measure of map agreement is, and the measures there are."""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from fercore.registry import Registry


class Measure(Protocol):
    """Agreement of two binary maps."""

    def __call__(self, a: np.ndarray, b: np.ndarray) -> NDArray[np.float64]:
        """Measure how much two maps agree.

        Parameters
        ----------
        a, b
            Boolean (..., height, width), of one shape.

        Returns
        -------
        numpy.ndarray
            (...), 1 for equal maps and 0 for maps without overlap; NaN where both are empty. The order of ``a`` and
            ``b`` makes no difference.
        """
        ...


SIMILARITY: Final[Registry[Measure]] = Registry("fercore.comparison.similarity", "similarity measure")
"""All measures by name."""
