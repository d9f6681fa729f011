"""What is seen at every pixel: colour, relief and gloss of skin, lips, eyes, teeth, hair and cloth."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fercore.images.faces import atlas
from fercore.images.faces.basis import Array, Basis, Material
from fercore.images.faces.eyes import eye_colour
from fercore.images.faces.geometry import unit
from fercore.images.faces.identity import Identity
from fercore.images.faces.rasteriser import Fragments
from fercore.images.faces.scene import Scene
from fercore.images.faces.skin import Paint

INSIDE = np.array([0.16, 0.035, 0.03], np.float32)
TEETH = np.array([0.62, 0.56, 0.45], np.float32)
TONGUE = np.array([0.42, 0.13, 0.12], np.float32)


@dataclass(frozen=True, eq=False)
class Surface:
    """The visible surface, one entry per fragment.

    Parameters
    ----------
    albedo
        (n, 3), linear light 0..1.
    normals
        (n, 3), unit, with the relief of the skin.
    gloss, sharpness
        (n,) strength and exponent of highlights.
    eye, mouth
        (n,) bool: eyeballs; teeth, tongue and inside of the mouth.
    """

    albedo: Array
    normals: Array
    gloss: Array
    sharpness: Array
    eye: NDArray[np.bool_]
    mouth: NDArray[np.bool_]


def describe(
    basis: Basis,
    person: Identity,
    paint: Paint,
    creases: Array,
    scene: Scene,
    fragments: Fragments,
    materials: NDArray[np.uint8],
    normals: Array,
    scale: float,
) -> Surface:
    """Describe the surface.

    Parameters
    ----------
    creases
        (SIDE, SIDE) from `creases.creases`.
    materials
        (n,) `Material` of every fragment.
    normals
        (vertices, 3) of the turned head.
    scale
        Picture px per dm.
    """
    regions = np.stack([basis.lips, basis.inside_mouth, basis.ears], axis=1)
    seen = fragments.interpolate(np.concatenate([basis.vertices, normals, regions], axis=1))
    base, normal, lips, inside, ears = seen[:, :3], unit(seen[:, 3:6]), seen[:, 6], seen[:, 7], seen[:, 8]
    places = fragments.image(atlas.locate(base))
    columns, rows = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])

    def painted(image: Array) -> Array:
        drawn = cv2.remap(image, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(drawn, np.float32)

    def at_fragments(picture: NDArray[np.floating]) -> Array:
        return picture.reshape(-1, *picture.shape[2:])[fragments.pixels]

    ear = np.clip(ears * 3, 0, 1)
    lip = np.clip(lips * 1.2 - 0.15, 0, 1) * 0.85
    hair = at_fragments(painted(paint.hair)) * (1 - ear)
    crease = at_fragments(painted(creases))
    albedo = at_fragments(painted(paint.albedo))
    albedo = _mix(albedo, _linear(person.skin) * np.array([1, 0.88, 0.86], np.float32), ear)
    shade = 0.9 + 0.1 * albedo.mean(axis=1) / (albedo.mean() + 1e-6)
    albedo = _mix(albedo, _linear(person.lips) * shade[:, None], lip)
    albedo = albedo * (1 - 0.22 * np.clip(crease, 0, 1.2))[:, None]
    albedo = _mix(albedo, INSIDE, np.clip(inside * 1.3, 0, 1))

    eye = materials == Material.EYE
    skin = materials == Material.SKIN
    albedo[eye] = eye_colour(base[eye], person)
    albedo[materials == Material.TEETH] = TEETH
    albedo[materials == Material.TONGUE] = TONGUE
    collar = 5.72 - scene.neckline * np.exp(-((atlas.angles_of(base) / 0.5) ** 2))
    cloth = np.clip((collar - base[:, 1]) / 0.02, 0, 1) * skin
    albedo = _mix(albedo, _linear(scene.garment), cloth)

    rough = (skin & (inside < 0.3)).astype(np.float32) * (1 - 0.7 * lip) * (1 - cloth)
    relief = painted(paint.relief * np.float32(0.035) - creases * np.float32(0.42))
    slopes = [cv2.Sobel(relief, cv2.CV_32F, across, 1 - across, ksize=3) / 8 * scale * 0.055 for across in (1, 0)]
    tilt = np.stack([np.clip(at_fragments(slope), -0.6, 0.6) * rough for slope in slopes], axis=1)
    normal[:, 0] -= tilt[:, 0]
    normal[:, 1] += tilt[:, 1]

    wet = lips > 0.4
    gloss = np.where(eye, 0, np.where(hair > 0.5, 0.03, np.where(wet, 0.10, 0.055))) * (rough * 0.9 + 0.1)
    return Surface(
        albedo=albedo,
        normals=unit(normal),
        gloss=(gloss * (1 - cloth)).astype(np.float32),
        sharpness=np.where(wet, 40, 22).astype(np.float32),
        eye=eye,
        mouth=(materials == Material.TEETH) | (materials == Material.TONGUE) | (skin & (inside > 0.5)),
    )


def _mix(below: Array, above: Array, cover: Array) -> Array:
    alpha = cover[:, None]
    return np.asarray(below * (1 - alpha) + above * alpha, np.float32)


def _linear(colour: NDArray[np.float64]) -> Array:
    return (colour**2.2).astype(np.float32)
