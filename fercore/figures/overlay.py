"""Maps over faces, as RGB arrays."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from plotly.colors import sample_colorscale, unlabel_rgb

from fercore.figures.theme import MARKS

RGB = NDArray[np.uint8]

_OVERLAP = np.array([255, 255, 255], np.float32)
_BACKGROUND = 0.45
"""Brightness that is left of the face under a binary overlap."""


@cache
def _inferno() -> NDArray[np.float32]:
    colours = sample_colorscale("Inferno", np.linspace(0, 1, 256).tolist())
    return np.array([unlabel_rgb(colour) for colour in colours], np.float32)


def scaled(values: np.ndarray) -> NDArray[np.float32]:
    """Stretch a map from its smallest to its largest value onto [0, 1], as it is compared; a constant map becomes 0."""
    amounts: NDArray[np.float32] = np.asarray(values, np.float32)
    low, high = amounts.min(), amounts.max()
    if high <= low:
        return np.zeros_like(amounts)
    stretched: NDArray[np.float32] = (amounts - low) / (high - low)
    return stretched


def overlay(face: RGB, values: np.ndarray, strength: float) -> RGB:
    """Lay a map over a face: inferno, with the opacity growing with the value.

    Parameters
    ----------
    face
        uint8 (side, side, 3), RGB.
    values
        float (side, side) in [0, 1]; values beyond are cut.
    strength
        Opacity of the largest value, in [0, 1].

    Returns
    -------
    RGB
        uint8 (side, side, 3).
    """
    level = np.clip(np.asarray(values, np.float32), 0, 1)
    colours = _inferno()[(level * 255).round().astype(np.intp)]
    opacity = (strength * np.sqrt(level))[..., None]
    mixed = face.astype(np.float32) * (1 - opacity) + colours * opacity
    return mixed.round().astype(np.uint8)


def binary_overlap(face: RGB, people: np.ndarray, method: np.ndarray, name: str) -> RGB:
    """Show where two binary maps agree: people's colour, the method's colour, white where both are 1.

    Parameters
    ----------
    face
        uint8 (side, side, 3); seen darkened and gray beneath.
    people, method
        bool (side, side).
    name
        The method, for its colour.

    Returns
    -------
    RGB
        uint8 (side, side, 3).
    """
    gray = np.repeat(face.mean(axis=2, keepdims=True) * _BACKGROUND, 3, axis=2)
    a, b = np.asarray(people, bool), np.asarray(method, bool)
    for where, colour in ((a & ~b, _rgb("people")), (b & ~a, _rgb(name)), (a & b, _OVERLAP)):
        gray[where] = 0.25 * gray[where] + 0.75 * colour
    return gray.round().astype(np.uint8)


def over_gray(face: RGB, painted: np.ndarray) -> RGB:
    """Lay an RGBA picture over the gray face.

    Parameters
    ----------
    face
        uint8 (side, side, 3).
    painted
        float (side, side, 4), colours in 0..1 and opacity in 0..1.

    Returns
    -------
    RGB
        uint8 (side, side, 3).
    """
    gray = np.repeat(face.mean(axis=2, keepdims=True), 3, axis=2)
    colour, opacity = painted[..., :3] * 255, np.clip(painted[..., 3:], 0, 1)
    mixed: RGB = (gray * (1 - opacity) + colour * opacity).round().astype(np.uint8)
    return mixed


def _rgb(name: str) -> NDArray[np.float32]:
    style = MARKS.get(name)
    colour = style.colour if style else "#8A959B"
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.float32)
