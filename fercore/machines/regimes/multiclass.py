"""``multiclass``: one classifier of all labels, 40 epochs, class-weighted cross-entropy (paper 5.2)."""

from __future__ import annotations

from dataclasses import dataclass

from fercore.errors import InputError
from fercore.machines.regime import MULTICLASS, REGIMES, Regime
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
        if number is not None:
            raise InputError(
                f"{MULTICLASS!r} takes its epochs from the setting multiclass_epochs, not from its name: {number!r}."
            )
        return cls(MULTICLASS, settings.multiclass_epochs)
