"""Random changes of training images, a batch at a time (paper 5.1)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from fercore.settings import AugmentationSettings


@dataclass(frozen=True)
class Changes:
    """What is done to each of n images."""

    affine: Tensor
    """(n, 2, 3): from places in the new image to places in the old one, both from -1 to 1."""
    contrast: Tensor
    """(n, 1, 1, 1): factor around the image's own mean."""
    brightness: Tensor
    """(n, 1, 1, 1): what is added, on the scale 0..1."""

    def to(self, device: torch.device) -> Changes:
        """Give the same on another device."""
        return Changes(*(part.to(device) for part in (self.affine, self.contrast, self.brightness)))

    def split(self, sizes: Sequence[int]) -> Iterator[Changes]:
        """Divide them into those of consecutive batches."""
        parts = zip(
            *(torch.split(part, list(sizes)) for part in (self.affine, self.contrast, self.brightness)), strict=True
        )
        return (Changes(*part) for part in parts)

    @staticmethod
    def join(parts: Sequence[Changes]) -> Changes:
        """Put those of several batches together; the opposite of `split`."""
        return Changes(
            *(torch.cat([getattr(part, name) for part in parts]) for name in ("affine", "contrast", "brightness"))
        )


def draw_changes(n: int, settings: AugmentationSettings, generator: torch.Generator) -> Changes:
    """Draw a flip, a shift, a scale, a rotation, brightness and contrast for each of n images.

    All amounts are drawn evenly between the two extremes of the settings, on the CPU whatever the device, so that all
    devices see the same images.
    """

    def amount(largest: float, *shape: int) -> Tensor:
        return (torch.rand(n, *shape, generator=generator) * 2 - 1) * largest

    flip = torch.where(torch.rand(n, generator=generator) < settings.flip_probability, -1.0, 1.0)
    angle = amount(math.radians(settings.rotation_degrees))
    zoom = 1 / (1 + amount(settings.scale))
    affine = torch.empty(n, 2, 3)
    affine[:, 0, 0] = flip * zoom * angle.cos()
    affine[:, 0, 1] = -zoom * angle.sin()
    affine[:, 1, 0] = flip * zoom * angle.sin()
    affine[:, 1, 1] = zoom * angle.cos()
    affine[:, :, 2] = amount(2 * settings.shift_fraction, 2)
    contrast = 1 + amount(settings.contrast, 1, 1, 1)
    return Changes(affine, contrast, amount(settings.brightness, 1, 1, 1))


def change(x: Tensor, changes: Changes) -> Tensor:
    """Change images, each in its own way.

    The four changes of place are one affine map, so pixels are interpolated (bilinearly) once; what comes into view is the
    border, continued.

    Parameters
    ----------
    x
        (B, 3, s, s), float32 in [0, 1].
    changes
        What is done to each, on the same device.

    Returns
    -------
    Tensor
        (B, 3, s, s), in [0, 1].
    """
    grid = functional.affine_grid(changes.affine, list(x.shape), align_corners=False)
    x = functional.grid_sample(x, grid, mode="bilinear", padding_mode="border", align_corners=False)
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    return ((x - mean) * changes.contrast + mean + changes.brightness).clamp(0, 1)


def augment(x: Tensor, settings: AugmentationSettings, generator: torch.Generator) -> Tensor:
    """Draw changes for images (B, 3, s, s) in [0, 1] and make them; see `draw_changes` and `change`."""
    return change(x, draw_changes(len(x), settings, generator).to(x.device))
