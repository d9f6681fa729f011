"""Every classification model of torchvision, by its bare name: ``resnet50`` (He et al. 2016) is the paper's (section 5.1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import torchvision
from torch import nn

from fercore.errors import InputError, MissingError, UnknownNameError
from fercore.machines.network import FAMILIES, Family

_OPTIONS: dict[str, dict[str, Any]] = {
    name: {"aux_logits": False, "transform_input": True, "init_weights": True} for name in ("googlenet", "inception_v3")
}
"""What some models need to be classifiers with one output and ImageNet's scale of pixels."""


@FAMILIES.register
class Torchvision(Family):
    """Models of torchvision."""

    def build(self, name: str, n_outputs: int, input_side: int) -> nn.Module:
        """Build a model with random weights; vision transformers are made for ``input_side``."""
        check_name(name)
        options = dict(_OPTIONS.get(name, {}))
        if name.startswith("vit_"):
            options["image_size"] = input_side
        try:
            network: nn.Module = torchvision.models.get_model(name, num_classes=n_outputs, **options)
        except (AssertionError, ValueError, RuntimeError) as error:
            raise InputError(
                f"torchvision cannot build {name!r} for images of {input_side} px ({error}). Take another input_side."
            ) from error
        if isinstance(network, torchvision.models.DenseNet):
            # its forward applies a ReLU that is no module, after which the features are averaged: make it visible
            network.features.add_module("relu5", nn.ReLU())
        return network

    def imagenet_file(self, name: str) -> Path:
        """Find the file that torchvision would download."""
        check_name(name)
        best: Any = torchvision.models.get_model_weights(name).DEFAULT
        path = Path(torch.hub.get_dir()) / "checkpoints" / Path(best.url).name
        if not path.is_file():
            raise MissingError(
                f"ImageNet weights were asked for, and torchvision's cache has none: {path} does not exist. Download "
                f"{best.url} to that place, or set weights to none, or to a .safetensors file."
            )
        return path


def check_name(name: str) -> None:
    """Raise `UnknownNameError` unless torchvision has a classification model of this name."""
    names = torchvision.models.list_models(module=torchvision.models)
    if name not in names:
        raise UnknownNameError("network", name, [*names, "small"])
