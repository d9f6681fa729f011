"""Where the information is: how a picture differs from the same face, on the same occasion, with another expression.

Two maps, because they disagree, and neither is *the* truth. *Motion* is how far every visible point of the head moves
between the two expressions; it floods smooth cheeks and is dominated by the jaw. *Appearance* is how much the pixels
change; it picks out eyes, brows and lips, and shadows that move along. Both say where information is, not which part
of it an observer needs.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from fercore.errors import InputError
from fercore.images.faces import atlas
from fercore.images.faces.basis import Array
from fercore.images.faces.render import Rendering

GRID = 56
"""Rows and columns of the maps."""
BLUR_FRACTION = 1 / 80
"""SD of the blur before pictures are compared, in picture sides."""


@dataclass(frozen=True, eq=False)
class Truth:
    """Diagnostic maps of one picture against one false label.

    Parameters
    ----------
    motion, appearance
        (grid, grid), float32, non-negative, each with sum 1.
    """

    motion: Array
    appearance: Array


def compare(shown: Rendering, other: Rendering, grid: int = GRID) -> Truth:
    """Compare two renderings of one face in one scene; raises `InputError` when they do not differ."""
    return Truth(*(_normalise(difference(shown, other, grid)) for difference in (motion, appearance)))


def motion(shown: Rendering, other: Rendering, grid: int = GRID) -> Array:
    """How far the visible points of either rendering move to the other one, (grid, grid), dm; 0 where nothing does."""
    distance = np.linalg.norm(shown.moved - other.moved, axis=1).astype(np.float32)
    maps = [seen.image(seen.interpolate(distance)) for seen in (shown.fragments, other.fragments)]
    return _shrink(np.maximum(*maps), grid)


def appearance(shown: Rendering, other: Rendering, grid: int = GRID) -> Array:
    """Absolute difference of the blurred pictures, averaged over colours, (grid, grid), display units 0..1."""
    sigma = BLUR_FRACTION * len(shown.picture)
    difference = np.abs(atlas.blur(shown.picture, sigma) - atlas.blur(other.picture, sigma))
    return _shrink(difference.mean(axis=2), grid)


def _shrink(image: Array, grid: int) -> Array:
    return np.asarray(cv2.resize(image, (grid, grid), interpolation=cv2.INTER_AREA), np.float32)


def _normalise(image: Array) -> Array:
    total = float(image.sum(dtype=np.float64))
    if total <= 0:
        raise InputError(
            "The two pictures do not differ, so there is no map of differences. Choose another false label."
        )
    return (image / total).astype(np.float32)
