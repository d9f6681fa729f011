"""Networks written as modules alone, for methods that have a rule for every kind of module.

Guided backpropagation and relevance propagation change what modules hand back. They see neither ``functional.relu`` nor the
``+`` of a way around, and stumble over modules that run twice, or that work in place. `modular_copy` traces a network and puts
a module of its own into each of these places; the outputs stay the same.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable
from typing import Any, Final

import torch
from captum.attr._utils.custom_modules import Addition_Module
from torch import Tensor, fx, nn
from torch.nn import functional

from fercore.saliency.networks import folded_copy, frozen_copy, same_outputs

_RECTIFIERS: Final = (torch.relu, torch.relu_, functional.relu, functional.relu_, "relu", "relu_")
_ADDITIONS: Final = (operator.add, operator.iadd, torch.add, "add", "add_")
_MEANS: Final = (torch.mean, "mean")
_IDLE: Final = (nn.Identity, nn.Dropout, nn.Dropout2d)
"""Modules that hand on what they get, in evaluation mode."""


class Average(nn.AdaptiveAvgPool2d):
    """The average over positions, (B, K, h, w) to (B, K)."""

    def __init__(self) -> None:
        super().__init__(1)

    def forward(self, x: Tensor) -> Tensor:
        """Average over positions."""
        return super().forward(x).flatten(1)


def modular_copy(classifier: nn.Module, x: Tensor) -> fx.GraphModule | None:
    """Copy a classifier as a graph of modules: frozen, in evaluation mode, BatchNorm folded into the convolutions.

    Every module runs once, none works in place, and each works on copies of its inputs that nothing else sees.

    Parameters
    ----------
    classifier
        From images to outputs.
    x
        (B, C, s, s), images that it takes.

    Returns
    -------
    torch.fx.GraphModule or None
        None for a network that cannot be traced.
    """
    with torch.no_grad():
        expected = frozen_copy(classifier)(x[:1])
    folded = folded_copy(classifier, x, slopes=False)
    if not isinstance(folded, fx.GraphModule):
        return None
    network = fx.GraphModule(folded, copy.deepcopy(folded.graph))
    for node in list(network.graph.nodes):
        _rewrite(network, node)
    network.delete_all_unused_submodules()
    network.recompile()
    network.eval().requires_grad_(False)
    with torch.no_grad():
        return network if same_outputs(network(x[:1]), expected) else None


def _rewrite(network: fx.GraphModule, node: fx.Node) -> None:
    """Put a module of its own at a node, where there is one for it."""
    module = _module_for(network, node)
    if isinstance(module, _IDLE):
        node.replace_all_uses_with(node.args[0])  # type: ignore[arg-type]
        network.graph.erase_node(node)
    elif isinstance(module, nn.Flatten):
        node.op, node.target = "call_function", torch.flatten
        node.args = (*node.args, module.start_dim, module.end_dim)
    elif module is not None:
        if node.op != "call_module":
            node.args, node.kwargs = tuple(a for a in node.args if isinstance(a, fx.Node)), {}
        name = f"{node.name}_alone"
        network.add_submodule(name, module)
        node.op, node.target = "call_module", name
        with network.graph.inserting_before(node):
            give: Callable[[fx.Node], fx.Node] = lambda source: network.graph.call_method("clone", (source,))  # noqa: E731
            node.args, node.kwargs = fx.map_arg(node.args, give), fx.map_arg(node.kwargs, give)


def _module_for(network: fx.GraphModule, node: fx.Node) -> nn.Module | None:
    """Give the module that is to stand at a node; None for what stays: inputs, outputs, and other functions."""
    if node.op == "call_module":
        module = copy.deepcopy(network.get_submodule(str(node.target)))
        if getattr(module, "inplace", False):
            module.inplace = False  # type: ignore[assignment]
        return module
    if node.op not in ("call_function", "call_method"):
        return None
    if node.target in _RECTIFIERS:
        return nn.ReLU()
    if node.target in _ADDITIONS and len(node.args) == 2 and len(node.all_input_nodes) == 2 and not node.kwargs:
        addition: nn.Module = Addition_Module()
        return addition
    return Average() if node.target in _MEANS and _over_positions(node) else None


def _over_positions(node: fx.Node) -> bool:
    """Tell whether a mean is the one over the two positions of (B, K, h, w)."""
    given: dict[str, Any] = dict(zip(("dim", "keepdim"), node.args[1:], strict=False)) | node.kwargs
    return (
        set(given) <= {"dim", "keepdim"}
        and not given.get("keepdim")
        and isinstance(given.get("dim"), list | tuple)
        and {d % 4 for d in given["dim"]} == {2, 3}
    )
