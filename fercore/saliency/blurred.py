"""The experiment's own image without evidence: blurred and gray, as people saw it before the first click.

`ClickReveal` uncovers it by masks, as people did with their clicks: a perturbation of Extremal Perturbation in the place of
`fercore.saliency.pyramid.Pyramid`.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from fercore.errors import SettingsError
from fercore.machines.inputs import MEAN, SD

_LUMINANCE = (0.299, 0.587, 0.114)


def experiment_blur(x: Tensor, fraction: float) -> Tensor:
    """Blur normalised images (B, 3, s, s) by a mean filter of side ``fraction`` s, and take their luminance.

    The same as `fercore.images.blur.blur_image` on the pixels, but for its rounding to whole gray values.

    Returns
    -------
    Tensor
        (B, 3, s, s), normalised, gray.

    Raises
    ------
    SettingsError
        For a fraction outside 0..1.
    """
    if not 0 <= fraction <= 1:
        raise SettingsError(f"blur_fraction is {fraction!r}; it is a part of the image's side, from 0 to 1.")
    mean, sd, luminance = (torch.tensor(values).to(x).view(1, 3, 1, 1) for values in (MEAN, SD, _LUMINANCE))
    gray = ((x * sd + mean) * luminance).sum(dim=1, keepdim=True)
    kernel = max(1, round(fraction * x.shape[-1]))
    before, after = kernel // 2, kernel - 1 - kernel // 2
    gray = functional.pad(gray, (before, after, before, after), mode="reflect")
    gray = functional.avg_pool2d(functional.avg_pool2d(gray, (kernel, 1), stride=1), (1, kernel), stride=1)
    return (gray - mean) / sd


class ClickReveal:
    """Blurred gray images whose colour and detail masks uncover.

    Parameters
    ----------
    images
        (B, C, s, s), normalised.
    fraction
        Side of the kernel of the blur, as a fraction of s.
    """

    def __init__(self, images: Tensor, fraction: float) -> None:
        self.blurred = experiment_blur(images, fraction)
        self._images = images

    def mix(self, masks: Tensor) -> Tensor:
        """Uncover by masks (B, A, s, s) in [0, 1]: images (B A, C, s, s) in channels-last order."""
        mixed = torch.lerp(self.blurred[:, None], self._images[:, None], masks[:, :, None]).flatten(0, 1)
        return mixed.contiguous(memory_format=torch.channels_last)
