"""Deletion and insertion (Petsiuk, Das, Saenko 2018), on the experiment's own blurred image.

Pixels are taken by falling value of the map. Deletion blurs them and takes their colour, insertion shows them in colour on
the blurred gray image. A good map makes p fall early when its top goes, and rise early when its top comes.
"""

from __future__ import annotations

import numpy as np

from fercore.comparison.uncovering import mean_height
from fercore.saliency.examine import Subject
from fercore.saliency.trust import CHECKS, Check, Curve, Score, TrustSettings
from fercore.store import Arrays

_X = "pixels by falling value of the map, share of the image"


@CHECKS.register
class DeletionInsertion(Check):
    """p of the true label while a map takes pixels away, or brings them."""

    title = "Does the decision go with the top of the map, and come with it?"
    note = (
        "Deletion blurs the pixels with the highest values first and takes their colour; insertion shows them in colour on the "
        "blurred gray image. The area under p of the true label is by trapezoids from 0 to the whole image."
    )

    def scores(self, settings: TrustSettings) -> tuple[Score, ...]:  # noqa: ARG002  the same for all settings
        """Rank by the areas under both curves."""
        return (
            Score("deletion_area", "deletion", False, "area under p while the top of the map is taken away"),
            Score("insertion_area", "insertion", True, "area under p while the top of the map is shown"),
        )

    def curves(self, subject: Subject) -> tuple[Curve, ...]:
        """Give both curves."""
        x = tuple(subject.steps.tolist())
        return (
            Curve("deletion", "deletion", x, _X + ", blurred", "p of the true label"),
            Curve("insertion", "insertion", x, _X + ", shown", "p of the true label"),
        )

    def __call__(self, subject: Subject) -> Arrays:
        """Delete and insert in equal steps."""
        areas, inserted = subject.steps, subject.inserted
        deleted = np.column_stack([inserted[:, -1], subject.removed(areas[1:-1]), inserted[:, 0]])
        return {
            "deletion": deleted,
            "insertion": inserted,
            "deletion_area": mean_height(areas, deleted),
            "insertion_area": mean_height(areas, inserted),
        }
