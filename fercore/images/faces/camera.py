"""Where a point of the head falls in the picture: pose, perspective, and a crop fixed by the *neutral* face.

Eyes and mouth of the unmoved face set place and size of the crop, so that neither carries a cue to the expression.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fercore.images.faces.basis import Array
from fercore.images.faces.scene import Scene

EYES_TO_MOUTH = 0.36
"""Distance from the eyes to the mouth in picture sides, at zoom 1."""


@dataclass(frozen=True, eq=False)
class Camera:
    """A projection.

    Parameters
    ----------
    rotation
        (3, 3) pose of the head.
    pivot
        (3,) point of the head about which it turns, dm.
    distance
        Of the camera to that point, dm.
    centre
        (2,) what is in the middle of the picture, dm after rotation and perspective.
    middle
        (2,) where that is, px.
    scale
        Picture px per dm.
    side
        Side of the picture, px.
    """

    rotation: Array
    pivot: Array
    distance: float
    centre: Array
    middle: Array
    scale: float
    side: int

    @classmethod
    def aim(cls, anchors: Array, scene: Scene, side: int) -> Camera:
        """Point the camera by the neutral face's right eye, left eye and mouth (3, 3), dm, for a picture of ``side`` px."""
        right, left, mouth = anchors
        rotation = _rotation(scene.yaw, scene.pitch, scene.roll)
        pivot = anchors.mean(axis=0) + np.array([0, 0, -0.7], np.float32)
        turned = np.einsum("nk,jk->nj", anchors - pivot, rotation)
        flat = turned[:, :2] * (scene.distance / (scene.distance - turned[:, 2:]))
        height = float(np.linalg.norm((right + left) / 2 - mouth))
        return cls(
            rotation=rotation,
            pivot=pivot,
            distance=scene.distance,
            centre=((flat[0] + flat[1]) / 4 + flat[2] / 2 + [0, 0.02]).astype(np.float32),
            middle=(side * (np.array([0.5, 0.515]) + scene.shift)).astype(np.float32),
            scale=side * EYES_TO_MOUTH / height * scene.zoom,
            side=side,
        )

    def turn(self, vertices: Array) -> Array:
        """Points (n, 3) of the head in the camera's frame, dm; z towards the camera."""
        return np.asarray(np.einsum("nk,jk->nj", vertices - self.pivot, self.rotation), np.float32)

    def project(self, turned: Array) -> Array:
        """Picture positions (n, 2), px, of points from `turn`."""
        flat = turned[:, :2] * (self.distance / (self.distance - turned[:, 2:])) - self.centre
        return np.asarray(flat * [self.scale, -self.scale] + self.middle, np.float32)


def _rotation(yaw: float, pitch: float, roll: float) -> Array:
    (cy, cp, cr), (sy, sp, sr) = np.cos([yaw, pitch, roll]), np.sin([yaw, pitch, roll])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(np.einsum("ij,jk,kl->il", about_z, about_x, about_y), np.float32)
