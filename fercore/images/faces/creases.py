"""Creases of the skin: where they lie, and which action units and which age deepen them."""

from __future__ import annotations

from functools import cache

import numpy as np

from fercore.images.faces import atlas
from fercore.images.faces.atlas import blob, both_sides, stroke
from fercore.images.faces.basis import Array
from fercore.images.faces.expression import Movement


@cache
def crease_maps() -> dict[str, Array]:
    """Depth of every kind of crease on the atlas, about 0..1, painted once per process."""
    dimples = (np.random.default_rng(3).random((atlas.SIDE, atlas.SIDE)) > 0.8).astype(np.float32)
    maps = {
        "forehead": _rows(((7.68, 0.9), (7.78, 1.0), (7.88, 0.8)), 0.42),
        "inner": _rows(((7.65, 1.0), (7.73, 1.0), (7.81, 1.0)), 0.24),
        "glabella": both_sides([(0.045, 7.36), (0.05, 7.45), (0.075, 7.55)], 3, 1.2)
        + 0.5 * both_sides([(0.10, 7.42), (0.12, 7.52)], 3),
        "nose": stroke([(-0.1, 7.30), (0, 7.275), (0.1, 7.30)], 2)
        + both_sides([(0.03, 7.24), (0.10, 7.17), (0.15, 7.14)], 2)
        + both_sides([(0.05, 7.17), (0.12, 7.10)], 2, 0.8),
        "nasolabial": both_sides([(0.165, 6.94), (0.22, 6.88), (0.30, 6.76), (0.33, 6.66)], 4, 1.5),
        "crow": both_sides([(0.50, 7.27), (0.58, 7.30)], 2, 0.9)
        + both_sides([(0.50, 7.24), (0.59, 7.23)], 2, 0.9)
        + both_sides([(0.49, 7.21), (0.57, 7.16)], 2, 0.8),
        "under_eye": both_sides([(0.18, 7.19), (0.28, 7.13), (0.40, 7.145), (0.47, 7.19)], 3, 1.2),
        "chin": atlas.blur(dimples, 2.2) * blob(0, 6.33, 0.14, 0.09) * 2.2,
        "mouth_corner": both_sides([(0.285, 6.68), (0.305, 6.62), (0.31, 6.56)], 3, 1.2),
    }
    aged = {"forehead": 0.6, "nasolabial": 0.7, "crow": 0.5, "under_eye": 0.5, "mouth_corner": 0.5, "glabella": 0.3}
    maps["age"] = sum((weight * maps[name] for name, weight in aged.items()), np.zeros_like(dimples))
    half = np.arange(atlas.SIDE) >= atlas.SIDE // 2
    maps["nasolabial_left"] = maps["nasolabial"] * half
    maps["nasolabial_right"] = maps.pop("nasolabial") * ~half
    return {name: np.clip(image, 0, 1.2).astype(np.float32) for name, image in maps.items()}


def _rows(rows: tuple[tuple[float, float], ...], reach: float) -> Array:
    lines = [
        stroke([(-reach, y - 0.02), (-reach / 2, y), (0, y - 0.01), (reach / 2, y), (reach, y - 0.02)], 3, amplitude)
        for y, amplitude in rows
    ]
    return np.asarray(np.sum(lines, axis=0), np.float32)


def creases(movement: Movement, age: float) -> Array:
    """Depth of all creases of a face of the given age (0..1) in a movement, (SIDE, SIDE), about 0..1.5."""
    mean = movement.mean
    depth = 0.55 + 0.9 * age
    weights = {
        "forehead": depth * 0.9 * min(1.0, mean(2)),
        "inner": depth * 0.9 * max(0.0, mean(1) - 0.5 * mean(2)),
        "glabella": depth * min(1.2, mean(4) + 0.3 * mean(9)),
        "nose": depth * 1.1 * mean(9),
        "crow": depth * mean(6),
        "under_eye": depth * (0.7 * mean(6) + 0.6 * mean(7) + 0.3 * mean(9)),
        "chin": depth * 0.8 * mean(17),
        "mouth_corner": depth * (0.8 * mean(15) + 0.3 * mean(14)),
        "age": 1.1 * max(0.0, age - 0.15),
    }
    for side, units in (("left", movement.left), ("right", movement.right)):
        pull = 0.8 * units.get(12, 0) + units.get(10, 0) + 0.5 * units.get(9, 0) + 0.5 * units.get(14, 0)
        weights[f"nasolabial_{side}"] = depth * min(1.2, pull)
    maps = crease_maps()
    total = np.zeros((atlas.SIDE, atlas.SIDE), np.float32)
    for name, weight in weights.items():
        if weight > 0.02:
            total += np.float32(weight) * maps[name]
    return total
