"""Where a classifier's weights come from before it is trained: chance, ImageNet, or a file.

Only the body starts from given weights; the head has other outputs than the network that they were trained for, and
starts at random. What was used is returned in words, and recorded in the classifier's card.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from fercore.errors import DamagedError, InputError, MissingError
from fercore.machines.checkpoints import read_weights
from fercore.machines.classifier import Classifier
from fercore.machines.network import find_family
from fercore.store import digest_file

BODY, HEAD = "body.", "head."
"""How the names of a classifier's own weights start."""

SIDE_OUTPUTS = ("aux1.", "aux2.", "AuxLogits.")
"""How the names start of what some models of torchvision have for their own training, and ours have not."""


def start_from(classifier: Classifier, network: str, weights: str) -> str:
    """Give a classifier its starting weights.

    Parameters
    ----------
    classifier
        A new classifier; its body is changed.
    network
        Name of its network.
    weights
        ``none``, ``imagenet``, or the path of a ``.safetensors`` file with the names of the network's makers or of fercore.

    Returns
    -------
    str
        What the weights are, for the card.

    Raises
    ------
    MissingError
        When ImageNet weights are asked for and this machine has none, or the file does not exist.
    DamagedError
        When a file is not what its name says.
    InputError
        When the weights are those of another network, or the network has no head that could be told from its body.
    """
    family = find_family(network)
    if weights == "none":
        return family.first_weights(network)
    path = family.imagenet_file(network) if weights == "imagenet" else Path(weights).expanduser()
    state = _read_torchvision(path) if weights == "imagenet" and path.suffix == ".pth" else _read_file(path)
    try:
        classifier.body.load_state_dict(_of_body(state, classifier.head_name))
    except RuntimeError as error:
        first = str(error).splitlines()[1].strip() if "\n" in str(error) else str(error)
        raise InputError(
            f"{path} does not hold weights of the network {network!r}: {first} Name a file made for this network."
        ) from error
    return f"{weights} ({path.name}, sha256 {digest_file(path)[:16]})"


def _of_body(state: dict[str, Tensor], head_name: str | None) -> dict[str, Tensor]:
    """Choose the weights of the body, by its own names."""
    if all(name.startswith((BODY, HEAD)) for name in state) and any(name.startswith(BODY) for name in state):
        return {name.removeprefix(BODY): value for name, value in state.items() if name.startswith(BODY)}
    others = SIDE_OUTPUTS if head_name is None else (*SIDE_OUTPUTS, f"{head_name}.")
    return {name: value for name, value in state.items() if not name.startswith(others)}


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
