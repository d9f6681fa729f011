"""Completeness: whether a map adds up to what it claims to divide among the pixels.

Integrated Gradients divide what the target's logit gains from the blurred gray image to the image (Sundararajan, Taly, Yan 2017),
layer-wise relevance propagation divides the logit (Bach et al. 2015). Other methods claim nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from fercore.saliency.examine import Subject
from fercore.saliency.trust import CHECKS, Check, Curve, Score, TrustSettings
from fercore.store import Arrays

_CLAIMS: Final = ("logit_gained", "logit")
"""What methods keep beside maps that are to sum up to it."""


@CHECKS.register
class Completeness(Check):
    """How far the sum of a map is from what it divides."""

    title = "Does the map add up to what it divides among the pixels?"
    note = (
        "Integrated Gradients divide what the output gains over the blurred gray image, LRP divides the output. What is missing: the "
        "distance between the map's sum and that, in units of the output."
    )

    def scores(self, settings: TrustSettings) -> tuple[Score, ...]:  # noqa: ARG002  the same for all settings
        """Rank by what is missing."""
        return (
            Score(
                "missing_from_sum",
                "missing from the sum",
                False,
                "distance of the map's sum to what it divides, logits",
            ),
        )

    def curves(self, subject: Subject) -> tuple[Curve, ...]:  # noqa: ARG002  there are none
        """Give none."""
        return ()

    def __call__(self, subject: Subject) -> Arrays | None:
        """Compare sums; None for maps that claim none."""
        claimed = next((subject.extras[name] for name in _CLAIMS if name in subject.extras), None)
        if claimed is None:
            return None
        return {"missing_from_sum": np.abs(subject.maps.sum(axis=(1, 2), dtype=np.float64) - claimed)}
