"""RISE.

Petsiuk, Das, Saenko, *RISE: Randomized Input Sampling for Explanation of Black-box Models*, BMVC 2018, equation 6: the mean of
random masks, each weighed by the target's probability on the masked image. Masks are coarse grids of kept cells, enlarged
bilinearly by one cell more than the image needs, and cropped at random.

What a mask leaves out has the mean colour, as published, or is what people saw before the first click.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from fercore.errors import SettingsError
from fercore.saliency.blurred import experiment_blur
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.method_settings import RiseSettings
from fercore.saliency.networks import batches, check_batch, folded_copy, images_at_once
from fercore.store import Arrays

FILLS = ("mean", "blurred")
"""What the rest of a masked image is made of."""


@METHODS.register
@torch.no_grad()
def explain(classifier: nn.Module, x: Tensor, targets: Tensor, settings: RiseSettings, *, report: Report) -> Arrays:
    """Mask each image (B, 3, s, s) by the same random masks, and average masks by the target's probability.

    Returns
    -------
    dict
        ``maps`` (B, s, s): 0..1 but for sampling: the target's probability where a pixel is kept.

    Raises
    ------
    SettingsError
        For settings outside their range.
    """
    check_batch(x, targets)
    check_settings(settings)
    network = folded_copy(classifier, x, slopes=False)
    rest = experiment_blur(x, settings.blur_fraction) if settings.fill == "blurred" else torch.zeros_like(x)
    maps = torch.zeros_like(x[:, 0])
    n_done = 0
    for drawn in random_masks(settings, x.shape[-1], images_at_once(x)):
        masks = drawn.to(x)
        for row in range(len(x)):
            masked = torch.lerp(rest[row], x[row], masks[:, None])
            probability = network(masked).softmax(dim=1)[:, targets[row]]
            maps[row] += torch.tensordot(probability, masks, dims=1)
        n_done += len(masks)
        report({"done": n_done, "total": settings.n_masks, "message": "RISE"})
    maps /= settings.n_masks * settings.keep
    return {"maps": maps.float().cpu().numpy()}


def random_masks(settings: RiseSettings, side: int, n_at_once: int) -> Iterator[Tensor]:
    """Draw the masks for images of a side, as many at once: (n, side, side) in [0, 1]."""
    generator = torch.Generator().manual_seed(settings.seed)
    cell_px = math.ceil(side / settings.cells)
    kept = torch.rand(settings.n_masks, 1, settings.cells, settings.cells, generator=generator) < settings.keep
    shifts = torch.randint(cell_px, (settings.n_masks, 2), generator=generator)
    for rows in batches(settings.n_masks, n_at_once):
        size = (settings.cells + 1) * cell_px
        large = functional.interpolate(kept[rows].float(), size=size, mode="bilinear")[:, 0]
        yield torch.stack(
            [one[y : y + side, x : x + side] for one, (y, x) in zip(large, shifts[rows].tolist(), strict=True)]
        )


def check_settings(settings: RiseSettings) -> None:
    """Raise `SettingsError` for a setting outside its range."""
    if settings.fill not in FILLS:
        raise SettingsError(f"fill is {settings.fill!r}; it must be one of {', '.join(FILLS)}.")
    if not 0 < settings.keep <= 1:
        raise SettingsError(f"keep is {settings.keep!r}; it must be more than 0 and at most 1.")
    for name in ("n_masks", "cells"):
        if getattr(settings, name) < 1:
            raise SettingsError(f"{name} is {getattr(settings, name)!r}; it must be at least 1.")
