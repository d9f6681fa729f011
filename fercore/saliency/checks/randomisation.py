"""Parameter randomisation (Adebayo, Gilmer, Muelly, Goodfellow, Hardt, Kim 2018): whether maps depend on what was learned.

The layers of a classifier are re-initialised from the output down, and its images mapped anew. A map that stays as it was
cannot explain what the network has learned; a map of edges is the warning, since it stays the same whatever the weights.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import SIMILARITY
from fercore.comparison.resamples import known_mean
from fercore.comparison.ssim import structural_similarity
from fercore.machines.classifier import Classifier
from fercore.machines.reinitialise import can_forget, forgetting, stages
from fercore.saliency.examine import Subject
from fercore.saliency.map_anew import drawn_rows, laid_out, map_anew
from fercore.saliency.maps import enlarge
from fercore.saliency.trust import CHECKS, Check, Curve, Score, TrustSettings
from fercore.store import Arrays

MEASURES = {"spearman": "Spearman's r", "ssim": "SSIM", "iou": "IoU of the top"}
"""How maps are compared, without their signs."""

_X = "stages with new weights, from the output down (the last: all)"
_X_ALONE = "the only stage with new weights, counted from the output"


@CHECKS.register
class Randomisation(Check):
    """Likeness of the map with the map of the network whose layers have forgotten, stage by stage, and each stage alone."""

    title = "Does the map depend on what the network has learned?"
    note = (
        "Layers get new random weights from the output down, or one stage alone, and images are mapped anew. A map that stays the "
        "same, as the edges of an image do, does not show what was learned. Methods that see an image many times map a drawn part "
        "of the images, two of them with fewer steps or masks (Settings)."
    )

    def scores(self, settings: TrustSettings) -> tuple[Score, ...]:  # noqa: ARG002  the same for all settings
        """Rank by the mean likeness over stages."""
        return tuple(
            Score(f"randomised_{name}", f"new weights, {words}", False, f"{words} with the true map, mean over stages")
            for name, words in MEASURES.items()
        )

    def curves(self, subject: Subject) -> tuple[Curve, ...]:
        """Give likeness by the number of stages, and by the only stage."""
        x = tuple(range(1, len(stages(subject.sight.classifier)) + 1))
        return tuple(
            Curve(f"randomised_{name}_{ending}", words + more, x, title, f"{words} of |map|")
            for ending, more, title in (("at", "", _X), ("alone_at", ", one stage alone", _X_ALONE))
            for name, words in MEASURES.items()
        )

    def __call__(self, subject: Subject) -> Arrays | None:
        """Map with forgetful networks; None for maps that no method made, and for networks that bring weights along."""
        if subject.method is None or not can_forget(subject.network):
            return None
        rows = drawn_rows(subject)
        true = _maps(subject, subject.sight.classifier, rows)
        found: Arrays = {}
        for ending, alone in (("at", False), ("alone_at", True)):
            for name, values in zip(MEASURES, _by_stage(subject, rows, true, alone=alone), strict=True):
                found[f"randomised_{name}_{ending}"] = laid_out(subject, rows, values)
        return found | {f"randomised_{name}": known_mean(found[f"randomised_{name}_at"]) for name in MEASURES}


def _by_stage(
    subject: Subject, rows: NDArray[np.intp], true: NDArray[np.float32], *, alone: bool
) -> NDArray[np.float64]:
    """Compare true maps with those of forgetful networks: (n_measures, n_rows, n_stages)."""
    side, settings = subject.maps.shape[1], subject.settings
    forgetful = forgetting(subject.sight.classifier, subject.network, side, settings.seed, alone=alone)
    return np.stack([_likeness(true, _maps(subject, one, rows), settings.top_percent) for one in forgetful], axis=2)


def _maps(subject: Subject, classifier: Classifier, rows: NDArray[np.intp]) -> NDArray[np.float32]:
    """Map images by the subject's method: |map|, (n_rows, s, s)."""
    found = map_anew(subject, classifier, rows, subject.method_settings)
    return np.abs(enlarge(found["maps"], subject.maps.shape[1]))


def _likeness(a: NDArray[np.float32], b: NDArray[np.float32], percent: float) -> NDArray[np.float64]:
    """Compare maps (n, s, s) by each of `MEASURES`: (n_measures, n); NaN where one of them is constant."""
    spearman = SIMILARITY.get("spearman")()(a, b)
    tops = [MapStack(maps).top(percent) for maps in (a, b)]
    either = (tops[0] | tops[1]).sum(axis=1)
    iou = (tops[0] & tops[1]).sum(axis=1) / np.maximum(either, 1)
    return np.stack([spearman, structural_similarity(a, b), np.where(np.isfinite(spearman), iou, np.nan)])
