"""A Gaussian in the middle of the image: a control, not an explanation.

Faces are centred, and so are clicks and evidence. What a map shares with this one it would share with any face's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fercore.errors import SettingsError
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.method_settings import CenterGaussianSettings
from fercore.store import Arrays

if TYPE_CHECKING:
    from torch import Tensor, nn


@METHODS.register
def explain(
    classifier: nn.Module,  # noqa: ARG001
    x: Tensor,
    targets: Tensor,  # noqa: ARG001
    settings: CenterGaussianSettings,
    *,
    report: Report,
) -> Arrays:
    """Give every image (B, 3, s, s) the same map; neither classifier nor image counts.

    Returns
    -------
    dict
        ``maps`` (B, s, s): in (0, 1], 1 in the middle.

    Raises
    ------
    SettingsError
        For an SD that is not positive.
    """
    if not settings.sd_fraction > 0:
        raise SettingsError(f"sd_fraction is {settings.sd_fraction!r}; it must be greater than 0.")
    side = x.shape[-1]
    offsets = (np.arange(side) - (side - 1) / 2) / (settings.sd_fraction * side)
    profile = np.exp(-0.5 * offsets**2).astype(np.float32)
    maps = np.repeat(np.outer(profile, profile)[None], len(x), axis=0)
    report({"done": len(x), "total": len(x), "message": "centre"})
    return {"maps": maps}
