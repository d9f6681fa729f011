"""From radiance to a picture: backdrop, lens, tone curve, grain and JPEG."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from fercore.images.faces import atlas
from fercore.images.faces.basis import Array
from fercore.images.faces.scene import Scene

_COARSE = 64
"""Rows and columns at which the backdrop is computed; it is smooth."""

LENS = 0.4
"""SD of the blur of even the sharpest picture, px: edges come out smooth."""


def backdrop(scene: Scene, side: int) -> Array:
    """Radiance (side, side, 3) behind the head: a soft fade between two colours with blotches."""
    ramp = np.linspace(0, 1, _COARSE)
    fade = (ramp[:, None] * scene.backdrop_slope + ramp[None, :] * (1 - scene.backdrop_slope))[..., None]
    colour = np.clip(scene.backdrop[0] * (1 - fade) + scene.backdrop[1] * fade, 0.02, 1) ** 2.2
    clouds = cv2.resize(scene.backdrop_clouds, (_COARSE, _COARSE), interpolation=cv2.INTER_CUBIC)
    radiance = np.clip(colour * (1 + 0.25 * clouds[..., None]), 0.005, 1).astype(np.float32)
    return np.asarray(cv2.resize(radiance, (side, side), interpolation=cv2.INTER_LINEAR), np.float32)


def develop(radiance: Array, scene: Scene, side: int) -> Array:
    """Average an oversized radiance picture down to (side, side, 3), display values 0..1, without grain."""
    sharp = atlas.blur(radiance, LENS * len(radiance) / side)
    small = np.clip(cv2.resize(sharp, (side, side), interpolation=cv2.INTER_AREA), 0, None)
    picture = np.asarray(small / (1 + 0.18 * small) * 1.12, np.float32)
    if scene.blur > 0.15:
        picture = atlas.blur(picture, scene.blur * side / 128)
    return np.asarray(np.clip(picture, 0, 1) ** (scene.gamma / 2.2), np.float32)


def photograph(picture: Array, scene: Scene) -> bytes:
    """Add grain to display values (side, side, 3) and compress them: a JPEG file."""
    grain = np.random.default_rng(scene.grain_seed).normal(0, 1, picture.shape)
    noisy = np.clip(picture + scene.grain * grain, 0, 1)
    pixels = np.round(noisy * 255).astype(np.uint8)
    _, coded = cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, scene.quality])
    return coded.tobytes()


def decode(jpeg: bytes) -> NDArray[np.uint8]:
    """Read a JPEG file of `photograph`: (side, side, 3), RGB, 0..255."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.ascontiguousarray(picture[:, :, ::-1]).astype(np.uint8)
