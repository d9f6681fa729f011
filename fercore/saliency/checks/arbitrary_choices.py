"""Whether a map would be the same had a choice been made otherwise that should not matter.

Extremal Perturbation has two: which of tied values counts as smaller (`fercore.saliency.area`), and whether the first step or the
second sees the mirror image. Methods that draw random numbers have their seed. Methods without such a choice are not asked.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.measures import SIMILARITY
from fercore.saliency.examine import Subject
from fercore.saliency.map_anew import drawn_rows, laid_out, map_anew
from fercore.saliency.trust import CHECKS, Check, Curve, Score, TrustSettings
from fercore.store import Arrays


@dataclass(frozen=True)
class _Choice:
    name: str
    """The setting."""
    label: str
    """What is chosen otherwise."""
    other: Callable[[Any], Any]
    """From what is chosen to the other choice."""

    def otherwise(self, settings: Any) -> Any:
        """Give settings with the other choice."""
        return replace(settings, **{self.name: self.other(getattr(settings, self.name))})


_CHOICES: Final = (
    _Choice("ties", "other tie rule", {"shared": "position", "position": "shared"}.__getitem__),
    _Choice("mirror_first", "mirrored one step later", operator.not_),
    _Choice("seed", "other random numbers", lambda seed: seed + 1),
)


@CHECKS.register
class ArbitraryChoices(Check):
    """Correlation of the map with the one that another arbitrary choice gives."""

    title = "Would the map be the same had an arbitrary choice been made otherwise?"
    note = (
        "Pearson's r over pixels between the map and the one that the other choice gives: the rule for tied values of a mask, the "
        "step that first sees the mirror image, the seed of random numbers. A drawn part of the images, with fewer steps or "
        "masks (Settings). Methods without such a choice give the same map every time."
    )

    def scores(self, settings: TrustSettings) -> tuple[Score, ...]:  # noqa: ARG002  the same for all settings
        """Rank by each choice."""
        return tuple(
            Score(f"other_{choice.name}", choice.label, True, f"Pearson's r with the map by {choice.label}")
            for choice in _CHOICES
        )

    def curves(self, subject: Subject) -> tuple[Curve, ...]:
        """Give likeness of masks by area, where there are masks."""
        areas = getattr(subject.method_settings, "areas", None)
        if areas is None:
            return ()
        return tuple(
            Curve(
                f"other_{choice.name}_at", f"masks by {choice.label}", tuple(areas), "area of the mask, share of the image",
                "Pearson's r with the mask",
            )
            for choice in _choices_of(subject)
        )  # fmt: skip

    def __call__(self, subject: Subject) -> Arrays | None:
        """Map anew with every other choice; None for maps of no method, and methods without such a choice."""
        choices = _choices_of(subject)
        if not choices:
            return None
        rows = drawn_rows(subject)
        classifier = subject.sight.classifier
        usual = map_anew(subject, classifier, rows, subject.method_settings)
        found: Arrays = {}
        for choice in choices:
            other = map_anew(subject, classifier, rows, choice.otherwise(subject.method_settings))
            found[f"other_{choice.name}"] = laid_out(subject, rows, _r(usual["maps"], other["maps"]))
            if "masks" in usual:
                by_area = zip(*(np.moveaxis(one["masks"], 1, 0) for one in (usual, other)), strict=True)
                found[f"other_{choice.name}_at"] = laid_out(
                    subject, rows, np.stack([_r(*pair) for pair in by_area], axis=1)
                )
        return found


def _choices_of(subject: Subject) -> tuple[_Choice, ...]:
    return tuple(choice for choice in _CHOICES if hasattr(subject.method_settings, choice.name))


def _r(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    return SIMILARITY.get("cc")()(a.astype(np.float32), b.astype(np.float32))
