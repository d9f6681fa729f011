"""Where a classifier's weights come from before it is trained: chance, ImageNet, or a file.

Only the body starts from given weights; the head has other outputs than the network that they were trained for, and
starts at random. What was used is returned in words, and recorded in the classifier's card.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import torchvision
from torch import Tensor

from fercore.errors import DamagedError, InputError, MissingError
from fercore.machines.checkpoints import read_weights
from fercore.machines.network import Classifier
from fercore.store import digest_file

HEADS = ("fc.", "head.", "classifier.")
"""How the names of a head's weights start."""


def start_from(classifier: Classifier, network: str, weights: str) -> str:
    """Give a classifier its starting weights.

    Parameters
    ----------
    classifier
        A new classifier; its body is changed.
    network
        Name of its network.
    weights
        ``none``, ``imagenet``, or the path of a ``.safetensors`` file with the names of torchvision or of fercore.

    Returns
    -------
    str
        What the weights are, for the card.

    Raises
    ------
    MissingError
        When ImageNet weights are asked for and torchvision's cache has none, or the file does not exist.
    DamagedError
        When a file is not what its name says.
    InputError
        When the weights are those of another network.
    """
    if weights == "none":
        return "random"
    path = _imagenet_file(network) if weights == "imagenet" else Path(weights).expanduser()
    state = _read_torchvision(path) if weights == "imagenet" else _read_file(path)
    body = {name.removeprefix("body."): value for name, value in state.items() if not name.startswith(HEADS)}
    try:
        classifier.body.load_state_dict(body)
    except RuntimeError as error:
        first = str(error).splitlines()[1].strip() if "\n" in str(error) else str(error)
        raise InputError(
            f"{path} does not hold weights of the network {network!r}: {first} Name a file made for this network."
        ) from error
    return f"{weights} ({path.name}, sha256 {digest_file(path)[:16]})"


def _imagenet_file(network: str) -> Path:
    """Find the file that torchvision would download."""
    try:
        best: Any = torchvision.models.get_model_weights(network).DEFAULT
    except ValueError as error:
        raise InputError(
            f"There are no ImageNet weights for the network {network!r}. Set weights to none, or to a .safetensors file."
        ) from error
    path = Path(torch.hub.get_dir()) / "checkpoints" / Path(best.url).name
    if not path.is_file():
        raise MissingError(
            f"ImageNet weights were asked for, and torchvision's cache has none: {path} does not exist. Download {best.url} "
            "to that place, or set weights to none, or to a .safetensors file."
        )
    return path


def _read_torchvision(path: Path) -> dict[str, Tensor]:
    """Read a file of torchvision's cache, whose name ends in the start of its digest."""
    expected = path.stem.rsplit("-", 1)[-1]
    if not digest_file(path).startswith(expected):
        raise DamagedError(
            f"{path} is damaged: its SHA-256 does not start with {expected}. Remove and download it again."
        )
    state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def _read_file(path: Path) -> dict[str, Tensor]:
    if not path.is_file():
        raise MissingError(
            f"The starting weights {str(path)!r} do not exist. Name a .safetensors file, or set weights to imagenet or none."
        )
    return read_weights(path)
