"""How each network is best trained, when nobody says otherwise. Needs no torch."""

from __future__ import annotations

from fercore.settings import TrainingSettings

_PRESETS = {
    # 310 rendered faces per label: 28 pair classifiers in a few minutes on two cores
    "small": TrainingSettings(network="small", input_side=64, learning_rate=1e-3, batch_size=16, max_epochs=60),
}


def training_settings(network: str) -> TrainingSettings:
    """Give the settings for a network: the paper's (section 5.1), but for networks that learn better with others."""
    return _PRESETS.get(network, TrainingSettings(network=network))
