"""Light on the surface: occlusion, cast shadows, diffuse light that bleeds through skin, highlights."""

from __future__ import annotations

import cv2
import numpy as np

from fercore.images.faces import atlas
from fercore.images.faces.basis import Array
from fercore.images.faces.rasteriser import Fragments
from fercore.images.faces.scene import Scene
from fercore.images.faces.surface import Surface

WRAP = np.array([0.38, 0.22, 0.16], np.float32)
"""How far diffuse light reaches around the terminator, per channel: red light travels furthest in skin."""
BLEEDING = ((0, 0.022), (1, 0.009))
"""How far red and green light spread under the skin: channel and SD in dm."""
OCCLUSION = np.array([1.1, 1.35, 1.4], np.float32)
"""How much hollows darken, per channel: they look red, since light reaches them through skin."""
MARCH = (3, 6, 10, 15, 22, 30)
"""Steps towards the light at which shadows are looked for, in 1/256 picture sides."""


def shade(fragments: Fragments, surface: Surface, scene: Scene, scale: float) -> Array:
    """Radiance (n, 3), linear, of every fragment; ``scale`` is px per dm."""
    elevation, azimuth = scene.light_elevation, scene.light_azimuth
    light = np.array(
        [np.sin(azimuth) * np.cos(elevation), np.sin(elevation), np.cos(azimuth) * np.cos(elevation)], np.float32
    )
    half = light + np.array([0, 0, 1], np.float32)
    half /= np.linalg.norm(half)
    covered = fragments.image(np.ones(len(fragments.pixels), np.float32))
    depth = fragments.image(fragments.depths)
    open_ = _openness(covered, depth).ravel()[fragments.pixels]
    towards = np.clip((surface.normals[:, 2] - 0.1) / 0.4, 0, 1)  # what is seen edge-on only seems to lie deep
    open_ = np.where(surface.skin, 1 - (1 - open_) * towards, open_)
    lit = 1 - _shadow(fragments, covered, depth, light, scale)
    open_ = np.where(surface.eye, 0.2 + 0.8 * open_, np.where(surface.teeth, 0.45 + 0.55 * open_, open_))[:, None]
    lit = np.where(surface.teeth, 0.4 + 0.6 * lit, lit)

    facing = np.einsum("nk,k->n", surface.normals, light)
    diffuse = np.clip((facing[:, None] + WRAP) / (1 + WRAP), 0, None) ** 1.15
    tint = np.array([1 + scene.warmth, 1, 1 - scene.warmth], np.float32)
    sky = 0.72 + 0.28 * surface.normals[:, 1:2]
    rim = np.clip(1 - surface.normals[:, 2:3], 0, 1) ** 3
    key = scene.key * 1.15 * diffuse * (0.25 + 0.75 * lit[:, None]) * tint
    arriving = key + scene.ambient * sky * open_ + 0.08 * rim
    colour = surface.albedo * _bleed(fragments, surface, arriving, scale) * open_**OCCLUSION

    highlight = np.clip(np.einsum("nk,k->n", surface.normals, half), 0, 1)
    colour += (scene.key * surface.gloss * highlight**surface.sharpness * lit)[:, None]
    colour[surface.eye] += scene.key * 1.4 * (highlight[surface.eye] ** 400)[:, None]
    colour[surface.mouth] *= open_[surface.mouth] ** 1.2
    return np.asarray(colour, np.float32)


def _bleed(fragments: Fragments, surface: Surface, arriving: Array, scale: float) -> Array:
    """Let light (n, 3) spread under the skin: red furthest, blue not at all."""
    skin = surface.skin.astype(np.float32)
    covered = fragments.image(skin)
    spread = arriving.copy()
    for channel, reach in BLEEDING:
        weighted = atlas.blur(fragments.image(arriving[:, channel] * skin), reach * scale)
        mean = weighted / (atlas.blur(covered, reach * scale) + 1e-6)
        spread[:, channel] = np.where(surface.skin, mean.ravel()[fragments.pixels], arriving[:, channel])
    return spread


def _openness(covered: Array, depth: Array) -> Array:
    """Ambient occlusion in the picture (side, side): 1 in the open, less in creases, nostrils and the mouth."""
    side = len(depth)
    openness = np.ones_like(depth)
    for reach, deepest, strength in ((0.008, 0.05, 0.45), (0.025, 0.16, 0.6)):
        nearby = atlas.blur(covered, side * reach)
        around = atlas.blur(depth * covered, side * reach) / (nearby + 1e-6)
        openness *= 1 - strength * np.clip((around - depth - 0.004) / deepest, 0, 1)
    return openness


def _shadow(fragments: Fragments, covered: Array, depth: Array, light: Array, scale: float) -> Array:
    """How much of the key light every fragment misses, (n,) in 0..1, by marching through the depth buffer."""
    side = fragments.side
    rows, columns = np.divmod(fragments.pixels, side)
    behind = np.where(covered > 0, depth, -9)
    hidden = np.zeros(len(rows), np.float32)
    for step in MARCH:
        length = step * side / 256
        x = np.clip(np.round(columns + light[0] * length).astype(int), 0, side - 1)
        y = np.clip(np.round(rows - light[1] * length).astype(int), 0, side - 1)
        above = behind[y, x] - (fragments.depths + light[2] * length / scale + 0.015)
        hidden = np.maximum(hidden, np.clip(above / 0.06, 0, 1) * np.clip(1.4 - above, 0, 1))
    soft = cv2.GaussianBlur(fragments.image(hidden), (0, 0), side * 0.006)
    return np.asarray(soft.ravel()[fragments.pixels], np.float32)
