"""Layer-wise relevance propagation (LRP).

Bach, Binder, Montavon, Klauschen, Mueller, Samek, *On Pixel-Wise Explanations for Non-Linear Classifier Decisions by
Layer-Wise Relevance Propagation*, PLOS ONE 2015, by `captum.attr.LRP`: the target's logit is divided among the inputs of
each layer by what they contributed, down to the pixels. Rules as in Montavon et al., *Layer-Wise Relevance Propagation: An
Overview*, 2019, where they apply:

- gamma, which favours positive weights, in convolutions and linear layers that a ReLU follows and whose inputs came out of a
  ReLU. Elsewhere (the first layer, and those before the sum of a way around) inputs or outputs are negative, and the
  denominator of this rule could be zero where the layer's output is not;
- epsilon in all others, in the sums of ways around, which divide relevance by what either way contributed, and in averages;
- a ReLU hands relevance on.

Relevance is conserved but for what biases (those of folded BatchNorm too) and epsilon keep: with a network without biases
a map sums up to the logit. With gamma 0 LRP is image times gradient (Ancona et al. 2018), up to epsilon.
"""

from __future__ import annotations

import operator

import torch
from captum.attr import LRP
from captum.attr._utils.custom_modules import Addition_Module
from captum.attr._utils.lrp_rules import EpsilonRule, GammaRule, PropagationRule
from torch import Tensor, fx, nn

from fercore.errors import InputError, SettingsError
from fercore.saliency.maps import METHODS, Report
from fercore.saliency.method_settings import LrpSettings
from fercore.saliency.networks import batches, check_batch, images_at_once
from fercore.saliency.rewriting import Average, modular_copy
from fercore.store import Arrays

WEIGHTED = (nn.Conv2d, nn.Linear)
POOLING = (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, Average)
OTHERS = (nn.BatchNorm2d, Addition_Module)
MOVES = (
    torch.flatten, torch.cat, torch.chunk, torch.split, torch.transpose, torch.permute, torch.reshape, operator.getitem,
    "clone", "contiguous", "flatten", "chunk", "split", "transpose", "permute", "reshape", "view",
    "size", operator.floordiv,  # of sizes
)  # fmt: skip
"""Functions and methods that move values and change none: relevance goes back the way that gradients go."""


@METHODS.register
def explain(classifier: nn.Module, x: Tensor, targets: Tensor, settings: LrpSettings, *, report: Report) -> Arrays:
    """Propagate the target's logit back to the pixels of each image (B, 3, s, s), and sum over colours.

    Returns
    -------
    dict
        ``maps`` (B, s, s): signed, in logits.
        ``logit`` (B,): what was to be divided; the map's sum falls short of it by what biases keep.

    Raises
    ------
    InputError
        For a network with parts that have no rule, or one that cannot be rewritten so that rules apply.
    SettingsError
        For settings outside their range.
    """
    check_batch(x, targets)
    for name in ("gamma", "epsilon"):
        if not getattr(settings, name) >= 0:
            raise SettingsError(f"{name} is {getattr(settings, name)!r}; it must be at least 0.")
    network = modular_copy(classifier, x)
    if network is None:
        raise InputError(
            "LRP needs a network that PyTorch can trace (torch.fx), and this one takes another way from image to image, "
            "or cannot be traced. Take Integrated Gradients."
        )
    method = LRP(network)
    parts = []
    for rows in batches(len(x), images_at_once(x)):
        _set_rules(network, settings)  # captum takes them away each time
        with torch.enable_grad():
            parts.append(method.attribute(x[rows].clone().requires_grad_(), target=targets[rows]).sum(dim=1).detach())
        report({"done": min(rows.stop, len(x)), "total": len(x), "message": "LRP"})
    with torch.no_grad():
        logit = network(x).gather(1, targets[:, None])[:, 0]
    return {"maps": torch.cat(parts).float().cpu().numpy(), "logit": logit.float().cpu().numpy()}


def _set_rules(network: fx.GraphModule, settings: LrpSettings) -> None:
    """Give each module its rule; raises `InputError` for a part of the network that has none."""
    modules = dict(network.named_modules())
    for node in network.graph.nodes:
        if node.op in ("placeholder", "output") or node.target in MOVES:
            continue
        module = modules.get(str(node.target)) if node.op == "call_module" else None
        if type(module) is nn.ReLU:
            continue
        if not isinstance(module, WEIGHTED + POOLING + OTHERS):
            what = type(module).__name__ if module is not None else getattr(node.target, "__name__", str(node.target))
            raise InputError(f"LRP has no rule for {what!r}, which this network contains. Take Integrated Gradients.")
        rectified = isinstance(module, WEIGHTED) and _before_relu(node, modules) and _after_relu(node, modules)
        module.rule = _rule(settings, gamma=rectified)


def _rule(settings: LrpSettings, *, gamma: bool) -> PropagationRule:
    rule = GammaRule(settings.gamma) if gamma and settings.gamma else EpsilonRule()
    rule.STABILITY_FACTOR = settings.epsilon
    return rule


def _before_relu(node: fx.Node, modules: dict[str, nn.Module]) -> bool:
    """Tell whether all that sees a node's output is a ReLU."""
    readers = [reader for copy in node.users for reader in (copy.users if copy.target == "clone" else (copy,))]
    return all(type(modules.get(str(reader.target))) is nn.ReLU for reader in readers)


def _after_relu(node: fx.Node, modules: dict[str, nn.Module]) -> bool:
    """Tell whether a node's input comes out of a ReLU, perhaps pooled or moved."""
    source = node.all_input_nodes[0]
    while source.target in MOVES or isinstance(modules.get(str(source.target)), POOLING):
        if len(source.all_input_nodes) != 1:
            return False
        source = source.all_input_nodes[0]
    return type(modules.get(str(source.target))) is nn.ReLU
