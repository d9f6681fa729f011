"""Extremal Perturbation as plainly as it can be written: the peer in `benchmarks/saliency.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).parents[1]))  # the checkout, when it is run as a file

from fercore.saliency.mask import MaskShape
from fercore.saliency.pyramid import gaussian_blur
from fercore.settings import ExtremalSettings


def plain_window(shape: MaskShape) -> tuple[Tensor, Tensor]:
    """Node (the last one is off the grid) and kernel of each pixel's window, (pixels, 81)."""
    position = torch.arange(shape.bordered_side) - shape.sigma
    node = position.div(shape.step, rounding_mode="floor")[:, None] + torch.arange(-shape.radius, shape.radius + 1)
    distance, on_grid = position[:, None] - node * shape.step, (node >= 0) & (node < shape.n_nodes)
    both = on_grid[:, None, :, None] & on_grid[None, :, None, :]
    index = node[:, None, :, None] * shape.n_nodes + node[None, :, None, :]
    r = (distance[:, None, :, None] ** 2 + distance[None, :, None, :] ** 2).sqrt() / shape.sigma
    pixels = shape.bordered_side**2
    return torch.where(both, index, shape.n_nodes**2).view(pixels, -1), (-2 * (r - 0.5).relu() ** 2).exp().view(
        pixels, -1
    )


def plain_extremal(classifier: nn.Module, image: Tensor, target: int, settings: ExtremalSettings) -> Tensor:
    """Masks (A, s, s) of one image (1, 3, s, s)."""
    side, areas, n_levels = image.shape[-1], settings.areas, settings.n_levels
    shape = MaskShape.of(side, settings.cell_fraction, settings.sigma_cells)
    node, kernel = plain_window(shape)
    sds = [settings.blur_fraction * side * (1 - level / (n_levels - 1)) for level in range(n_levels)]
    levels = torch.stack([gaussian_blur(image, sd, settings.padding)[0] for sd in sds])
    n = shape.bordered_side**2
    n_zeros = torch.tensor([int(n * (1 - area)) for area in areas])
    template = (torch.arange(n) >= n_zeros[:, None]).float()
    parameters = torch.ones(len(areas), shape.n_nodes**2, requires_grad=True)
    descent = torch.optim.SGD([parameters], lr=settings.learning_rate, momentum=0.9, dampening=0.9)
    inside = slice(shape.sigma, shape.sigma + side)

    def masks() -> Tensor:
        z = nn.functional.pad(parameters, (0, 1))[:, node] * kernel
        powers = (20 * z).exp()
        return ((z * powers).sum(2) / powers.sum(2)).view(-1, shape.bordered_side, shape.bordered_side)

    for step in range(settings.steps):
        mask = masks()
        position = mask[:, None, inside, inside] * (n_levels - 1)
        level = position.detach().floor().clamp(max=n_levels - 2).long()
        stack = levels[None].expand(len(areas), -1, -1, -1, -1)
        low, high = (
            stack.gather(1, at[:, None].expand(-1, -1, image.shape[1], -1, -1))[:, 0] for at in (level, level + 1)
        )
        mixed = low + (position - level) * (high - low)
        reward = classifier(mixed.flip(-1) if step % 2 == 0 else mixed)[:, target]
        penalty = (mask.flatten(1).sort(dim=1).values - template).square().mean(dim=1)
        weight = settings.area_weight * settings.area_growth**step
        descent.zero_grad()
        (weight * penalty - reward).sum().backward()
        descent.step()
        with torch.no_grad():
            parameters.clamp_(0, 1)
    return masks().detach()[:, inside, inside]
