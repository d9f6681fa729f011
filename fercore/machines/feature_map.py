"""The last feature map of any network, found by one rule and read while the network runs.

The rule: of all modules, in the order in which they finish, take the last one whose output still has more than one
position. If that output is a feature map (B, K, h, h), it is the layer; if not, because positions are tokens (B, N, K) or
channels come last (B, h, h, K), the network has no feature map that maps can be made of. Images are square, and so is what
convolutions make of them: that tells (B, K, h, h) from (B, h, h, K).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from fercore.machines.cam_layer import CamLayer


@dataclass
class _Seen:
    """What was seen of a network at work."""

    layer: str = ""
    output: Tensor | None = None
    linear: str = ""


def find_cam_layer(network: nn.Module, x: Tensor) -> CamLayer:
    """Find where class activation maps of a network are read, and whether they are defined.

    CAM is defined (Zhou et al. 2016) where the outputs are a linear head on the average of the feature map over positions.
    This is not read off the network's classes but tried: weights of the last linear module that ran times averages must be
    the outputs.

    Parameters
    ----------
    network
        From images to outputs, in evaluation mode; it is left as it is.
    x
        (B, 3, s, s), normalised images; the first one is shown to the network.
    """
    seen = _Seen()

    def watch(name: str, module: nn.Module) -> Callable[..., None]:
        def look(_module: nn.Module, _inputs: object, output: object) -> None:
            if not isinstance(output, Tensor):
                return
            if _has_positions(output):
                seen.layer, seen.output = name, output.clone()
            if isinstance(module, nn.Linear):
                seen.linear = name

        return look

    with _hooks(network, watch), torch.no_grad():
        outputs = network(x[:1])
    if seen.output is None:
        return CamLayer("", (), "", "no module gives an output with more than one position")
    shape = tuple(seen.output.shape[1:])
    if len(shape) != 3 or shape[1] != shape[2]:
        size = " x ".join(map(str, shape))
        return CamLayer("", (), "", f"the last output with positions is {size} ({seen.layer}), not a map K x h x h")
    if not seen.linear or not _weighs_averages(network.get_submodule(seen.linear), seen.output, outputs):
        return CamLayer(seen.layer, shape, "", "what follows is not an average over positions and a linear head")
    return CamLayer(seen.layer, shape, seen.linear)


@contextmanager
def reading(network: nn.Module, layer: str) -> Iterator[list[Tensor]]:
    """Read a layer's outputs as long as the context lasts: each run of the network appends them, with their gradients."""
    outputs: list[Tensor] = []
    handle = network.get_submodule(layer).register_forward_hook(lambda _m, _i, output: outputs.append(output.clone()))
    try:
        yield outputs
    finally:
        handle.remove()


@contextmanager
def _hooks(network: nn.Module, watch: Callable[[str, nn.Module], Callable[..., None]]) -> Iterator[None]:
    handles = [m.register_forward_hook(watch(name, m)) for name, m in network.named_modules() if name]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _has_positions(output: Tensor) -> bool:
    if output.ndim == 4:
        return output.shape[2] * output.shape[3] > 1
    return output.ndim == 3 and output.shape[1] > 1


def _weighs_averages(linear: nn.Module, features: Tensor, outputs: Tensor) -> bool:
    """Tell whether ``outputs`` are the linear module's on averaged features, up to rounding of what features contribute."""
    if not isinstance(linear, nn.Linear) or linear.in_features != features.shape[1]:
        return False
    evidence = functional.linear(features.mean(dim=(2, 3)), linear.weight)
    expected = evidence if linear.bias is None else evidence + linear.bias
    if expected.shape != outputs.shape:
        return False
    slack = 1e-3 * evidence.abs().max() + 1e-6 * expected.abs().max()
    return bool((outputs - expected).abs().max() <= slack)
