"""``accuracy-90``: until the training accuracy over an epoch reaches 90 %, at most 150 epochs (paper 5.1).

Each classifier has a data set of its own size, so the paper trains all to one accuracy instead of one number of epochs.
The accuracy is that of the epoch's own (augmented) images, seen while the weights still change, as in the paper's words
"reached training accuracy"; the paper does not say how it was taken.
"""

from __future__ import annotations

from dataclasses import dataclass

from fercore.machines.regime import REGIMES, Regime, need_number
from fercore.settings import TrainingSettings


@REGIMES.register
@dataclass(frozen=True)
class Accuracy(Regime):
    """Train to a training accuracy."""

    goal: float
    """Training accuracy at which training ends, in (0, 1]."""
    example = "accuracy-90"

    @classmethod
    def read(cls, number: int | None, settings: TrainingSettings) -> Accuracy:
        """Take the number as the accuracy in percent."""
        percent = need_number(number, 1, 100, cls.example, "a training accuracy in percent")
        return cls(f"accuracy-{percent}", settings.max_epochs, percent / 100)

    def is_reached(self, train_accuracy: float) -> bool:
        """Tell whether the accuracy is at least the goal."""
        return train_accuracy >= self.goal
