"""``finetuned-held-out``: fine-tuning that leaves out the images that a classifier is tested on (beyond the paper).

The paper fine-tunes each classifier on the very images of its pair that it tests it on. Here a classifier is shown the
click-revealed images of its two labels that people saw beside *other* labels: 30 + 30 images instead of 5 + 5. Where it
answers for its own pair, in people's 2AFC and in its saliency maps, it meets images that it never saw. Its votes among
all labels on the experimental images are not of that kind; those on validation images are.
"""

from __future__ import annotations

from dataclasses import dataclass

from fercore.machines.regime import OTHERS, REGIMES, REVEALED, Regime, refuse_number
from fercore.settings import TrainingSettings


@REGIMES.register
@dataclass(frozen=True)
class FinetunedHeldOut(Regime):
    """Go on with the click-revealed images of the classifier's labels in other pairs."""

    example = "finetuned-held-out"
    base = "accuracy-90"
    lesson = REVEALED
    experimental_images = OTHERS

    @classmethod
    def read(cls, number: int | None, settings: TrainingSettings) -> FinetunedHeldOut:
        """Take the number of epochs from the settings; the name has none."""
        refuse_number(number, cls.example, "guidance.epochs")
        return cls(cls.example, settings.guidance.epochs)
