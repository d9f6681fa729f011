"""Everything about a picture that is not the face: pose, light, backdrop, clothes and camera. Drawn without the label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Scene:
    """One photograph's circumstances.

    Parameters
    ----------
    yaw, pitch, roll
        Pose of the head, rad.
    distance
        From the camera to the head, dm.
    zoom, shift
        Factor on the size in the picture; shift (2,) in picture sides.
    light_azimuth, light_elevation
        Direction of the key light, rad; 0, 0 is from the camera.
    key, ambient
        Strength of key light and surrounding light.
    warmth
        Colour of the key light: red gains what blue loses.
    backdrop
        (2, 3) colours, sRGB 0..1, between which it fades; ``backdrop_slope`` 0..1 is how much of that goes downwards,
        ``backdrop_clouds`` (6, 6) is its blotches.
    garment
        (3,) colour, sRGB 0..1; ``neckline`` is the depth of the collar's opening at the front, dm.
    blur
        SD of the lens blur, px at side 128.
    grain
        SD of the noise, 0..1; ``grain_seed`` its seed.
    gamma
        Factor on the display exponent.
    quality
        JPEG quality, 60..94.
    """

    yaw: float
    pitch: float
    roll: float
    distance: float
    zoom: float
    shift: NDArray[np.float64]
    light_azimuth: float
    light_elevation: float
    key: float
    ambient: float
    warmth: float
    backdrop: NDArray[np.float64]
    backdrop_slope: float
    backdrop_clouds: NDArray[np.float32]
    garment: NDArray[np.float64]
    neckline: float
    blur: float
    grain: float
    grain_seed: int
    gamma: float
    quality: int


def sample_scene(rng: np.random.Generator, hardness: float = 0.5) -> Scene:
    """Draw a scene; ``hardness`` 0 is frontal, evenly lit and sharp, 1 is like snapshots."""
    return Scene(
        yaw=float(np.clip(rng.normal(0, 0.20 * hardness), -0.6, 0.6)),
        pitch=float(np.clip(rng.normal(0.02, 0.10 * hardness), -0.3, 0.3)),
        roll=float(rng.normal(0, 0.07 * hardness)),
        distance=float(rng.uniform(9, 22)),
        zoom=float(rng.normal(1, 0.05 * hardness)),
        shift=rng.normal(0, 0.025 * hardness, 2),
        light_azimuth=float(rng.normal(0, 0.65 * hardness)),
        light_elevation=float(rng.uniform(0.1, 0.95)),
        key=float(rng.uniform(0.7, 1.25)),
        ambient=float(rng.uniform(0.18, 0.5)),
        warmth=float(rng.normal(0, 0.045)),
        backdrop=rng.uniform(0.08, 0.85, (2, 1)) + rng.normal(0, 0.07, (2, 3)),
        backdrop_slope=float(rng.random()),
        backdrop_clouds=rng.standard_normal((6, 6)).astype(np.float32),
        garment=np.clip(rng.uniform(0.05, 0.9) + rng.normal(0, 0.12, 3), 0.03, 0.95),
        neckline=float(rng.uniform(0, 0.3)),
        blur=max(0.0, float(rng.normal(0.25, 0.35)) * hardness),
        grain=abs(float(rng.normal(0, 0.018))) * hardness,
        grain_seed=int(rng.integers(1 << 31)),
        gamma=float(np.exp(rng.normal(0, 0.12))),
        quality=int(rng.integers(60, 95)),
    )
