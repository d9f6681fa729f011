"""The skin atlas: a cylinder unrolled around the head, on which skin, hair and creases are painted.

Columns are the angle around the neck's axis, rows the height, both of the *unshaped* base mesh, so that paint sticks to
the skin however the face is shaped or moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator, griddata

from fercore.images.faces.basis import Array, Basis, Material, load_basis

SIDE = 512
"""Rows and columns of the atlas."""
ANGLE = 2.0
"""The atlas spans -ANGLE..ANGLE rad; 0 is the face's middle."""
BOTTOM, TOP = 5.4, 8.6
"""Heights that it spans, dm."""
AXIS = 0.45
"""Depth z of the cylinder's axis, dm."""

_SHIFT = 4
_STEP = 0.01

Points = Sequence[tuple[float, float]]
"""Points on the front of the unshaped head: x and y in dm."""


def angles() -> Array:
    """Angle of every atlas pixel, rad, (SIDE, SIDE)."""
    row = ((np.arange(SIDE) + 0.5) / SIDE - 0.5) * 2 * ANGLE
    return np.broadcast_to(row.astype(np.float32), (SIDE, SIDE))


def heights() -> Array:
    """Height of every atlas pixel, dm, (SIDE, SIDE)."""
    column = TOP - (np.arange(SIDE) + 0.5) / SIDE * (TOP - BOTTOM)
    return np.broadcast_to(column.astype(np.float32)[:, None], (SIDE, SIDE))


def locate(points: Array) -> Array:
    """Atlas positions (n, 2; column and row in px, pixel centres at whole numbers) of points (n, 3) of the base mesh."""
    angle = np.arctan2(points[:, 0], points[:, 2] - AXIS)
    columns = (angle + ANGLE) / (2 * ANGLE) * SIDE - 0.5
    rows = (TOP - points[:, 1]) / (TOP - BOTTOM) * SIDE - 0.5
    return np.stack([columns, rows], axis=1).astype(np.float32)


@cache
def _front() -> NDArray[np.float64]:
    """Depth of the face's front over x in -0.8..0.8 and y in 5.9..8.5, smoothed."""
    basis: Basis = load_basis()
    points = basis.vertices
    front = (
        (basis.vertex_material == Material.SKIN)
        & (points[:, 2] > 0.3)
        & (basis.inside_mouth < 0.3)
        & (np.abs(points[:, 0]) < 1.0)
    )
    x, y = np.meshgrid(np.arange(-0.8, 0.8 + _STEP / 2, _STEP), np.arange(5.9, 8.5 + _STEP / 2, _STEP))
    depth = griddata(points[front, :2], points[front, 2], (x, y), "nearest")
    return np.asarray(cv2.GaussianBlur(depth, (0, 0), 2), np.float64)


def on_face(x: NDArray[np.float64], y: NDArray[np.float64]) -> Array:
    """Atlas positions (n, 2) of points on the front of the face."""
    depth = _front()
    rows = np.clip(np.round((y - 5.9) / _STEP), 0, depth.shape[0] - 1).astype(int)
    columns = np.clip(np.round((x + 0.8) / _STEP), 0, depth.shape[1] - 1).astype(int)
    return locate(np.stack([x, y, depth[rows, columns]], axis=1))


def curve(points: Points, n: int = 24) -> NDArray[np.float64]:
    """Give n points (n, 2) on a smooth curve through the given ones."""
    knots = np.asarray(points, np.float64)
    along = np.linspace(0, len(knots) - 1, n)
    if len(knots) < 3:
        return np.stack([np.interp(along, np.arange(len(knots)), knots[:, axis]) for axis in (0, 1)], axis=1)
    return np.asarray(PchipInterpolator(np.arange(len(knots)), knots, axis=0)(along))


def draw_line(canvas: Array, start: Array, end: Array, value: float = 1.0, width: int = 1) -> None:
    """Draw an anti-aliased line between two atlas positions."""
    first, last = (tuple(int(v * 2**_SHIFT) for v in point) for point in (start, end))
    cv2.line(canvas, first, last, value, width, cv2.LINE_AA, _SHIFT)


def stroke(points: Points, width: float, amplitude: float = 1.0) -> Array:
    """Paint a soft crease that fades at its ends; width in px, (SIDE, SIDE)."""
    line = curve(points)
    places = on_face(line[:, 0], line[:, 1])
    canvas = np.zeros((SIDE, SIDE), np.float32)
    for k in range(len(places) - 1):
        fade = amplitude * np.sin(np.pi * (k + 0.8) / (len(places) + 0.6))
        draw_line(canvas, places[k], places[k + 1], float(fade), max(1, int(width)))
    return blur(canvas, max(0.8, width * 0.55))


def both_sides(points: Points, width: float, amplitude: float = 1.0) -> Array:
    """Paint a crease on the left and its mirror image on the right."""
    mirrored = [(-x, y) for x, y in points]
    return stroke(points, width, amplitude) + stroke(mirrored, width, amplitude)


def blob(x: float, y: float, width: float, height: float) -> Array:
    """Paint a Gaussian of peak 1 about a point of the face; SDs in dm, (SIDE, SIDE)."""
    column, row = on_face(np.array([x]), np.array([y]))[0]
    across = (np.arange(SIDE) - column) / (width / (2 * ANGLE) * SIDE)
    down = (np.arange(SIDE) - row) / (height / (TOP - BOTTOM) * SIDE)
    return np.outer(np.exp(-0.5 * down**2), np.exp(-0.5 * across**2)).astype(np.float32)


def paired(x: float, y: float, width: float, height: float) -> Array:
    """Paint a `blob` and its mirror image."""
    return blob(x, y, width, height) + blob(-x, y, width, height)


def noise(rng: np.random.Generator, scale: float, side: int = SIDE) -> Array:
    """Smooth noise of SD about 1 and the given grain in px, (side, side)."""
    coarse = rng.standard_normal((max(4, int(side / scale)),) * 2).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC), np.float32)


def blur(image: NDArray[np.floating], sigma: float, sigma_down: float = 0.0) -> Array:
    """Gaussian blur; SDs in px across and down (0: the same)."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma, sigmaY=sigma_down), np.float32)
