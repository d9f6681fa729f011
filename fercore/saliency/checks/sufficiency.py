"""Sufficiency: whether the top of a map alone, in colour on the blurred gray image, leads to the same decision.

It is what people had before them when they decided, with the map in place of their clicks. (The smallest sufficient area is
the published use of Extremal Perturbation: Fong, Patrick, Vedaldi 2019.)
"""

from __future__ import annotations

import numpy as np

from fercore.saliency.examine import Subject
from fercore.saliency.trust import CHECKS, Check, Curve, Score, TrustSettings
from fercore.store import Arrays

_X = "share of the image that is kept in colour"


@CHECKS.register
class Sufficiency(Check):
    """Share of images that are still classified the same, and what is left of p, at several areas."""

    title = "Does the top of the map suffice?"
    note = (
        "Only the top of the map is kept in colour, on the blurred gray image that people saw. Same decision: the classifier "
        "chooses the label that it chose on the whole image. Share of p kept: p of the true label over p on the whole image; smallest "
        "sufficient area: the first of equal steps at which p is no less than on the whole image. Both where that was decided right."
    )

    def scores(self, settings: TrustSettings) -> tuple[Score, ...]:
        """Rank by the decisions and by the ratios, averaged over the areas."""
        areas = ", ".join(f"{100 * area:g}" for area in settings.areas)
        return (
            Score("same_decision", "same decision", True, f"share of images decided the same, {areas} % kept, mean"),
            Score("kept_ratio", "share of p kept", True, f"p / p on the whole image, {areas} % kept, mean"),
            Score(
                "smallest_area",
                "smallest sufficient area",
                False,
                "share of the image from which p is that of the whole image",
            ),
        )

    def curves(self, subject: Subject) -> tuple[Curve, ...]:
        """Give both by area."""
        x = subject.settings.areas
        return (
            Curve("same_decision_at", "same decision", x, _X, "share of images decided the same"),
            Curve("kept_ratio_at", "share of p kept", x, _X, "p / p on the whole image"),
        )

    def __call__(self, subject: Subject) -> Arrays:
        """Keep the top at every area."""
        p = subject.kept(np.array([*subject.settings.areas, 1.0]))
        kept, whole = p[:, :-1], p[:, -1:]
        same = np.where(np.isfinite(p[:, :-1]), (kept > 0.5) == (whole > 0.5), np.nan)
        reached = subject.inserted >= subject.inserted[:, -1:]  # the last step is the whole image, and reaches itself
        ratio = np.where(whole > 0.5, kept / whole, np.nan)  # else ratios of two small numbers outweigh all others
        return {
            "same_decision": same.mean(axis=1),
            "kept_ratio": ratio.mean(axis=1),
            "smallest_area": np.where(whole[:, 0] > 0.5, subject.steps[reached.argmax(axis=1)], np.nan),
            "same_decision_at": same,
            "kept_ratio_at": ratio,
        }
