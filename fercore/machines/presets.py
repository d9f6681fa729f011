"""How each network is best trained, when nobody says otherwise. Needs no torch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fercore.settings import TrainingSettings

_PRESETS = {
    # 310 rendered faces per label: 28 pair classifiers in a few minutes on two cores
    "small": TrainingSettings(network="small", input_side=64, learning_rate=1e-3, batch_size=16, max_epochs=60),
}

WELL_KNOWN = (
    "small", "resnet18", "resnet50", "densenet121", "mobilenet_v3_small", "efficientnet_b0", "convnext_tiny", "swin_t",
    "vgg16", "vit_b_16",
)  # fmt: skip
"""Networks that are offered by name. `fercore.machines.network.find_family` says which others there are."""


def training_settings(network: str) -> TrainingSettings:
    """Give the settings for a network: the paper's (section 5.1), but for networks that learn better with others."""
    return _PRESETS.get(network, TrainingSettings(network=network))


def with_whole_paths(settings: TrainingSettings) -> TrainingSettings:
    """Make the paths in settings absolute, so that they mean the same to every process."""
    path, colon, function = settings.network.rpartition(":")
    network, weights = settings.network, settings.weights
    if network.endswith(".pt2"):
        network = _whole(network)
    elif path.endswith(".py"):
        network = f"{_whole(path)}{colon}{function}"
    return replace(settings, network=network, weights=_whole(weights) if weights.endswith(".safetensors") else weights)


def _whole(path: str) -> str:
    return str(Path(path).expanduser().resolve())
