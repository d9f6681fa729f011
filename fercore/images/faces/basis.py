"""The face basis: one head as a mesh, and the displacements that change its shape or its expression.

Lengths are decimetres; x to the head's left (the right of a picture), y up, z forwards. Provenance: ``BASIS.md``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import KDTree

Array = NDArray[np.float32]

BASIS_FILE = Path(__file__).with_name("basis.npz")
DELTA_UNIT = 0.001
"""Decimetres of one step of the stored displacements."""

ANTAGONISTS = (
    ("decr", "incr"), ("down", "up"), ("in", "out"), ("backward", "forward"), ("concave", "convex"),
    ("compress", "uncompress"),
)  # fmt: skip
"""Endings of targets that are the two ends of one trait."""


class Material(IntEnum):
    """What a triangle is made of."""

    SKIN = 0
    EYE = 1
    UPPER_TEETH = 2
    LOWER_TEETH = 3
    TONGUE = 4
    LASH = 5
    HAIR = 6


@dataclass(frozen=True)
class Trait:
    """A dimension along which faces differ: targets for its low end (may be empty) and its high end."""

    name: str
    low: tuple[int, ...]
    high: tuple[int, ...]

    @property
    def part(self) -> str:
        """The part of the head that it changes, such as ``nose``."""
        return self.name.split("/")[1]


@dataclass(frozen=True, eq=False)
class Basis:
    """The mesh and its targets.

    Parameters
    ----------
    vertices
        (n, 3), dm.
    triangles, triangle_material
        (m, 3) vertex positions and (m,) `Material`.
    vertex_material
        (n,) `Material`.
    lips, inside_mouth, eyelids, ears
        (n,) in 0..1: how much a vertex belongs to the region.
    names
        Names of the targets.
    deltas
        (3 n, targets), sparse: displacement by a target of weight 1, dm.
    """

    vertices: Array
    triangles: NDArray[np.int32]
    triangle_material: NDArray[np.uint8]
    vertex_material: NDArray[np.uint8]
    lips: Array
    inside_mouth: Array
    eyelids: Array
    ears: Array
    names: tuple[str, ...]
    deltas: csr_array

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of every target by its name."""
        return {name: position for position, name in enumerate(self.names)}

    @cached_property
    def traits(self) -> tuple[Trait, ...]:
        """Identity traits in alphabetical order; targets of the left and the right side are moved together."""
        groups: dict[str, list[int]] = {}
        for name, position in self.index.items():
            if name.startswith("id/") and not name.startswith("id/asym/"):
                groups.setdefault(re.sub(r"/[lr]-", "/", name), []).append(position)
        traits = []
        for name in sorted(groups):
            stem, _, end = name.rpartition("-")
            ends = next((pair for pair in ANTAGONISTS if end in pair and f"{stem}-{pair[0]}" in groups), None)
            if ends is None or f"{stem}-{ends[1]}" not in groups:
                traits.append(Trait(name, (), tuple(groups[name])))
            elif end == ends[0]:
                traits.append(Trait(name, tuple(groups[name]), tuple(groups[f"{stem}-{ends[1]}"])))
        return tuple(traits)

    @cached_property
    def asymmetries(self) -> tuple[int, ...]:
        """Targets that move one side of the face only."""
        return tuple(position for name, position in self.index.items() if name.startswith("id/asym/"))

    @cached_property
    def lash_reach(self) -> Array:
        """Distance (n,) of every lash vertex from the lid, dm; 0 for other vertices."""
        lash = self.vertex_material == Material.LASH
        skin = self.vertices[self.vertex_material == Material.SKIN]
        reach = np.zeros(len(self.vertices), np.float32)
        reach[lash] = KDTree(skin).query(self.vertices[lash])[0]
        return reach

    @cached_property
    def lid_margin(self) -> Array:
        """How much (n,) in 0..1 a skin vertex lies on the margin of a lid, where the lashes grow."""
        skin = self.vertex_material == Material.SKIN
        lashes = self.vertices[(self.vertex_material == Material.LASH) & (self.lash_reach < 0.012)]
        margin = np.zeros(len(self.vertices), np.float32)
        margin[skin] = np.exp(-((KDTree(lashes).query(self.vertices[skin])[0] / 0.012) ** 2))
        return margin

    @cached_property
    def lip_seam(self) -> Array:
        """How close (n,) in 0..1 a vertex of the lips is to where they meet."""
        lips = self.lips > 0.3
        inner = self.vertices[self.inside_mouth > 0.5]
        seam = np.zeros(len(self.vertices), np.float32)
        seam[lips] = np.exp(-((KDTree(inner).query(self.vertices[lips])[0] / 0.022) ** 2))
        return seam

    def displace(self, weights: Array) -> Array:
        """Displacement (n, 3) in dm of all vertices by target weights (targets,)."""
        moved: Array = (self.deltas @ weights).reshape(-1, 3)
        return moved


@cache
def load_basis() -> Basis:
    """Read the shipped basis once per process."""
    with np.load(BASIS_FILE, allow_pickle=False) as file:
        stored = {key: file[key] for key in file.files}
    names = tuple(str(name) for name in stored["names"])
    n = len(stored["vertices"])
    rows = stored["delta_vertex"].astype(np.int64)[:, None] * 3 + np.arange(3)
    columns = np.repeat(stored["delta_target"].astype(np.int64), 3)
    values = (stored["delta_value"] * DELTA_UNIT).astype(np.float32)
    return Basis(
        vertices=stored["vertices"],
        triangles=stored["triangles"].astype(np.int32),
        triangle_material=stored["triangle_material"],
        vertex_material=stored["vertex_material"],
        **{key: (stored[key] / 255).astype(np.float32) for key in ("lips", "inside_mouth", "eyelids", "ears")},
        names=names,
        deltas=csr_array((values.ravel(), (rows.ravel(), columns)), shape=(3 * n, len(names))),
    )
