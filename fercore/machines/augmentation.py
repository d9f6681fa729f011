"""Random changes of training images, a batch at a time (paper 5.1)."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from fercore.settings import AugmentationSettings


def augment(x: Tensor, settings: AugmentationSettings, generator: torch.Generator) -> Tensor:
    """Flip, shift, scale and rotate images, and change their brightness and contrast; each image in its own way.

    The four changes of place are one affine map, so pixels are interpolated (bilinearly) once; what comes into view is the
    border, continued. Contrast changes around the image's own mean.

    Parameters
    ----------
    x
        (B, 3, s, s), float32 in [0, 1].
    settings
        How much; all amounts are drawn evenly between their two extremes.
    generator
        Random numbers, on the CPU whatever the device, so that all devices see the same images.

    Returns
    -------
    Tensor
        (B, 3, s, s), in [0, 1].
    """
    n = len(x)

    def amount(largest: float, *shape: int) -> Tensor:
        return (torch.rand(n, *shape, generator=generator) * 2 - 1) * largest

    flip = torch.where(torch.rand(n, generator=generator) < settings.flip_probability, -1.0, 1.0)
    angle = amount(math.radians(settings.rotation_degrees))
    zoom = 1 / (1 + amount(settings.scale))
    affine = torch.empty(n, 2, 3)  # from places in the new image to places in the old one, both from -1 to 1
    affine[:, 0, 0] = flip * zoom * angle.cos()
    affine[:, 0, 1] = -zoom * angle.sin()
    affine[:, 1, 0] = flip * zoom * angle.sin()
    affine[:, 1, 1] = zoom * angle.cos()
    affine[:, :, 2] = amount(2 * settings.shift_fraction, 2)
    contrast = 1 + amount(settings.contrast, 1, 1, 1).to(x.device)
    brightness = amount(settings.brightness, 1, 1, 1).to(x.device)

    grid = functional.affine_grid(affine.to(x.device), list(x.shape), align_corners=False)
    x = functional.grid_sample(x, grid, mode="bilinear", padding_mode="border", align_corners=False)
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    return ((x - mean) * contrast + mean + brightness).clamp(0, 1)
