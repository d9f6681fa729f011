"""What the last feature map says for a class, when all that follows is an average and a linear head.

With features F (K, h, w) and logits z = W mean(F) + b, class activation mapping is CAM_c = sum_k W[c, k] F_k, and the
gradient of z_c at every position of F_k is W[c, k] / (h w). Both are known after one forward pass. Which layer gives F, and
whether this is the network's head, is found by `fercore.machines.feature_map.find_cam_layer`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import torch
from torch import Tensor, nn

from fercore.errors import InputError, SettingsError
from fercore.machines.cam_layer import CamLayer
from fercore.machines.feature_map import find_cam_layer, reading
from fercore.saliency.maps import Report
from fercore.saliency.networks import batches, check_batch, frozen_copy
from fercore.store import Arrays

BATCH = 64
"""Images in one forward pass."""


def find_feature_map(network: nn.Module, x: Tensor, method: str, layer: str = "") -> CamLayer:
    """Find the last feature map, or that of a ``layer``.

    Raises
    ------
    InputError
        In the name of ``method``, when no module gives a feature map.
    SettingsError
        When the network has no such layer, or it gives no feature map.
    """
    cam_layer = find_cam_layer(network, x)
    if layer not in ("", cam_layer.layer):
        return _layer_called(layer, network, x)
    if not cam_layer.layer:
        raise InputError(
            f"{method} needs a feature map, and this network has none: {cam_layer.why_not}. Take Extremal Perturbation."
        )
    return cam_layer


def _layer_called(layer: str, network: nn.Module, x: Tensor) -> CamLayer:
    names = [name for name, _ in network.named_modules() if name]
    if layer not in names:
        near = difflib.get_close_matches(layer, names, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"The first is {names[0]!r}, the last {names[-1]!r}."
        raise SettingsError(f"layer is {layer!r}, and the network has no module of that name. {hint}")
    with torch.no_grad(), reading(network, layer) as outputs:
        network(x[:1])
    shape = tuple(outputs[-1].shape[1:]) if outputs else ()
    if len(shape) != 3 or shape[1] != shape[2]:
        raise SettingsError(f"layer is {layer!r}, whose output is no map of features K x h x h. Name another, or none.")
    return CamLayer(layer, shape, "", "the layer is not the last one")


_KEPT: ContextVar[dict[tuple[str, int], Tensor] | None] = ContextVar("features", default=None)


@contextmanager
def one_pass() -> Iterator[None]:
    """Let methods share one forward pass: in this context all of them look at the same images through the same classifier."""
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def _features(network: nn.Module, layer: str, x: Tensor, rows: slice) -> Tensor:
    """Give the features (b, K, h, w) of some of the images, without gradients."""
    kept = _KEPT.get()
    if kept is not None and (layer, rows.start) in kept:
        return kept[layer, rows.start]
    with torch.no_grad(), reading(network, layer) as outputs:
        network(x[rows])
    if kept is not None:
        kept[layer, rows.start] = outputs[-1]
    return outputs[-1]


EVIDENCE = ("label", "contrast")
"""What speaks for a label, and what speaks for it rather than for the strongest other."""


def check_evidence(evidence: str) -> None:
    """Raise `SettingsError` for evidence that there is none of."""
    if evidence not in EVIDENCE:
        raise SettingsError(f"evidence is {evidence!r}; it must be one of {', '.join(EVIDENCE)}.")


def lead(logits: Tensor) -> Tensor:
    """Give by how much each output (B, L) exceeds the largest other one."""
    best, places = logits.topk(2, dim=1)
    largest_other = best[:, :1].expand_as(logits).scatter(1, places[:, :1], best[:, 1:])
    return logits - largest_other


def class_evidence(
    network: nn.Module, cam_layer: CamLayer, x: Tensor, targets: Tensor, evidence: str = "label"
) -> Tensor:
    """Weigh the features of images (B, C, s, s) by the head's weights for each target, in batches.

    For the ``contrast`` the weights of the strongest other label, the one whose logit is largest, are subtracted.

    Returns
    -------
    Tensor
        (B, h, w), signed, without the bias and without gradients.
    """
    head = network.get_submodule(cam_layer.head)
    weight = network.get_parameter(f"{cam_layer.head}.weight").detach()
    parts = []
    for rows in batches(len(x), BATCH):
        features, own = _features(network, cam_layer.layer, x, rows), targets[rows]
        weights = weight[own]
        if evidence == "contrast":
            with torch.no_grad():
                logits = head(features.mean(dim=(2, 3)))
            weights = weights - weight[logits.scatter(1, own[:, None], -torch.inf).argmax(dim=1)]
        parts.append(torch.einsum("bk,bkhw->bhw", weights, features))
    return torch.cat(parts)


def features_and_gradients(
    network: nn.Module, cam_layer: CamLayer, x: Tensor, targets: Tensor
) -> Iterator[tuple[Tensor, Tensor]]:
    """Give the features of images (B, C, s, s), and the gradients of each target's logit in them, in batches.

    Yields
    ------
    tuple
        F and g, both (b, K, h, w), without gradients. Behind an average and a linear head g is known without a backward
        pass.
    """
    for rows in batches(len(x), BATCH):
        if cam_layer.head:
            features = _features(network, cam_layer.layer, x, rows)
            weight = network.get_parameter(f"{cam_layer.head}.weight")[targets[rows]]
            yield features, (weight / features[0, 0].numel())[..., None, None].expand_as(features)
        else:
            yield _by_gradients(network, cam_layer.layer, x[rows], targets[rows])


def map_by_gradients(
    classifier: nn.Module,
    x: Tensor,
    targets: Tensor,
    weigh: Callable[[Tensor, Tensor], Tensor],
    method: str,
    report: Report,
    layer: str = "",
) -> Arrays:
    """Make maps from the last features and their gradients, and keep what is positive.

    Parameters
    ----------
    classifier, x, targets, report
        As for methods.
    weigh
        Takes F and g, both (b, K, h, w), and gives (b, h, w).
    method
        What the method is called.
    layer
        Whose features; those of the last feature map when empty.

    Returns
    -------
    dict
        ``maps`` (B, h, w), 0 or more.

    Raises
    ------
    InputError
        When no module gives a feature map.
    SettingsError
        When the network has no such layer, or it gives no feature map.
    """
    check_batch(x, targets)
    network = frozen_copy(classifier)
    cam_layer = find_feature_map(network, x, method, layer)
    maps = [weigh(*both).relu() for both in features_and_gradients(network, cam_layer, x, targets)]
    report({"done": len(x), "total": len(x), "message": method})
    return {"maps": torch.cat(maps).float().cpu().numpy()}


@torch.enable_grad()
def _by_gradients(network: nn.Module, layer: str, x: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    features: list[Tensor] = []

    def keep(_module: nn.Module, _inputs: object, output: Tensor) -> Tensor:
        features.append(output)
        return output.clone()  # what follows may work in place

    handle = network.get_submodule(layer).register_forward_hook(keep)
    try:
        logits = network(x.clone().requires_grad_())
    finally:
        handle.remove()
    own = logits.gather(1, targets[:, None]).sum()
    (gradients,) = torch.autograd.grad(own, features[-1])
    return features[-1].detach(), gradients
