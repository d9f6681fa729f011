"""What a method works on: a network that is never the caller's own.

Every method works on a copy in evaluation mode with frozen weights, so that the classifier it was given has the same
mode, gradients and hooks as before on every way out, an exception included.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.fx.experimental.optimization import fuse

from fercore.errors import InputError
from fercore.saliency.maps import Report

_PIXELS_AT_ONCE = 2**20
"""Pixels of all images that go through a network together: 256 images at 64 px, 20 at 224."""

_ROUNDING = 0.01
"""By how much a folded network may answer otherwise, as a fraction of its largest output: GPUs round coarsely."""

_TURNS = 0.1
"""By how much its gradients may differ, as a fraction of their size."""


def frozen_copy(classifier: nn.Module) -> nn.Module:
    """Copy a classifier, in evaluation mode and with weights that need no gradient."""
    return copy.deepcopy(classifier).eval().requires_grad_(False)


def folded_copy(classifier: nn.Module, x: Tensor, *, slopes: bool = True) -> nn.Module:
    """Copy a classifier for many passes: frozen, BatchNorm folded into the convolutions, weights in channels-last order.

    The outputs and their gradients are the classifier's in evaluation mode up to rounding, which is tried on the first images
    of ``x`` (B, C, s, s). A network that cannot be traced, or answers otherwise then, stays as it is. Without
    ``slopes`` gradients are not tried, for those who take none.
    """
    frozen = frozen_copy(classifier)
    try:
        folded: nn.Module = fuse(frozen).requires_grad_(False).to(memory_format=torch.channels_last)
        few = x[:2]  # with a single image torch takes a slow way through convolutions
        with torch.no_grad():
            alike = same_outputs(*(network(_pixels(few)) for network in (folded, frozen)))
        if slopes and alike:
            alike = _same_slopes(*(_slopes(network, few) for network in (folded, frozen)))
    except Exception:  # what tracing makes of foreign code can fail in any way
        return frozen
    return folded if alike else frozen


def _pixels(x: Tensor) -> Tensor:
    return x.clone(memory_format=torch.channels_last)  # what comes first may work in place


@torch.enable_grad()
def _slopes(network: nn.Module, x: Tensor) -> Tensor:
    """Tell how a network's first output changes with the pixels."""
    pixels = x.detach().clone().requires_grad_()
    (found,) = torch.autograd.grad(network(_pixels(pixels))[:, 0].sum(), pixels)
    return found


def _same_slopes(found: Tensor, expected: Tensor) -> bool:
    """Tell whether gradients are the same but for what rounding does where a ReLU turns: tracing loses gradients of one's own."""
    return float((found - expected).norm()) <= _TURNS * float(expected.norm())


def same_outputs(found: Tensor, expected: Tensor) -> bool:
    """Tell whether a network that was written otherwise answers as before, up to rounding."""
    slack = _ROUNDING * float(expected.abs().max())
    return expected.shape == found.shape and torch.allclose(found, expected, rtol=0, atol=slack)


def batches(n: int, size: int) -> Iterator[slice]:
    """Cut n rows into slices of at most ``size``."""
    return (slice(start, start + size) for start in range(0, n, size))


def images_at_once(x: Tensor) -> int:
    """Give how many images of the size of ``x`` (B, C, s, s) go through a network together."""
    return max(1, _PIXELS_AT_ONCE // x.shape[-1] ** 2)


def image_by_image(attribute: Callable[[slice], Tensor], n: int, report: Report, message: str) -> Tensor:
    """Call a method that shows the network many versions of an image with one image after the other.

    Parameters
    ----------
    attribute
        Gives the maps (1, h, w) of one row.
    n
        Images.
    report, message
        Told after each image.

    Returns
    -------
    Tensor
        (n, h, w), without gradients.
    """
    maps = []
    for row in range(n):
        with torch.enable_grad():
            maps.append(attribute(slice(row, row + 1)).detach())
        report({"done": row + 1, "total": n, "message": message})
    return torch.cat(maps)


def check_batch(x: Tensor, targets: Tensor) -> None:
    """Raise `InputError` unless ``x`` is (B, C, s, s) with B targets."""
    if x.ndim != 4 or x.shape[2] != x.shape[3] or targets.shape != x.shape[:1]:
        raise InputError(
            f"Images of shape {tuple(x.shape)} with targets of shape {tuple(targets.shape)} cannot be explained: "
            "give square images (B, 3, s, s) and one target each."
        )
