"""The shape of one head, at rest and moved."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fercore.images.faces import atlas
from fercore.images.faces.basis import Array, Basis, Material
from fercore.images.faces.expression import Movement, target_weights
from fercore.images.faces.hair import hang
from fercore.images.faces.identity import Identity
from fercore.images.faces.skin import Paint

UPPER_TEETH_SHIFT = np.array([0, -0.035, 0.02], np.float32)
"""Where the upper teeth stand in relation to the basis, dm: there they hide behind the lip of an open mouth."""


@dataclass(frozen=True, eq=False)
class Head:
    """One head.

    Parameters
    ----------
    neutral, moved
        (n, 3) vertices without and with the expression, dm.
    cover
        (n, 3) vertices as they are drawn: ``moved``, with hair on the scalp.
    """

    neutral: Array
    moved: Array
    cover: Array

    def anchors(self, basis: Basis) -> Array:
        """Right eye, left eye and mouth of the neutral face, (3, 3), dm; right and left are the head's own."""
        return _anchors(basis, self.neutral)

    def landmarks(self, basis: Basis) -> Array:
        """Right eye, left eye and mouth as moved, (3, 3), dm."""
        return _anchors(basis, self.moved)


def shape_head(basis: Basis, person: Identity, paint: Paint, movement: Movement) -> Head:
    """Shape a person's head in a movement."""
    neutral = basis.vertices + basis.displace(person.shape)
    neutral[basis.vertex_material == Material.UPPER_TEETH] += UPPER_TEETH_SHIFT
    moved = neutral + basis.displace(target_weights(basis, movement))
    if person.hairstyle == "bald":
        return Head(neutral, moved, moved)
    places = atlas.locate(basis.vertices)
    grown = cv2.remap(
        atlas.blur(paint.hair, 9), places[:, :1], places[:, 1:], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )[:, 0]
    grown = grown * (basis.vertex_material == Material.SKIN) * (1 - np.clip(basis.ears * 3, 0, 1))
    grown = grown * np.clip((basis.vertices[:, 1] - 6.9) / 0.6, 0, 1) * person.hair_volume
    cover = moved + grown[:, None] * vertex_normals(moved, basis.triangles)
    return Head(neutral, moved, cover.astype(np.float32))


@dataclass(frozen=True, eq=False)
class Mesh:
    """What is drawn.

    Parameters
    ----------
    vertices
        (n, 3), dm; the head's come first.
    triangles, materials
        (m, 3) vertex positions and (m,) `Material`; without the lashes.
    base
        (n, 3) place of every vertex on the unshaped head, or `Curtain.strands` of hair.
    regions
        (n, 5) in 0..1: lips, inside of the mouth, ears, margins of the lids, seam of the lips.
    """

    vertices: Array
    triangles: NDArray[np.int32]
    materials: NDArray[np.uint8]
    base: Array
    regions: Array


def build_mesh(basis: Basis, person: Identity, head: Head) -> Mesh:
    """Put a head and its long hair, which hides the ears, together."""
    solid = basis.triangle_material != Material.LASH
    regions = np.stack([basis.lips, basis.inside_mouth, basis.ears, basis.lid_margin, basis.lip_seam], axis=1)
    if person.hairstyle != "long":
        return Mesh(head.cover, basis.triangles[solid], basis.triangle_material[solid], basis.vertices, regions)
    solid &= (basis.ears[basis.triangles] < 0.5).any(axis=1)
    curtain = hang(basis, person, head.neutral)
    n, m = len(curtain.vertices), len(curtain.triangles)
    return Mesh(
        vertices=np.concatenate([head.cover, curtain.vertices]),
        triangles=np.concatenate([basis.triangles[solid], curtain.triangles + len(head.cover)]),
        materials=np.concatenate([basis.triangle_material[solid], np.full(m, Material.HAIR, np.uint8)]),
        base=np.concatenate([basis.vertices, curtain.strands]),
        regions=np.concatenate([regions, np.zeros((n, regions.shape[1]), np.float32)]),
    )


def vertex_normals(vertices: Array, triangles: NDArray[np.int32]) -> Array:
    """Give the unit normals (n, 3) of a mesh, averaged over the triangles at every vertex by area."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    faces = np.cross(b - a, c - a)
    normals = np.stack(
        [
            sum(np.bincount(triangles[:, corner], faces[:, axis], len(vertices)) for corner in range(3))
            for axis in range(3)
        ],
        axis=1,
    )
    return unit(normals)


def unit(vectors: NDArray[np.floating]) -> Array:
    """Scale vectors (n, 3) to length 1."""
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9), np.float32)


def _anchors(basis: Basis, vertices: Array) -> Array:
    eye = basis.vertex_material == Material.EYE
    right, left = (vertices[eye & (side * basis.vertices[:, 0] > 0)].mean(axis=0) for side in (-1, 1))
    return np.stack([right, left, vertices[basis.lips > 0.5].mean(axis=0)])
