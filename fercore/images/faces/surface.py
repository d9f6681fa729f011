"""What is seen at every pixel: colour, relief and gloss of skin, lips, eyes, teeth, hair and cloth."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fercore.images.faces import atlas
from fercore.images.faces.basis import Array, Material
from fercore.images.faces.eyes import CENTRE as EYE_CENTRE
from fercore.images.faces.eyes import eye_colour
from fercore.images.faces.geometry import Mesh, unit
from fercore.images.faces.identity import Identity
from fercore.images.faces.rasteriser import Fragments
from fercore.images.faces.scene import Scene
from fercore.images.faces.skin import PORES_PER_ATLAS, Paint, locks, pores

INSIDE = np.array([0.16, 0.035, 0.03], np.float32)
TEETH = np.array([0.80, 0.74, 0.64], np.float32)
GUMS = np.array([0.45, 0.16, 0.15], np.float32)
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
    skin, eye, teeth, mouth
        (n,) bool: skin and lips without hair and cloth; eyeballs; teeth; tongue and inside of the mouth.
    """

    albedo: Array
    normals: Array
    gloss: Array
    sharpness: Array
    skin: NDArray[np.bool_]
    eye: NDArray[np.bool_]
    teeth: NDArray[np.bool_]
    mouth: NDArray[np.bool_]


def describe(
    mesh: Mesh,
    fragments: Fragments,
    normals: Array,
    person: Identity,
    paint: Paint,
    creases: Array,
    scene: Scene,
    scale: float,
) -> Surface:
    """Describe the surface.

    Parameters
    ----------
    normals
        (vertices, 3) of the turned mesh.
    creases
        (SIDE, SIDE) depth of all creases.
    scale
        Picture px per dm.
    """
    materials = mesh.materials[fragments.triangles]
    seen = fragments.interpolate(np.concatenate([mesh.base, normals, mesh.regions], axis=1))
    base, normal, lips, inside, ears, margin, seam = seen[:, :3], unit(seen[:, 3:6]), *seen[:, 6:].T
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
    albedo = albedo * (1 - 0.6 * seam)[:, None]
    albedo = _mix(albedo, INSIDE, np.clip(inside * 1.3, 0, 1))
    upper = np.clip((base[:, 1] - EYE_CENTRE[1]) / 0.02, 0, 1)
    albedo = albedo * (1 - margin * (0.3 + (0.5 if person.male < 0.5 else 0.35) * upper))[:, None]

    eye = materials == Material.EYE
    skin = materials == Material.SKIN
    albedo[eye] = eye_colour(base[eye], person)
    teeth = (materials == Material.UPPER_TEETH) | (materials == Material.LOWER_TEETH)
    albedo[teeth] = _teeth(base[teeth], materials[teeth] == Material.UPPER_TEETH)
    albedo[materials == Material.TONGUE] = TONGUE
    long = materials == Material.HAIR
    strand = _strands(base[long])
    albedo[long] = _linear(person.hair) * np.clip(1 + 0.45 * strand - 0.5 * base[long, 2], 0.15, 2)[:, None]
    cloth, rib = _garment(base, scene.neckline)
    cloth = cloth * skin
    albedo = _mix(albedo, _linear(scene.garment) * (1 - 0.35 * rib)[:, None], cloth)

    rough = (skin & (inside < 0.3)).astype(np.float32) * (1 - 0.7 * lip) * (1 - cloth)
    relief = painted(paint.relief * np.float32(0.035) - creases * np.float32(0.42))
    across, down = (np.mod(place * (PORES_PER_ATLAS * 256 / atlas.SIDE), 256) for place in (columns, rows))
    relief += 0.018 * np.asarray(
        cv2.remap(pores(), across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP), np.float32
    )
    slopes = [cv2.Sobel(relief, cv2.CV_32F, in_x, 1 - in_x, ksize=3) / 8 * scale * 0.055 for in_x in (1, 0)]
    tilt = np.stack([np.clip(at_fragments(slope), -0.6, 0.6) * rough for slope in slopes], axis=1)
    normal[:, 0] -= tilt[:, 0]
    normal[:, 1] += tilt[:, 1]

    wet = lips > 0.4
    gloss = np.where(eye, 0, np.where(hair > 0.5, 0.03, np.where(wet, 0.10, 0.07))) * (rough * 0.9 + 0.1)
    gloss[long] = 0.10 + 0.05 * np.clip(strand, -1.5, 2)
    return Surface(
        albedo=albedo,
        normals=unit(normal),
        gloss=(gloss * (1 - cloth)).astype(np.float32),
        sharpness=np.where(wet, 40, np.where(long, 14, 22)).astype(np.float32),
        skin=skin & (inside < 0.3) & (hair < 0.5) & (cloth < 0.5),
        eye=eye,
        teeth=teeth,
        mouth=(materials == Material.TONGUE) | (skin & (inside > 0.5)),
    )


def _strands(places: Array) -> Array:
    """Brightness (n,) in SDs of long hair at (n, 3) of `Curtain.strands`."""
    columns = np.round(places[:, 0] * 90).astype(int) % 256
    rows = np.round(places[:, 1] * 40).astype(int) % 256
    return np.asarray(locks()[rows, columns], np.float32)


def _garment(places: Array, neckline: float) -> tuple[Array, Array]:
    """Where (n,) a garment covers the shoulders, and its rib, at (n, 3) of the base mesh: a ring around the neck."""
    around, deep = places[:, 0], places[:, 2] - 0.2
    front = np.exp(-((np.arctan2(around, deep) / 0.6) ** 2))
    beyond = np.hypot(around, deep) - 0.66 - neckline * front
    below = np.clip((6.02 - places[:, 1]) / 0.03, 0, 1)
    return np.clip(beyond / 0.015, 0, 1) * below, np.exp(-(((beyond - 0.03) / 0.03) ** 2))


def _teeth(points: Array, upper: NDArray[np.bool_]) -> Array:
    """Albedo (n, 3) of teeth and gums at points (n, 3) of the base mesh."""
    across, height = np.abs(points[:, 0]), points[:, 1]
    gap = np.min([np.abs(across - edge) for edge in (0, 0.082, 0.150, 0.205, 0.245, 0.275)], axis=0)
    tooth = TEETH * (1 - 0.35 * np.exp(-((gap / 0.006) ** 2)))[:, None]
    tooth = tooth * (1 - 0.25 * np.clip((across - 0.12) / 0.2, 0, 1))[:, None]
    tooth = tooth * np.where(upper, 1, 0.6)[:, None]
    return _mix(tooth, GUMS, np.clip((np.abs(height - 6.60) - 0.125 + 0.25 * gap) / 0.02, 0, 1))


def _mix(below: Array, above: Array, cover: Array) -> Array:
    alpha = cover[:, None]
    return np.asarray(below * (1 - alpha) + above * alpha, np.float32)


def _linear(colour: NDArray[np.float64]) -> Array:
    return (colour**2.2).astype(np.float32)
