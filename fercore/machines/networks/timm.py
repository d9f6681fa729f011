"""Every model of timm, as ``timm:NAME``. timm is an extra: it is imported when a model of it is asked for."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from torch import nn

from fercore.errors import InputError, MissingError, UnknownNameError
from fercore.machines.network import FAMILIES, Family

WEIGHTS_FILE = "model.safetensors"
"""How weights are called on the Hugging Face hub."""


@FAMILIES.register
class Timm(Family):
    """Models of timm."""

    def build(self, name: str, n_outputs: int, input_side: int) -> nn.Module:
        """Build a model with random weights; those that are made for one side of images are made for ``input_side``."""
        timm, model = _find(name)
        options = {"img_size": input_side} if timm.get_pretrained_cfg(model).fixed_input_size else {}
        try:
            network: nn.Module = timm.create_model(model, pretrained=False, num_classes=n_outputs, **options)
        except (AssertionError, ValueError, TypeError, RuntimeError) as error:
            raise InputError(
                f"timm cannot build {name!r} for images of {input_side} px ({error}). Take another input_side, or "
                "another network."
            ) from error
        return network

    def imagenet_file(self, name: str) -> Path:
        """Find timm's pretrained weights in the local cache of the Hugging Face hub; nothing is downloaded."""
        timm, model = _find(name)
        from huggingface_hub import try_to_load_from_cache

        repository = timm.get_pretrained_cfg(model).hf_hub_id
        path = try_to_load_from_cache(repository, WEIGHTS_FILE) if repository else None
        if not isinstance(path, str):
            raise MissingError(
                f"Pretrained weights of {name!r} were asked for, and the local cache of the Hugging Face hub has none "
                f"({repository or 'timm names no place for them'}). Fetch them with `timm.create_model({model!r}, "
                "pretrained=True)`, or set weights to none, or to a .safetensors file."
            )
        return Path(path)


def _find(name: str) -> tuple[ModuleType, str]:
    """Give timm and the name of the model there."""
    try:
        import timm
    except ImportError as error:
        raise MissingError(
            f"{name!r} is a model of timm, which is not installed. Install it with "
            "`pip install -r requirements-timm.txt`, or take a network of torchvision."
        ) from error
    model = name.removeprefix("timm:")
    if not timm.is_model(model):
        raise UnknownNameError("model of timm", model, timm.list_models())
    return timm, model
