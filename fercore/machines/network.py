"""Networks by name: how a name is written says which family it belongs to, and a family knows how to build it.

A family is one module in ``fercore/machines/networks``. Families give plain networks, of which
`fercore.machines.classifier` makes classifiers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import nn

from fercore.errors import DamagedError, InputError
from fercore.machines.checkpoints import read_weights
from fercore.machines.classifier import Classifier, make_classifier
from fercore.machines.device import Device
from fercore.machines.runs import Run
from fercore.registry import Registry


class Family(ABC):
    """Networks whose names are written alike."""

    name_says_all: ClassVar[bool] = True
    """Whether the same name always means the same network; not so where it names a file or function of the user's."""

    @abstractmethod
    def build(self, name: str, n_outputs: int, input_side: int) -> nn.Module:
        """Give a new network, whose random numbers come from torch's generator.

        Parameters
        ----------
        name
            The network, as users write it.
        n_outputs
            Number of outputs.
        input_side
            Side in px of the images, for networks that are made for one side.

        Returns
        -------
        nn.Module
            From images (B, 3, s, s) to outputs (B, n_outputs), or to features (B, K, h, w) to be averaged.

        Raises
        ------
        UnknownNameError
            When there is no such network.
        InputError, MissingError
            When it cannot be built.
        """

    def first_weights(self, name: str) -> str:  # noqa: ARG002  most families start at random
        """Say which weights a new network has."""
        return "random"

    def imagenet_file(self, name: str) -> Path:
        """Find the file of ImageNet weights on this machine; raises `InputError` or `MissingError` when there is none."""
        raise InputError(
            f"There are no ImageNet weights for the network {name!r}. Set weights to none, or to a .safetensors file."
        )

    def digest(self, name: str) -> str | None:  # noqa: ARG002  most families have no file
        """Give the SHA-256 of the file that the network is, or None where it is none."""
        return None


FAMILIES: Registry[type[Family]] = Registry("fercore.machines.networks", "family of networks")
"""The families of networks that fercore has."""


def find_family(network: str) -> Family:
    """Give the family of a network, by how its name is written.

    ============================  ===============  ==============================================
    written                       family           what it is
    ============================  ===============  ==============================================
    ``small``                     ``small``        ours
    ``timm:NAME``                 ``timm``         a model of timm, an extra
    ``PATH.pt2``                  ``exported``     a file of ``torch.export``
    ``module:function``           ``entry``        a function of one's own (``file.py:function``)
    anything else                 ``torchvision``  a classification model of torchvision
    ============================  ===============  ==============================================
    """
    if network == "small":
        family = "small"
    elif network.startswith("timm:"):
        family = "timm"
    elif network.endswith(".pt2"):
        family = "exported"
    else:
        family = "entry" if ":" in network else "torchvision"
    return FAMILIES.get(family)()


def build_classifier(network: str, n_outputs: int, seed: int, input_side: int = 224) -> Classifier:
    """Give an untrained classifier whose weights depend on ``seed`` alone; torch's own generator stays as it was.

    Raises
    ------
    UnknownNameError, InputError, MissingError
        When there is no such network, or it cannot be a classifier of images of this side with so many outputs.
    """
    family = find_family(network)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make_classifier(family.build(network, n_outputs, input_side), network, n_outputs, input_side)


def load_classifier(run: Run, regime: str, unit: str, device: Device) -> Classifier:
    """Give a finished classifier of a run, with its weights as stored, ready to answer (eval mode, gradients off).

    Raises
    ------
    MissingError
        When it is not trained.
    DamagedError
        When its weights, or the file or function that its network comes from, are not what they were.
    """
    return read_classifier(run, run.unit_card(regime, unit), device)


def read_classifier(run: Run, card: Mapping[str, Any], device: Device) -> Classifier:
    """Give a classifier whose weights are stored, by its card; see `load_classifier`."""
    network, digest = card["network"], card.get("network_digest")
    if digest is not None and find_family(network).digest(network) != digest:
        raise DamagedError(f"{network} is not the file that {card['unit']} was trained with. Bring that file back.")
    classifier = build_classifier(network, len(card["labels"]), seed=0, input_side=run.input_side)
    path = run.unit_path(card["regime"], card["unit"], ".safetensors")
    weights = read_weights(path, card["weights_digest"])
    try:
        classifier.load_state_dict(weights)
    except RuntimeError as error:
        raise DamagedError(
            f"The network {network!r} is not the one that {card['unit']} was trained with: {path} does not fit. Bring back "
            "the network as it was."
        ) from error
    device.place(classifier.requires_grad_(False))
    return classifier.eval()
