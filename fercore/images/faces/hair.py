"""Long hair: a curtain of strands that hangs from the skull, around the back from temple to temple."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercore.images.faces.basis import Array, Basis, Material
from fercore.images.faces.identity import Identity

COLUMNS, ROWS = 90, 22
"""Vertices of the curtain around the head and from the crown to the tips."""
ON_SKULL = 9
"""Rows that lie on the skull; the others hang."""
EYES_TO_LOBE = 0.38
"""How far below the eyes the ears end, dm; the hair's length counts from there."""


@dataclass(frozen=True, eq=False)
class Curtain:
    """A sheet with an outer and an inner face.

    Parameters
    ----------
    vertices
        (n, 3), dm.
    triangles
        (m, 3).
    strands
        (n, 3): angle around the head in rad, distance from the crown in dm, 1 on the inner face and 0 on the outer.
    """

    vertices: Array
    triangles: NDArray[np.int32]
    strands: Array


def hang(basis: Basis, person: Identity, neutral: Array) -> Curtain:
    """Hang a person's long hair on the neutral head (vertices, 3), so that it does not move with the face."""
    rng = np.random.default_rng((person.seed, 1))
    skull = (basis.vertex_material == Material.SKIN) & (basis.vertices[:, 1] > 7.3) & (basis.ears < 0.1)
    low, high = neutral[skull].min(axis=0), neutral[skull].max(axis=0)
    eyes = neutral[basis.vertex_material == Material.EYE].mean(axis=0)
    thickness = 0.05 + 0.7 * person.hair_volume
    middle = np.array([(low[0] + high[0]) / 2, eyes[1] + 0.2, (low[2] + eyes[2]) / 2 + 0.08])
    radius = np.array([(high[0] - low[0]) / 2, high[1] - eyes[1] - 0.2, (eyes[2] - low[2]) / 2 + 0.1]) + thickness

    front = np.radians(rng.uniform(112, 126))
    angle = np.linspace(-front, front, COLUMNS)
    polar = np.linspace(np.radians(8), np.pi / 2, ON_SKULL)
    ragged = np.convolve(rng.standard_normal(COLUMNS + 8), np.ones(9) / 3, "valid")
    lobe = eyes[1] - EYES_TO_LOBE
    tips = lobe - person.hair_length + 0.05 * ragged + 0.03 * rng.standard_normal(COLUMNS)
    fall = np.linspace(0, 1, ROWS - ON_SKULL + 1)[1:, None]
    spread = rng.uniform(-0.08, 0.10)
    waves, phase, pace = rng.uniform(0, 0.035), rng.uniform(0, 6), rng.uniform(3, 7)

    height = np.vstack(
        [
            np.repeat((middle[1] + radius[1] * np.cos(polar))[:, None], COLUMNS, axis=1),
            middle[1] + (np.minimum(tips, middle[1] - 0.3) - middle[1]) * fall,
        ]
    )
    hanging = np.clip(middle[1] - height, 0, None)
    out = np.vstack([np.sin(polar)[:, None], np.ones_like(fall)]) * np.ones(COLUMNS)
    out = out * (1 + spread * np.minimum(hanging, 1.2) + waves * np.sin(hanging * pace * 2 + phase + angle * 1.5))
    out = out + 0.012 * rng.standard_normal(COLUMNS) * np.minimum(1, hanging + 0.3)
    outer = np.stack(
        [
            middle[0] + radius[0] * out * np.sin(angle),
            height,
            middle[2] - radius[2] * out * np.cos(angle),
        ],
        axis=2,
    ).reshape(-1, 3)
    inner = middle + (outer - middle) * [0.97, 1, 0.97]
    along = np.concatenate([radius[1] * polar, radius[1] * np.pi / 2 + fall[:, 0] * (middle[1] - lobe)])
    strands = np.stack(np.broadcast_arrays(angle, along[:, None], 0.0), axis=2).reshape(-1, 3)
    corner = (np.arange(ROWS - 1)[:, None] * COLUMNS + np.arange(COLUMNS - 1)).ravel()
    below, beside, across = corner + COLUMNS, corner + 1, corner + COLUMNS + 1
    sheet = np.concatenate([np.stack([corner, beside, below], 1), np.stack([beside, across, below], 1)])
    n = len(outer)
    return Curtain(
        vertices=np.concatenate([outer, inner]).astype(np.float32),
        triangles=np.concatenate([sheet, sheet[:, ::-1] + n]).astype(np.int32),
        strands=np.concatenate([strands, strands + [0, 0, 1]]).astype(np.float32),
    )
