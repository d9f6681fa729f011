"""Edges of the image: a control, not an explanation.

Adebayo, Gilmer, Muelly, Goodfellow, Hardt, Kim, *Sanity Checks for Saliency Maps*, NeurIPS 2018: some methods do little
more than find edges, whatever the network has learned. What a map shares with this one says nothing about the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from fercore.errors import SettingsError
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.method_settings import EdgeMapSettings
from fercore.store import Arrays

if TYPE_CHECKING:
    from torch import Tensor, nn


@METHODS.register
def explain(
    classifier: nn.Module,  # noqa: ARG001
    x: Tensor,
    targets: Tensor,  # noqa: ARG001
    settings: EdgeMapSettings,
    *,
    report: Report,
) -> Arrays:
    """Find edges of images (B, 3, s, s), over their channels' mean; the classifier does not count.

    Returns
    -------
    dict
        ``maps`` (B, s, s): size of the gradient (Sobel), 0 or more, in normalised gray per px.

    Raises
    ------
    SettingsError
        For a negative SD of smoothing.
    """
    if not settings.smooth_fraction >= 0:
        raise SettingsError(f"smooth_fraction is {settings.smooth_fraction!r}; it must be at least 0.")
    gray = x.detach().float().mean(dim=1).cpu().numpy()
    maps = np.stack([edges(image, settings.smooth_fraction * image.shape[0]) for image in gray])
    report({"done": len(x), "total": len(x), "message": "edges"})
    return {"maps": maps}


def edges(gray: np.ndarray, smooth_px: float) -> NDArray[np.float32]:
    """Give the size of the gradient of a gray image (s, s), after a Gaussian of ``smooth_px``: (s, s), per px."""
    smooth = cv2.GaussianBlur(gray, (0, 0), smooth_px) if smooth_px > 0 else gray
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, dx, 1 - dx, ksize=3, scale=1 / 8) for dx in (1, 0))
    size: NDArray[np.float32] = np.hypot(across, down)
    return size
