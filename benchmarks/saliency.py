"""How much faster saliency is than a plain implementation of the same, in one run: `python benchmarks/saliency.py`.

Figures, each the ratio of the plain time to fercore's (median, smallest and largest of the rounds):

``extremal_small``
    Extremal Perturbation with the small network at 64 px: four areas of each image, equal settings and steps. Plain: one
    image at a time, every mask at full resolution from its formula, a sort for the area, BatchNorm as it is.
``cam_grad_cam``
    CAM and Grad-CAM of the same images. Plain: captum's LayerGradCam, image by image.

``--json`` prints them for programs. Times are those of this process's CPU: run with OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from captum.attr import LayerGradCam
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).parents[1]))  # the checkout, when it is run as a file

from fercore.machines.network import build_classifier
from fercore.saliency.maps import METHODS
from fercore.saliency.mask import MaskShape
from fercore.saliency.networks import folded_copy
from fercore.saliency.pyramid import gaussian_blur
from fercore.settings import CamSettings, ExtremalSettings, GradCamSettings


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


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(ours: Callable[[], object], plain: Callable[[], object], rounds: int) -> dict[str, float]:
    """Time both in turn."""
    times = [(seconds(ours), seconds(plain)) for _ in range(rounds)]
    ratios = [b / a for a, b in times]
    return {
        "ratio": statistics.median(ratios),
        "smallest": min(ratios),
        "largest": max(ratios),
        "ours_s": statistics.median(a for a, _ in times),
        "plain_s": statistics.median(b for _, b in times),
    }


def extremal_small(n_images: int, steps: int, rounds: int) -> dict[str, float]:
    classifier = build_classifier("small", 2, seed=0).eval().requires_grad_(False)
    x = torch.randn(n_images, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    targets = torch.zeros(n_images, dtype=torch.long)
    settings = replace(ExtremalSettings(), steps=steps)
    method = METHODS.get("extremal-perturbation")

    def ours() -> Tensor:
        return torch.from_numpy(method(classifier, x, targets, settings, report=[].append)["masks"]).float()

    def plain() -> Tensor:
        return torch.stack([plain_extremal(classifier, image[None], 0, settings) for image in x])

    network = folded_copy(classifier, x)
    batch = torch.randn(4 * n_images, 3, 64, 64).to(memory_format=torch.channels_last).requires_grad_()

    def floor() -> None:
        for _ in range(steps):
            torch.autograd.grad(network(batch).sum(), batch)

    difference = (ours() - plain()).abs().max().item()
    found = compare(ours, plain, rounds)
    times_floor = found["ours_s"] / statistics.median(seconds(floor) for _ in range(rounds))
    per_image = found["ours_s"] / n_images / steps * ExtremalSettings().steps
    return found | {"times_floor": times_floor, "s_per_image_800_steps": per_image, "largest_difference": difference}


def cam_grad_cam(n_images: int, rounds: int) -> dict[str, float]:
    classifier = build_classifier("small", 2, seed=0).eval()
    x = torch.randn(n_images, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    targets = torch.zeros(n_images, dtype=torch.long)

    def ours() -> Tensor:
        METHODS.get("cam")(classifier, x, targets, CamSettings(), report=[].append)
        maps = METHODS.get("grad-cam")(classifier, x, targets, GradCamSettings(), report=[].append)["maps"]
        return torch.from_numpy(maps)

    def plain() -> Tensor:
        method = LayerGradCam(classifier, classifier.body)
        maps = []
        for image in x:
            for relu in (False, True):
                map_ = method.attribute(image[None].clone().requires_grad_(), target=0, relu_attributions=relu)
            maps.append(map_[0, 0].detach())
        return torch.stack(maps)

    difference = (ours() - plain()).abs().max().item()
    return compare(ours, plain, rounds) | {"largest_difference": difference}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--images", type=int, default=10, help="images of one pair")
    parser.add_argument("--steps", type=int, default=10, help="steps of Extremal Perturbation that are timed")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    figures = {
        "extremal_small": extremal_small(chosen.images, chosen.steps, chosen.rounds),
        "cam_grad_cam": cam_grad_cam(chosen.images, chosen.rounds),
    }
    if chosen.json:
        print(json.dumps(figures, indent=1))
        return
    for name, figure in figures.items():
        print(name, ", ".join(f"{key} {value:.3g}" for key, value in figure.items()))


if __name__ == "__main__":
    main()
