"""How far maps can be trusted: what checks there are, what they keep, and how that is read. Needs no torch.

A check looks at the maps of one pair classifier and keeps numbers image by image: some of them are *scores*, by which
methods are ranked, some are *curves*. What a block of checks holds says its card, so that a new check is one file in
``fercore/saliency/checks`` and nothing that reads blocks has to know it.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from fercore.registry import Registry
from fercore.store import Arrays, Store

if TYPE_CHECKING:
    from fercore.saliency.examine import Subject

VERSION: Final = 2
"""Raised when a check computes something else from the same input: blocks made before are not found any more."""

CARD: Final = "card"


@dataclass(frozen=True)
class TrustSettings:
    """What checks need to know. Lengths are fractions of the image side."""

    n_steps: int = 50
    """Steps of deletion and insertion, equal in area."""
    areas: tuple[float, ...] = (0.025, 0.05, 0.1, 0.2)
    """Shares of the image that are kept to see whether they suffice: those of Extremal Perturbation."""
    images_per_classifier: int = 2
    """Images of each classifier, drawn by seed, that re-initialised networks map where that takes long."""
    extremal_steps: int = 200
    """Steps of Extremal Perturbation by re-initialised networks, and of the maps that these are compared with."""
    rise_masks: int = 1000
    """Masks of RISE, likewise."""
    top_percent: float = 10.0
    """Share of a map, %, that is compared with the top of another map."""
    truth_percent: float = 10.0
    """Share of the ground truth, %, that counts as the known region."""
    tolerance_fraction: float = 15 / 224
    """How far from the known region a map may point (Zhang et al. 2018: 15 px, here of 224)."""
    seed: int = 0
    """Seed of tied pixels, new weights and drawn images."""

    def shortened(self, method: str) -> dict[str, Any]:
        """Give the settings of a method that are other than usual where re-initialised networks are mapped."""
        short = {"extremal-perturbation": {"steps": self.extremal_steps}, "rise": {"n_masks": self.rise_masks}}
        return short.get(method, {})


ONE_PASS: Final = (
    "cam", "grad-cam", "grad-cam-plus-plus", "layer-cam", "hires-cam", "lrp", "guided-grad-cam", "center-gaussian", "edge-map",
)  # fmt: skip
"""Methods that see each image once, so that all images are mapped by re-initialised networks."""


@dataclass(frozen=True)
class Score:
    """A number per image by which methods are ranked."""

    name: str
    """Name of its array (n_plan,)."""
    label: str
    """What it is called on screen."""
    higher_is_better: bool
    note: str
    """What it says, in a sentence."""


@dataclass(frozen=True)
class Curve:
    """A series of numbers per image."""

    name: str
    """Name of its array (n_plan, len(x))."""
    label: str
    """What it is called on screen."""
    x: tuple[float, ...]
    x_title: str
    """What x is, with its unit."""
    y_title: str


class Check(ABC):
    """One way of asking how far maps can be trusted."""

    title: ClassVar[str]
    """The question, on screen."""
    note: ClassVar[str]
    """How it is asked, in a sentence."""

    @abstractmethod
    def scores(self, settings: TrustSettings) -> tuple[Score, ...]:
        """Say by which numbers methods are ranked; some maps may lack some of them."""

    @abstractmethod
    def curves(self, subject: Subject) -> tuple[Curve, ...]:
        """Say which series there are."""

    @abstractmethod
    def __call__(self, subject: Subject) -> Arrays | None:
        """Look at the maps of one classifier.

        Returns
        -------
        dict or None
            An array with a row per image of the subject for each curve, and for each score that such maps have, NaN for images
            that the check says nothing about. None where it cannot be asked of such maps at all.
        """


CHECKS: Final[Registry[type[Check]]] = Registry("fercore.saliency.checks", "check of saliency maps")
"""All checks by name; importing one loads torch, listing their names does not."""


@dataclass(frozen=True)
class Checked:
    """What one check found about one source of maps."""

    title: str
    note: str
    scores: tuple[Score, ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class TrustBlock:
    """What all checks found about one source of maps."""

    checks: dict[str, Checked]
    """By name; only those that could be asked."""
    arrays: Arrays
    """Of all scores and curves, with a row per image."""


def write_block(store: Store, key: str, arrays: Mapping[str, np.ndarray], checks: Mapping[str, Checked]) -> None:
    """Keep what checks found; curves in half precision."""
    card = json.dumps({name: asdict(checked) for name, checked in checks.items()})
    small = {name: a.astype(np.float16) if a.ndim > 1 else a.astype(np.float32) for name, a in arrays.items()}
    store.put(key, {**small, CARD: np.frombuffer(card.encode(), np.uint8)})


def read_block(store: Store, key: str) -> TrustBlock | None:
    """Read what checks found, or None when it is not there or its bytes are damaged."""
    arrays = store.get(key)
    if arrays is None:
        return None
    card = json.loads(arrays.pop(CARD).tobytes())
    checks = {
        name: Checked(
            checked["title"],
            checked["note"],
            tuple(Score(**score) for score in checked["scores"]),
            tuple(Curve(**{**curve, "x": tuple(curve["x"])}) for curve in checked["curves"]),
        )
        for name, checked in card.items()
    }
    return TrustBlock(checks, arrays)


def put_together(parts: Sequence[tuple[TrustBlock, np.ndarray]], n_plan: int) -> TrustBlock:
    """Lay blocks of single classifiers, each with the rows of its images, out in the order of the plan; NaN elsewhere."""
    arrays: Arrays = {}
    checks: dict[str, Checked] = {}
    for block, rows in parts:
        checks |= block.checks
        for name, values in block.arrays.items():
            whole = arrays.setdefault(name, np.full((n_plan, *values.shape[1:]), np.nan, values.dtype))
            whole[rows] = values
    return TrustBlock(checks, arrays)
