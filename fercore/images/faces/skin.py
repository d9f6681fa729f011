"""Painting a person's skin, brows, beard and scalp on the atlas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fercore.images.faces import atlas
from fercore.images.faces.atlas import blob, blur, both_sides, noise, on_face, paired
from fercore.images.faces.basis import Array
from fercore.images.faces.identity import Identity

PORES_PER_ATLAS = 5
"""How often the tile of pores is laid across the atlas in either direction."""


@dataclass(frozen=True, eq=False)
class Paint:
    """What is painted on one person.

    Parameters
    ----------
    albedo
        (SIDE, SIDE, 3), linear light 0..1.
    relief
        (SIDE, SIDE), height of pores and hair, in SDs.
    hair
        (SIDE, SIDE), 0..1: where scalp hair grows.
    folds
        (SIDE, SIDE), depth of the creases that are there at rest.
    """

    albedo: Array
    relief: Array
    hair: Array
    folds: Array


def paint(person: Identity) -> Paint:
    """Paint one person; the same person is always painted the same way."""
    rng = np.random.default_rng(person.seed)
    colour = _complexion(person, rng)
    relief = 0.30 * noise(rng, 2.5) + 0.20 * noise(rng, 6)
    hair = person.hair.astype(np.float32)
    colour = _over(colour, np.clip(hair * 0.8, 0, 1), _brows(person, rng))
    if person.beard > 0:
        cover, stubble = _beard(person, rng)
        colour = _over(colour, hair * 0.9, cover)
        relief += stubble
    scalp, strands = _scalp(person, rng)
    colour = _over(colour, np.clip(hair * (1 + 0.35 * strands[..., None]), 0, 1), scalp)
    relief = relief * (1 - scalp) + scalp * strands * 1.2
    return Paint(
        np.clip(colour, 0.01, 1).astype(np.float32) ** 2.2, relief.astype(np.float32), scalp, _lid_folds(person)
    )


@cache
def pores() -> Array:
    """Relief of fine skin, a seamless tile (256, 256) in SDs."""
    spectrum = np.fft.rfft2(np.random.default_rng(11).standard_normal((256, 256)))
    across, down = np.meshgrid(np.fft.rfftfreq(256), np.fft.fftfreq(256))
    frequency = np.hypot(across, down)
    tile = np.fft.irfft2(spectrum * np.exp(-((np.log(frequency + 1e-6) - np.log(0.12)) ** 2) / 0.5))
    tile = -np.maximum(tile / tile.std(), -0.5)  # pits rather than bumps
    return np.asarray((tile - tile.mean()) / tile.std(), np.float32)


@cache
def locks() -> Array:
    """Brightness of long hair, a seamless tile (256 rows along the strands, 256 columns across them) in SDs."""
    random = np.random.default_rng(12)
    fine, coarse = (np.tile(random.standard_normal((256, 256)), (3, 3)) for _ in range(2))
    tile = [blur(fine, 0.7, 22)[256:512, 256:512], blur(coarse, 4, 40)[256:512, 256:512]]
    return np.asarray(np.sum([layer / layer.std() for layer in tile], axis=0) / 1.4, np.float32)


def _over(below: Array, above: Array, cover: Array) -> Array:
    """Lay a colour over another where ``cover`` is 1."""
    alpha = cover[..., None]
    return np.asarray(below * (1 - alpha) + above * alpha, np.float32)


def _complexion(person: Identity, rng: np.random.Generator) -> Array:
    side = atlas.SIDE
    colour = np.ones((side, side, 3), np.float32) * person.skin.astype(np.float32)
    red = paired(0.42, 6.98, 0.20, 0.16) * rng.uniform(0.2, 0.9) + blob(0, 6.9, 0.1, 0.08) * rng.uniform(0.1, 0.8)
    red = red + 0.25 * blob(0, 6.35, 0.15, 0.1) + 0.18 * noise(rng, 60) + 0.10 * noise(rng, 16)
    colour *= 1 + red[..., None] * np.array([0.02, -0.10, -0.09], np.float32)
    colour *= (1 + 0.035 * noise(rng, 40) + 0.025 * noise(rng, 9) + 0.02 * noise(rng, 3))[..., None]
    shade = paired(0.31, 7.2, 0.16, 0.07) + 0.7 * paired(0.2, 7.25, 0.05, 0.06)
    colour *= 1 - shade[..., None] * np.float32(rng.uniform(0.04, 0.22)) * np.array([0.7, 1, 0.9], np.float32)
    freckled, strength = rng.random() < 0.2, rng.uniform(0.3, 0.7)
    spots = (rng.random((side, side)) > 0.988).astype(np.float32) * (paired(0.3, 7.0, 0.25, 0.16) + 0.2)
    if freckled:
        colour *= 1 - np.clip(blur(spots, 0.8) * 1.5, 0, 0.2)[..., None] * np.float32(strength)
    for _ in range(rng.poisson(0.8)):  # moles
        mole = blob(rng.uniform(-0.6, 0.6), rng.uniform(6.4, 7.9), 0.007, 0.007)
        colour *= 1 - 0.5 * mole[..., None]
    return colour


def _lid_folds(person: Identity) -> Array:
    """Depth (SIDE, SIDE) of the folds above the eyes."""
    up = person.lid_height
    arc = [(0.19, 7.305 + up / 2), (0.24, 7.335 + up), (0.31, 7.345 + up), (0.38, 7.335 + up), (0.45, 7.29 + up / 2)]
    return person.lid_fold * np.clip(both_sides(arc, 2, 1.1), 0, 1.1)


def _brows(person: Identity, rng: np.random.Generator) -> Array:
    """Cover (SIDE, SIDE) of the brows, hair by hair."""
    cover = np.zeros((atlas.SIDE, atlas.SIDE), np.float32)
    knots = [(0.115, 7.462), (0.22, 7.487), (0.36, 7.512), (0.455, 7.492), (0.55, 7.435)]
    line = atlas.curve(knots, 60) + [0, person.brow_height]
    n = int(300 * person.brow_density)
    for side in (-1, 1):
        along = rng.random(n) ** 0.9
        root = line[(along * 58).astype(int)]
        thickness = (0.030 * (1 - along) ** 0.6 + 0.009) * person.brow_width
        off = rng.normal(0, 0.42, n) * thickness
        length = rng.uniform(0.03, 0.055, n)
        angle = np.interp(along, [0, 0.15, 0.5, 1], [1.35, 0.75, 0.25, -0.45]) - np.sign(off) * 0.25
        angle = angle + rng.normal(0, 0.12, n)
        x, y = root[:, 0], root[:, 1] + off
        starts = on_face(side * x, y)
        ends = on_face(side * (x + length * np.cos(angle)), y + length * np.sin(angle) * 0.8)
        for start, end in zip(starts, ends, strict=True):
            atlas.draw_line(cover, start, end, 0.65)
    strength = min(1.0, 0.55 + 0.5 * person.brow_density)
    return np.asarray(np.clip(blur(cover, 0.8) * 0.9, 0, 0.85) * strength, np.float32)


def _beard(person: Identity, rng: np.random.Generator) -> tuple[Array, Array]:
    """Cover and relief of the beard, (SIDE, SIDE) each."""
    across, height = np.abs(atlas.angles()), atlas.heights()
    upper = 6.62 + 0.22 * np.clip(across - 0.35, 0, 1.2)
    jaw = _rise((upper - height) / 0.05) * _rise((height - 6.22) / 0.03) * _rise((1.25 - across) / 0.1)
    lip = 0.6 * paired(0.13, 6.755, 0.11, 0.022) + 0.3 * blob(0, 6.76, 0.08, 0.02) + blob(0, 6.47, 0.05, 0.04)
    region = np.clip(jaw + lip, 0, 1) * np.clip(0.85 + 0.35 * noise(rng, 14), 0, 1)
    stubble = np.clip(0.65 + 0.3 * noise(rng, 1.3), 0, 1)
    weight = 1.0 if person.beard > 0.3 else 0.7
    cover = np.clip(region * (0.18 + 0.75 * person.beard**1.3 * stubble) * weight, 0, 0.92)
    return cover.astype(np.float32), (region * stubble * person.beard).astype(np.float32)


def _scalp(person: Identity, rng: np.random.Generator) -> tuple[Array, Array]:
    """Where scalp hair grows, and its strands in SDs, (SIDE, SIDE) each."""
    across, height = np.abs(atlas.angles()), atlas.heights()
    line = np.interp(
        across,
        [0, 0.35, 0.62, 0.8, 1.0, 1.2, 1.35, 1.5, 2.0],
        [8.02, 8.0, 7.92, 7.72, 7.5, 7.25, 6.95, 6.9, 6.5],
    )
    line = line + person.hairline * np.exp(-across * 1.2) + 0.015 * noise(rng, 24)
    strands = blur(rng.standard_normal((atlas.SIDE, atlas.SIDE)), 0.6, 9)
    strands /= strands.std()
    above = height - line + 0.022 * strands  # single hairs reach over the line
    cover = np.clip(above / 0.10 + 0.35, 0, 1)
    cover = cover * cover * (3 - 2 * cover)
    if person.hairstyle == "bald":
        cover = cover * np.clip((across - 0.9) / 0.2, 0, 1) * 0.6 + 0.10 * cover
    return cover.astype(np.float32), strands


def _rise(x: NDArray[np.floating]) -> Array:
    """Logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -40, 40))), np.float32)
