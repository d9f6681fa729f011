"""How a face looks before anybody has clicked: blurred and gray."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from fercore.errors import InputError


def blur_image(image: np.ndarray, fraction: float) -> NDArray[np.uint8]:
    """Blur a face with a square mean filter, then take its luminance (paper 3: ``cv2.blur``, k = 70, then grayscale).

    The paper gives the kernel in px of its own crops; here it is a fraction of the side, so that images of other sizes
    look alike. At 224 px the default of `DesignSettings` is the paper's 70 px.

    Parameters
    ----------
    image
        (side, side, 3), uint8, RGB.
    fraction
        Side of the kernel as a fraction of the image's side, from 0 (only grayscale) to 1.

    Returns
    -------
    numpy.ndarray
        (side, side), uint8, 0..255.
    """
    if not 0 <= fraction <= 1:
        raise InputError(f"blur_fraction is {fraction!r}; it is a part of the image's side, from 0 to 1.")
    kernel = max(1, round(fraction * image.shape[0]))
    blurred = cv2.blur(np.ascontiguousarray(image), (kernel, kernel))
    return np.asarray(cv2.cvtColor(blurred, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
