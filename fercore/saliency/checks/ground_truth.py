"""Agreement with what is known to differ between the two expressions, where faces were rendered.

Two truths, of how far skin moves ("motion") and of how much pixels change ("appearance"), since they disagree. They say
where information is, not which part of it suffices, nor which part a network uses: a map that misses them may be right.
"""

from __future__ import annotations

import numpy as np

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import measures
from fercore.comparison.pointing import pointing
from fercore.saliency.examine import Subject
from fercore.saliency.trust import CHECKS, Check, Curve, Score, TrustSettings
from fercore.settings import ComparisonSettings
from fercore.store import Arrays

TRUTHS = ("motion", "appearance")


@CHECKS.register
class GroundTruth(Check):
    """Pointing game, AUC and Dice at equal area against the region where expressions differ most."""

    title = "Does the map lie where the two expressions differ?"
    note = (
        "The known region is the top of the ground truth. It says where information is, not which part of it suffices, nor which "
        "part the network uses. Pointing: the map's peak lies in the region or close beside it (Settings). AUC: a pixel of the region "
        "has a higher value than one outside (Mann-Whitney). Dice: the same share of the map against the region."
    )

    def scores(self, settings: TrustSettings) -> tuple[Score, ...]:
        """Rank by each measure and each truth."""
        top = f"top {settings.truth_percent:g} % of {{}}"
        return tuple(
            score
            for truth in TRUTHS
            for score in (
                Score(f"pointing_{truth}", f"pointing, {truth}", True, f"share of peaks in the {top.format(truth)}"),
                Score(f"auc_{truth}", f"AUC, {truth}", True, f"{top.format(truth)} against the rest"),
                Score(f"dice_{truth}", f"Dice, {truth}", True, f"overlap with the {top.format(truth)}"),
            )
        )

    def curves(self, subject: Subject) -> tuple[Curve, ...]:  # noqa: ARG002  nothing is drawn along anything
        """Give none."""
        return ()

    def __call__(self, subject: Subject) -> Arrays | None:
        """Compare with both truths; None where nobody knows them."""
        if subject.truth is None:
            return None
        settings = subject.settings
        found: Arrays = {}
        compare = measures(ComparisonSettings(top_percent=settings.truth_percent), ("auc", "dice-top20"))
        side = subject.maps.shape[1]
        for truth in TRUTHS:
            maps = subject.truth[truth]
            region = MapStack(maps).top(settings.truth_percent).reshape(maps.shape)
            known = {
                f"pointing_{truth}": pointing(subject.maps, region, settings.tolerance_fraction * side),
                f"auc_{truth}": compare["auc"](region.astype(np.float32), subject.maps),
                f"dice_{truth}": compare["dice-top20"](maps, subject.maps),
            }
            found |= {name: np.where(subject.known, values, np.nan) for name, values in known.items()}
        return found
