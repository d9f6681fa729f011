"""What a classifier is: features of the last convolution, their average over positions, and a linear head.

With this head class activation maps are defined (Zhou et al. 2016), and every network of fercore has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from fercore.machines.checkpoints import read_weights
from fercore.machines.device import Device
from fercore.machines.runs import Run
from fercore.registry import Registry


class Classifier(nn.Module):
    """A network that tells labels apart.

    Parameters
    ----------
    body
        From normalised images (B, 3, side, side) to features (B, K, h, w).
    head
        From K features to one output per label.
    """

    def __init__(self, body: nn.Module, head: nn.Linear) -> None:
        super().__init__()
        self.body = body
        self.head = head

    def features(self, x: Tensor) -> Tensor:
        """Give the last convolution's output, (B, K, h, w), for normalised images (B, 3, side, side)."""
        features: Tensor = self.body(x)
        return features

    def forward(self, x: Tensor) -> Tensor:
        """Give the outputs (logits), (B, n_labels)."""
        logits: Tensor = self.head(self.features(x).mean(dim=(2, 3)))
        return logits


class Network(Protocol):
    """Builds untrained classifiers of one architecture."""

    def __call__(self, n_outputs: int) -> Classifier:
        """Give a classifier with random weights and ``n_outputs`` outputs, taking them from torch's generator."""
        ...


NETWORKS: Registry[Network] = Registry("fercore.machines.networks", "network")
"""The networks that fercore has."""


def build_classifier(network: str, n_outputs: int, seed: int) -> Classifier:
    """Give an untrained classifier whose weights depend on ``seed`` alone; torch's own generator stays as it was."""
    build = NETWORKS.get(network)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build(n_outputs)


def load_classifier(run: Run, regime: str, unit: str, device: Device) -> Classifier:
    """Give a finished classifier of a run, with its weights as stored, ready to answer (eval mode, gradients off).

    Raises
    ------
    MissingError
        When it is not trained.
    DamagedError
        When its weights are not what was written.
    """
    return read_classifier(run, run.unit_card(regime, unit), device)


def read_classifier(run: Run, card: Mapping[str, Any], device: Device) -> Classifier:
    """Give a classifier whose weights are stored, by its card; see `load_classifier`."""
    classifier = build_classifier(card["network"], len(card["labels"]), seed=0)
    path = run.unit_path(card["regime"], card["unit"], ".safetensors")
    classifier.load_state_dict(read_weights(path, card["weights_digest"]))
    device.place(classifier.requires_grad_(False))
    return classifier.eval()
