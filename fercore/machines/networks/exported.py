"""A network exported by ``torch.export``: the path of a ``.pt2`` file.

The program gives features (B, K, h, w), which fercore averages and weighs by a linear head of its own, or exactly as many
outputs as there are labels. Such a file holds a graph of operations with its weights. It must take batches of any size
(``dynamic_shapes``), and its batch normalisations must still be whole operations, so that they can learn: then the
operations that work otherwise in training are switched with the mode.

**Trust**: torch unpickles parts of such a file, so opening one may run code in it. Only files that the user names are
opened.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, fx, nn

from fercore.errors import DamagedError, InputError, MissingError
from fercore.machines.network import FAMILIES, Family
from fercore.store import digest_file

_ATEN = torch.ops.aten
_SWITCHES: dict[Any, int] = {
    _ATEN.batch_norm.default: 5, _ATEN.instance_norm.default: 5, _ATEN.dropout.default: 2, _ATEN.dropout_.default: 2,
    _ATEN.feature_dropout.default: 2, _ATEN.feature_dropout_.default: 2, _ATEN.alpha_dropout.default: 2,
}  # fmt: skip
"""Operations that work otherwise in training, and which of their arguments says so."""

_FINAL = ("batch_norm", "native_dropout")
"""How operations are called that were lowered to one mode, and cannot be switched."""


class ExportedNetwork(nn.Module):
    """An exported program that learns: its mode is written into its graph.

    Parameters
    ----------
    program
        The program's module.
    """

    def __init__(self, program: fx.GraphModule) -> None:
        super().__init__()
        self.program = program

    def forward(self, x: Tensor) -> Tensor:
        """Run the program."""
        result: Tensor = self.program(x)
        return result

    def train(self, mode: bool = True) -> ExportedNetwork:
        """Switch the operations that work otherwise in training; the program itself takes no ``train()``."""
        changed = False
        for node in self.program.graph.nodes:
            place = _SWITCHES.get(node.target)
            if place is not None and node.args[place] != mode:
                node.update_arg(place, mode)
                changed = True
        if changed:
            self.program.recompile()
        self.training = mode
        return self


@FAMILIES.register
class Exported(Family):
    """Files of ``torch.export``."""

    name_says_all = False

    def build(self, name: str, n_outputs: int, input_side: int) -> nn.Module:  # noqa: ARG002  the file has its outputs
        """Load a program with its weights."""
        path = _existing(name)
        try:
            program = torch.export.load(path).module()
        except Exception as error:
            raise DamagedError(
                f"{name} cannot be loaded as a file of torch.export ({type(error).__name__}: {error}). Export it again."
            ) from error
        network = ExportedNetwork(program)
        _check_trainable(network, name, input_side)
        return network

    def first_weights(self, name: str) -> str:
        """Say that the weights are the file's."""
        return f"those in {Path(name).name} (sha256 {digest_file(_existing(name))[:16]})"

    def digest(self, name: str) -> str:
        """Give the SHA-256 of the file."""
        return digest_file(_existing(name))


def _existing(name: str) -> Path:
    path = Path(name).expanduser()
    if not path.is_file():
        raise MissingError(f"The exported network {name!r} does not exist. Name a .pt2 file on this machine.")
    return path


def _check_trainable(network: ExportedNetwork, name: str, input_side: int) -> None:
    """Raise `InputError` unless the program can be switched to training, has weights, and takes batches of any size."""
    final = {
        str(node.target)
        for node in network.program.graph.nodes
        if node.op == "call_function"
        and node.target not in _SWITCHES
        and any(word in str(node.target) for word in _FINAL)
    }
    if final:
        raise InputError(
            f"{name} was lowered for one mode ({min(final)}), so it cannot learn. Export it by torch.export.export, without "
            "run_decompositions."
        )
    if not any(parameter.requires_grad for parameter in network.parameters()):
        raise InputError(f"{name} has no weights that can learn. Export a network whose parameters require gradients.")
    for size in (1, 2, 3):
        try:
            with torch.no_grad():
                network.eval()(torch.zeros(size, 3, input_side, input_side))
        except Exception as error:
            raise InputError(
                f"{name} does not take {size} image(s) of {input_side} px ({str(error).strip().splitlines()[0]}). Export it "
                "for images of this side, with dynamic_shapes=({0: torch.export.Dim('batch')},)."
            ) from error
