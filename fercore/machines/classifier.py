"""What a classifier is, whichever network it is made of: a body, and the last linear layer as its head."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from fercore.errors import InputError
from fercore.machines.feature_map import find_cam_layer, reading


class Average(nn.Module):
    """The average over positions."""

    def forward(self, x: Tensor) -> Tensor:
        """Average features (B, K, h, w) to (B, K)."""
        return x.mean(dim=(2, 3))


class Classifier(nn.Module):
    """A network that tells labels apart.

    Parameters
    ----------
    body
        All of the network but its head.
    head
        The last linear layer; `torch.nn.Identity` for a network that does not end in one.
    averages
        Whether the body gives features (B, K, h, w), which are averaged for the head.
    head_name
        What the head was called in the network, whose body has a gap there; None where the head is ours.
    input_side
        Side in px of the images that it is made for.
    contiguous
        Whether the network refuses images whose channels lie together in memory.
    """

    def __init__(
        self,
        body: nn.Module,
        head: nn.Module,
        *,
        averages: bool,
        head_name: str | None,
        input_side: int,
        contiguous: bool,
    ) -> None:
        super().__init__()
        self.body = body
        self.pool: nn.Module = Average() if averages else nn.Identity()
        self.head = head
        self.head_name = head_name
        self.contiguous = contiguous
        x = _test_image(input_side)
        with torch.no_grad():
            self.n_outputs: int = self.eval()(x).shape[1]
        self.cam_layer = find_cam_layer(self, x)
        self.train()

    def forward(self, x: Tensor) -> Tensor:
        """Give the outputs (logits), (B, n_outputs), for normalised images (B, 3, side, side)."""
        logits: Tensor = self.head(self.pool(self.body(x.contiguous() if self.contiguous else x)))
        return logits

    def evidence(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give what class activation maps are made of, in one pass that gradients go through.

        Returns
        -------
        tuple
            The feature map (B, K, h, w) of `cam_layer`, the head's weights (n_outputs, K), and the outputs.

        Raises
        ------
        InputError
            When CAM is not defined for the network.
        """
        head = self.get_submodule(self.cam_layer.head)
        if not isinstance(head, nn.Linear):
            raise InputError(
                f"Class activation maps are not defined for this network: {self.cam_layer.why_not}. Take a network that ends "
                "in an average and a linear layer, such as resnet50."
            )
        with reading(self, self.cam_layer.layer) as features:
            logits: Tensor = self(x)
        return features[-1], head.weight, logits


def make_classifier(network: nn.Module, name: str, n_outputs: int, input_side: int) -> Classifier:
    """Make a classifier of a network, after showing it one image.

    Features get an average and a head of ours. Of a network that ends in a linear layer, this layer becomes the head. Any
    other network is taken as it is.

    Raises
    ------
    InputError
        When the network cannot take the image, or gives anything but features or ``n_outputs`` outputs.
    """
    last: list[tuple[str, object]] = []
    linear = [(key, module) for key, module in network.named_modules() if key and isinstance(module, nn.Linear)]
    handles = [
        module.register_forward_hook(lambda _m, _i, output, key=key: last.append((key, output)))
        for key, module in linear
    ]
    try:
        output, contiguous = _first_output(network.eval(), name, input_side)
    finally:
        for handle in handles:
            handle.remove()
    options: dict[str, Any] = {"input_side": input_side, "contiguous": contiguous}
    if isinstance(output, Tensor) and output.ndim == 4:
        return Classifier(network, nn.Linear(output.shape[1], n_outputs), averages=True, head_name=None, **options)
    if not isinstance(output, Tensor) or output.shape != (1, n_outputs):
        given = f"outputs {tuple(output.shape)}" if isinstance(output, Tensor) else f"a {type(output).__name__}"
        raise InputError(
            f"The network {name!r} gives {given} for one image, so it cannot be trained. It must give outputs "
            f"(1, {n_outputs}), one per label, or features (1, K, h, w)."
        )
    if last and last[-1][1] is output:
        head_name = last[-1][0]
        head = network.get_submodule(head_name)
        network.set_submodule(head_name, nn.Identity())
        return Classifier(network, head, averages=False, head_name=head_name, **options)
    return Classifier(network, nn.Identity(), averages=False, head_name=None, **options)


def _first_output(network: nn.Module, name: str, input_side: int) -> tuple[object, bool]:
    """Show a network one image: its output, and whether it only takes images that are contiguous in memory."""
    x = _test_image(input_side)
    with torch.no_grad():
        try:
            return network(x.contiguous(memory_format=torch.channels_last)), False
        except Exception:  # whatever it says, the second attempt decides
            pass
        try:
            return network(x), True
        except Exception as error:
            reason = f"{type(error).__name__}: {(str(error).strip() or 'no reason given').splitlines()[0]}"
            raise InputError(
                f"The network {name!r} cannot take images of {input_side} px ({reason}). Take another input_side, or "
                "another network."
            ) from error


def _test_image(input_side: int) -> Tensor:
    return torch.randn(1, 3, input_side, input_side, generator=torch.Generator().manual_seed(0))
