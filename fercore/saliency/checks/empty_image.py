"""Whether a map depends on the image at all: how like it is to the map of an image on which there is nothing.

A network whose answer hardly varies, trained or not, leaves a method to itself: what it maps then is its own geometry. That is
the line below which likeness of maps, of forgetful networks for one, says nothing about the network.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from fercore.comparison.measures import SIMILARITY
from fercore.saliency.examine import Subject
from fercore.saliency.map_anew import drawn_rows, laid_out, map_anew
from fercore.saliency.maps import enlarge
from fercore.saliency.trust import CHECKS, Check, Curve, Score, TrustSettings
from fercore.store import Arrays

_GRAY: Final = 128
"""Every pixel of the empty image, 0..255."""


@CHECKS.register
class EmptyImage(Check):
    """Likeness of the map with that of an even gray image by the same classifier."""

    title = "Does the map depend on the image at all?"
    note = (
        "Spearman's r over pixels between the absolute map and that of an even gray image, by the same classifier for the same label. "
        "What they share is the method's own geometry, and no face. Methods that see an image many times map a drawn part of the "
        "images, two of them with fewer steps or masks (Settings)."
    )

    def scores(self, settings: TrustSettings) -> tuple[Score, ...]:  # noqa: ARG002  the same for all settings
        """Rank by the likeness."""
        return (Score("empty_image", "empty image", False, "Spearman's r with the map of an even gray image"),)

    def curves(self, subject: Subject) -> tuple[Curve, ...]:  # noqa: ARG002  there are none
        """Give none."""
        return ()

    def __call__(self, subject: Subject) -> Arrays | None:
        """Map the empty image; None for maps that no method made."""
        if subject.method is None:
            return None
        rows, sight = drawn_rows(subject), subject.sight
        empty = replace(subject, sight=replace(sight, sharp=np.full_like(sight.sharp, _GRAY)))
        with_face, without = (
            np.abs(
                enlarge(map_anew(asked, sight.classifier, rows, asked.method_settings)["maps"], subject.maps.shape[1])
            )
            for asked in (subject, empty)
        )
        return {"empty_image": laid_out(subject, rows, SIMILARITY.get("spearman")()(with_face, without))}
