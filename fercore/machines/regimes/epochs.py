"""``epochs-30``: a fixed number of epochs for every pair classifier (paper 5.2)."""

from __future__ import annotations

from dataclasses import dataclass

from fercore.machines.regime import REGIMES, Regime, need_number
from fercore.settings import TrainingSettings


@REGIMES.register
@dataclass(frozen=True)
class Epochs(Regime):
    """Train for a number of epochs."""

    example = "epochs-30"

    @classmethod
    def read(cls, number: int | None, settings: TrainingSettings) -> Epochs:  # noqa: ARG003  the name says it all
        """Take the number as the number of epochs."""
        n_epochs = need_number(number, 1, 10_000, cls.example, "a number of epochs")
        return cls(f"epochs-{n_epochs}", n_epochs)
