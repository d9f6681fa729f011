"""Images between sharp and blurred, pixel by pixel: the perturbation of Extremal Perturbation.

A pyramid holds L levels of an image; level l is blurred by a Gaussian of sd ``blur (1 - l / (L - 1))``, so that the
last level is the image itself. A mask m in [0, 1] chooses at each pixel between levels floor((L - 1) m) and the next,
linearly: 1 is sharp, 0 is blurred most.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional


def gaussian_blur(images: Tensor, sd: float, padding: str = "zero") -> Tensor:
    """Blur images (B, C, s, s) by a separable Gaussian of ``sd`` px and radius ceil(4 sd).

    ``padding``: outside lies ``zero`` (in normalised images the mean colour), or the edge is ``replicate``-d.
    """
    radius = math.ceil(4 * sd)
    if radius == 0:
        return images
    offsets = torch.arange(-radius, radius + 1, dtype=torch.float64)
    kernel = torch.exp(-0.5 * (offsets / sd) ** 2)
    kernel = (kernel / kernel.sum()).to(images)
    mode = "constant" if padding == "zero" else "replicate"
    planes = functional.pad(images.flatten(0, 1)[:, None], (radius,) * 4, mode=mode)
    planes = functional.conv2d(planes, kernel[None, None, None, :])
    return functional.conv2d(planes, kernel[None, None, :, None]).view_as(images)


class Pyramid:
    """Blurred versions of images, ready to be mixed by masks.

    Parameters
    ----------
    images
        (B, C, s, s), normalised.
    n_levels
        Levels, at least 2.
    blur_px
        SD of the strongest blur, px.
    padding
        ``zero`` or ``replicate``.
    """

    def __init__(self, images: Tensor, n_levels: int, blur_px: float, padding: str) -> None:
        levels = [gaussian_blur(images, blur_px * (1 - level / (n_levels - 1)), padding) for level in range(n_levels)]
        stack = torch.stack(levels, dim=1).permute(0, 3, 4, 1, 2)  # (B, s, s, L, C)
        self.blurred = levels[0]
        self.last = n_levels - 2
        n_images, n_channels, side, _ = images.shape
        # one row per image, pixel and level: the level, and the way to the next one
        self._rows = torch.cat([stack[..., :-1, :], stack.diff(dim=3)], dim=-1).reshape(-1, 2 * n_channels)
        first = torch.arange(n_images * side**2, device=images.device) * (n_levels - 1)
        self._first_row = first.view(n_images, 1, side, side)

    def mix(self, masks: Tensor) -> Tensor:
        """Mix levels by masks (B, A, s, s) in [0, 1]: images (B A, C, s, s) in channels-last order."""
        position = masks * (self.last + 1)
        level = position.detach().floor().clamp(0, self.last)
        rows = self._rows.index_select(0, (self._first_row + level.long()).flatten())
        base, slope = rows.view(-1, *masks.shape[2:], rows.shape[1]).chunk(2, dim=-1)
        return torch.addcmul(base, slope, (position - level).flatten(0, 1)[..., None]).permute(0, 3, 1, 2)
