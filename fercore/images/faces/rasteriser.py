"""A z-buffer in NumPy: which triangle is seen at every pixel, and where in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercore.images.faces.basis import Array


@dataclass(frozen=True, eq=False)
class Fragments:
    """What is seen: one entry per covered pixel.

    Parameters
    ----------
    side
        Side of the picture, px.
    pixels
        (n,) flat positions (row * side + column), ascending.
    triangles
        (n,) position of the triangle that is seen.
    corners
        (n, 3) its vertices.
    weights
        (n, 3) barycentric coordinates, summing to 1.
    depths
        (n,) interpolated depth; larger is nearer.
    """

    side: int
    pixels: NDArray[np.intp]
    triangles: NDArray[np.int32]
    corners: NDArray[np.int32]
    weights: Array
    depths: Array

    def interpolate(self, values: Array) -> Array:
        """Give vertex values (vertices,) or (vertices, k) at every covered pixel: (n,) or (n, k)."""
        corner = [values[self.corners[:, k]] for k in range(3)]
        weight = [self.weights[:, k] if values.ndim == 1 else self.weights[:, k, None] for k in range(3)]
        return np.asarray(corner[0] * weight[0] + corner[1] * weight[1] + corner[2] * weight[2], np.float32)

    def image(self, values: Array, background: float = 0.0) -> Array:
        """Lay values (n,) or (n, k) out as a picture (side, side) or (side, side, k)."""
        picture = np.full((self.side * self.side, *values.shape[1:]), background, np.float32)
        picture[self.pixels] = values
        return picture.reshape(self.side, self.side, *values.shape[1:])


def rasterise(points: Array, depths: Array, triangles: NDArray[np.int32], side: int) -> Fragments:
    """Find the nearest triangle at every pixel centre.

    Parameters
    ----------
    points
        (vertices, 2) picture positions, px; the centre of the first pixel is (0.5, 0.5), y down.
    depths
        (vertices,) larger is nearer.
    triangles
        (m, 3); only those whose corners run counter-clockwise as seen in the picture's mathematical sense (y up) show.
    side
        Side of the picture, px.

    Notes
    -----
    All pixels of all bounding boxes are tested at once; the fragments are then sorted by depth and written in that
    order, so that the nearest is written last.
    """
    a, b, c = (points[triangles[:, k]] for k in range(3))
    low = np.ceil(np.minimum(np.minimum(a, b), c) - 0.5).clip(0, side).astype(np.int32)
    high = np.floor(np.maximum(np.maximum(a, b), c) - 0.5).clip(-1, side - 1).astype(np.int32)
    width, height = (high - low + 1).T
    (ax, ay), (bx, by), (cx, cy) = ((corner - low).T for corner in (a, b, c))
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    shown = np.nonzero((area < -1e-9) & (width > 0) & (height > 0))[0]
    count = width[shown] * height[shown]
    triangle = np.repeat(shown.astype(np.int32), count)
    nth = np.arange(count.sum(), dtype=np.int32) - np.repeat((np.cumsum(count) - count).astype(np.int32), count)
    rows, columns = np.divmod(nth, width[triangle])
    x, y = columns + np.float32(0.5), rows + np.float32(0.5)
    with np.errstate(divide="ignore", invalid="ignore"):  # triangles seen edge-on are not among the shown ones
        first = _plane((by - cy) / area, (cx - bx) / area, (bx * cy - by * cx) / area, triangle, x, y)
        second = _plane((cy - ay) / area, (ax - cx) / area, (cx * ay - cy * ax) / area, triangle, x, y)
    third = 1 - first - second
    inside = np.nonzero((first >= 0) & (second >= 0) & (third >= 0))[0]
    weights = np.stack([first[inside], second[inside], third[inside]], axis=1).astype(np.float32)
    corners = triangles[triangle[inside]]
    depth = np.einsum("nk,nk->n", weights, depths[corners]).astype(np.float32)
    order = np.argsort(depth, kind="stable")
    place = (rows[inside] + low[triangle[inside], 1]) * side + columns[inside] + low[triangle[inside], 0]
    seen = np.full(side * side, -1, np.intp)
    seen[place[order]] = order
    pixels = np.nonzero(seen >= 0)[0]
    nearest = seen[pixels]
    return Fragments(side, pixels, triangle[inside][nearest], corners[nearest], weights[nearest], depth[nearest])


def _plane(per_x: Array, per_y: Array, constant: Array, triangle: NDArray[np.int32], x: Array, y: Array) -> Array:
    """Evaluate one linear function per triangle at points of those triangles."""
    return np.asarray(per_x[triangle] * x + per_y[triangle] * y + constant[triangle], np.float32)
