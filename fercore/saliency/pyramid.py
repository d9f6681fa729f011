"""Images between sharp and blurred, pixel by pixel: the perturbation of Extremal Perturbation.

A pyramid holds L levels of an image, blurred less and less or fading in, so that the last level is the image itself. A mask
m in [0, 1] chooses at each pixel between levels floor((L - 1) m) and the next, linearly: 1 is sharp, 0 is weakest.
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


def blurring(images: Tensor, n_levels: int, blur_px: float, padding: str) -> list[Tensor]:
    """Blur images (B, C, s, s) less and less: level l by a Gaussian of sd ``blur_px`` (1 - l / (L - 1)); see `gaussian_blur`."""
    return [gaussian_blur(images, blur_px * (1 - level / (n_levels - 1)), padding) for level in range(n_levels)]


def fading(images: Tensor, n_levels: int) -> list[Tensor]:
    """Fade images (B, C, s, s) in from the mean colour: level l is the image times l / (L - 1)."""
    return [images * (level / (n_levels - 1)) for level in range(n_levels)]


class Pyramid:
    """Weaker versions of images, ready to be mixed by masks.

    Parameters
    ----------
    levels
        L of them, at least 2, each (B, C, s, s), normalised; the last is the images themselves.
    """

    def __init__(self, levels: list[Tensor]) -> None:
        stack = torch.stack(levels, dim=1).permute(0, 3, 4, 1, 2)  # (B, s, s, L, C)
        self.blurred = levels[0]
        self.last = len(levels) - 2
        n_images, n_channels, side, _ = levels[0].shape
        # one row per image, pixel and level: the level, and the way to the next one
        self._rows = torch.cat([stack[..., :-1, :], stack.diff(dim=3)], dim=-1).reshape(-1, 2 * n_channels)
        first = torch.arange(n_images * side**2, device=levels[0].device) * (len(levels) - 1)
        self._first_row = first.view(n_images, 1, side, side)

    def mix(self, masks: Tensor) -> Tensor:
        """Mix levels by masks (B, A, s, s) in [0, 1]: images (B A, C, s, s) in channels-last order."""
        position = masks * (self.last + 1)
        level = position.detach().floor().clamp(0, self.last)
        rows = self._rows.index_select(0, (self._first_row + level.long()).flatten())
        base, slope = rows.view(-1, *masks.shape[2:], rows.shape[1]).chunk(2, dim=-1)
        return torch.addcmul(base, slope, (position - level).flatten(0, 1)[..., None]).permute(0, 3, 1, 2)
