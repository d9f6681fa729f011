"""What a participant saw: a blurred gray face with discs of the sharp colour face where it was clicked (paper 4.2)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fercore.humans.click_maps import click_map
from fercore.images.blur import blur_image


def revealed_image(
    image: np.ndarray, clicks: Sequence[Sequence[float]] | np.ndarray, radius_px: float, blur_fraction: float
) -> NDArray[np.uint8]:
    """Show a face as it looked after these clicks.

    Parameters
    ----------
    image
        (side, side, 3), uint8, RGB.
    clicks
        (n, 2) or (n, 3): x, y in px, and t_ms, which is not used; n may be 0.
    radius_px
        Radius of a disc, px.
    blur_fraction
        Side of the blur's kernel as a fraction of the image side (`DesignSettings.blur_fraction`).

    Returns
    -------
    numpy.ndarray
        (side, side, 3), uint8, RGB.
    """
    blurred = blur_image(image, blur_fraction)[..., None]
    seen = click_map(clicks, image.shape[0], radius_px)[..., None]
    return np.where(seen, image, blurred).astype(np.uint8)
