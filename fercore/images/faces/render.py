"""One picture of one head: shape, project, rasterise, describe, shade, develop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fercore.images.faces import atlas, film
from fercore.images.faces.basis import Array, Material, load_basis
from fercore.images.faces.camera import Camera
from fercore.images.faces.creases import creases
from fercore.images.faces.expression import Movement
from fercore.images.faces.geometry import shape_head, vertex_normals
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
        (vertices, 3), dm: the head's vertices with the expression.
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
    turned = camera.turn(head.cover)
    points = camera.project(turned)
    solid = basis.triangle_material != Material.LASH
    fragments = rasterise(points, turned[:, 2], basis.triangles[solid], large)
    surface = describe(
        basis,
        person,
        paint,
        creases(movement, person.age),
        scene,
        fragments,
        basis.triangle_material[solid][fragments.triangles],
        vertex_normals(turned, basis.triangles),
        camera.scale,
    )
    radiance = film.backdrop(scene, large)
    radiance.reshape(-1, 3)[fragments.pixels] = shade(fragments, surface, scene, camera.scale)
    lashes = basis.triangles[~solid]
    cards = rasterise(points, turned[:, 2], np.concatenate([lashes, lashes[:, ::-1]]), large)
    radiance = _draw_lashes(radiance, fragments, cards, 0.55 if person.male < 0.5 else 0.38)
    return Rendering(
        picture=film.develop(radiance, scene, side),
        landmarks=camera.project(camera.turn(head.landmarks(basis))) / np.float32(oversampling),
        moved=head.moved,
        fragments=fragments,
    )


def _draw_lashes(radiance: Array, solid: Fragments, cards: Fragments, darkness: float) -> Array:
    depth = solid.image(solid.depths, -9.0).ravel()
    seen = cards.depths + 0.02 > depth[cards.pixels]
    cover = atlas.blur(cards.image(darkness * seen.astype(np.float32)), 0.7)[..., None]
    return np.asarray(radiance * (1 - cover) + 0.01 * cover, np.float32)
