"""One picture of one head: shape, project, rasterise, describe, shade, develop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fercore.images.faces import atlas, film
from fercore.images.faces.basis import Array, Basis, Material, load_basis
from fercore.images.faces.camera import Camera
from fercore.images.faces.creases import creases
from fercore.images.faces.expression import Movement
from fercore.images.faces.eyes import CENTRE as EYE_CENTRE
from fercore.images.faces.geometry import build_mesh, shape_head, vertex_normals
from fercore.images.faces.identity import Identity
from fercore.images.faces.rasteriser import Fragments, rasterise
from fercore.images.faces.scene import Scene
from fercore.images.faces.shading import shade
from fercore.images.faces.skin import Paint
from fercore.images.faces.surface import describe

OVERSAMPLING = 2
"""Rendered px per picture px in either direction, at sides of 160 px and below; 3 above."""


@dataclass(frozen=True, eq=False)
class Rendering:
    """A rendered picture and what is known about it.

    Parameters
    ----------
    picture
        (side, side, 3), display values 0..1, without grain.
    landmarks
        (3, 2) px: left eye and right eye as seen in the picture, mouth.
    moved
        (vertices, 3), dm: the vertices with the expression.
    fragments
        What is seen at every rendered (oversampled) pixel.
    """

    picture: Array
    landmarks: Array
    moved: Array
    fragments: Fragments


def render(person: Identity, paint: Paint, movement: Movement, scene: Scene, side: int) -> Rendering:
    """Render a head in a movement and a scene as a picture of ``side`` px."""
    basis = load_basis()
    oversampling = OVERSAMPLING if side <= 160 else 3
    large = side * oversampling
    head = shape_head(basis, person, paint, movement)
    camera = Camera.aim(head.anchors(basis), scene, large)
    mesh = build_mesh(basis, person, head)
    turned = camera.turn(mesh.vertices)
    points = camera.project(turned)
    fragments = rasterise(points, turned[:, 2], mesh.triangles, large)
    normals = vertex_normals(turned, mesh.triangles)
    surface = describe(
        mesh, fragments, normals, person, paint, creases(movement, person.age) + paint.folds, scene, camera.scale
    )
    radiance = film.backdrop(scene, large)
    radiance.reshape(-1, 3)[fragments.pixels] = shade(fragments, surface, scene, camera.scale)
    lashes = basis.triangles[basis.triangle_material == Material.LASH]
    cards = rasterise(points, turned[:, 2], np.concatenate([lashes, lashes[:, ::-1]]), large)
    radiance = _draw_lashes(basis, radiance, fragments, cards, 0.95 if person.male < 0.5 else 0.7)
    return Rendering(
        picture=film.develop(radiance, scene, side),
        landmarks=camera.project(camera.turn(head.landmarks(basis))) / np.float32(oversampling),
        moved=np.concatenate([head.moved, mesh.vertices[len(head.moved) :]]),
        fragments=fragments,
    )


def _draw_lashes(basis: Basis, radiance: Array, solid: Fragments, cards: Fragments, darkness: float) -> Array:
    """Draw lashes as hairs that thin out from the lid, where nothing nearer hides them."""
    depth = solid.image(solid.depths, -9.0).ravel()
    where = cards.interpolate(np.concatenate([basis.vertices, basis.lash_reach[:, None]], axis=1))
    around = np.arctan2(where[:, 1] - EYE_CENTRE[1], np.abs(where[:, 0]) - EYE_CENTRE[0])
    hairs = np.clip(1 - where[:, 3] / 0.05, 0, 1) * (0.6 + 0.4 * np.sin(around * 70))
    hairs *= np.where(where[:, 1] > EYE_CENTRE[1] - 0.01, 1, 0.45) * (cards.depths + 0.02 > depth[cards.pixels])
    cover = atlas.blur(cards.image(darkness * hairs), 0.5)[..., None]
    return np.asarray(radiance * (1 - cover) + 0.01 * cover, np.float32)
