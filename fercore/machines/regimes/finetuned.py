"""``finetuned``: go on from ``accuracy-90`` with what people had uncovered when they answered correctly (paper 5.1).

As in the paper a classifier is shown the experimental images of its own pair, which are those that it is tested on: its
answers there say what it remembers. ``finetuned-held-out`` is the variant without that fault.
"""

from __future__ import annotations

from dataclasses import dataclass

from fercore.machines.regime import OWN, REGIMES, REVEALED, Regime, refuse_number
from fercore.settings import TrainingSettings


@REGIMES.register
@dataclass(frozen=True)
class Finetuned(Regime):
    """Go on with the click-revealed images of the classifier's own pair."""

    example = "finetuned"
    base = "accuracy-90"
    lesson = REVEALED
    experimental_images = OWN

    @classmethod
    def read(cls, number: int | None, settings: TrainingSettings) -> Finetuned:
        """Take the number of epochs from the settings; the name has none."""
        refuse_number(number, cls.example, "guidance.epochs")
        return cls(cls.example, settings.guidance.epochs)
