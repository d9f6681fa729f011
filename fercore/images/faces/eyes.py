"""Colour of an eyeball: sclera, iris with its limbal ring and fibres, pupil."""

from __future__ import annotations

import numpy as np

from fercore.images.faces.basis import Array
from fercore.images.faces.geometry import unit
from fercore.images.faces.identity import Identity

CENTRE = (0.30775, 7.28415, 1.24535)
"""Centre of the left eyeball of the base mesh, dm; the right one is its mirror image."""
AXIS = (-0.10, 0.06, 0.99)
"""Where the left eye of the base mesh looks."""
SCLERA = np.array([0.76, 0.71, 0.68], np.float32)


def eye_colour(points: Array, person: Identity) -> Array:
    """Albedo (n, 3), linear light, of points (n, 3) of the base mesh's eyeballs, which turn with the gaze."""
    side = np.sign(points[:, 0])
    mirror = np.stack([side, np.ones_like(side), np.ones_like(side)], axis=1)
    outwards = unit(points - mirror * np.array(CENTRE, np.float32))
    axis = unit(mirror * np.array(AXIS, np.float32))
    angle = np.arccos(np.clip(np.einsum("nk,nk->n", outwards, axis), -1, 1))
    around = np.arctan2(outwards[:, 1], outwards[:, 0])
    fibres = 1.1 + 0.35 * np.sin(around * 23 + 5 * np.sin(around * 7)) * np.clip((angle - 0.15) / 0.2, 0, 1)
    ring = 1.5 - 0.9 * np.clip((angle - 0.2) / (person.iris_radius - 0.16), 0, 1) ** 2
    iris = (person.iris**2.2).astype(np.float32) * (fibres * ring)[:, None]
    veins = np.clip((angle - 0.6) / 0.6, 0, 1)[:, None] * np.array([0.3, 1, 1], np.float32)
    white = SCLERA * (1 - 0.35 * veins)
    beyond_iris = np.clip((angle - person.iris_radius) / 0.05, 0, 1)[:, None]
    beyond_pupil = np.clip((angle - 0.19) / 0.04, 0, 1)[:, None]
    colour = (iris * (1 - beyond_iris) + white * beyond_iris) * beyond_pupil + 0.004 * (1 - beyond_pupil)
    return np.asarray(colour, np.float32)
