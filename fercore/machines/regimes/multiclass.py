"""``multiclass``: one classifier of all labels, 40 epochs, class-weighted cross-entropy (paper 5.2)."""

from __future__ import annotations

from dataclasses import dataclass

from fercore.machines.regime import MULTICLASS, REGIMES, Regime, refuse_number
from fercore.settings import TrainingSettings


@REGIMES.register
@dataclass(frozen=True)
class Multiclass(Regime):
    """Train one classifier of all labels."""

    example = MULTICLASS
    pairwise = False

    @classmethod
    def read(cls, number: int | None, settings: TrainingSettings) -> Multiclass:
        """Take the number of epochs from the settings; the name has none."""
        refuse_number(number, MULTICLASS, "multiclass_epochs")
        return cls(MULTICLASS, settings.multiclass_epochs)
