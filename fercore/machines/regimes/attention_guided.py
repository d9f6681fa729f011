"""``attention-guided``: ``accuracy-90`` with a loss term that draws the class activation map to people's attention map.

The paper names it as future work (section 6). The term is that of neural harmonisation (Fel, Rodriguez, Linsley, Serre
2022) with CAM in the place of gradients: both maps are standardised over positions, and their squared distance counts,
which is 2 (1 - r) with Pearson's r; 1 - r is what is added, times `GuidanceSettings.attention_weight`. A classifier is
guided on the experimental images of its labels that people saw in other pairs, and never sees those of its own pair, on
which it is tested. Their labels are not learned from, only their maps.
"""

from __future__ import annotations

from dataclasses import dataclass

from fercore.machines.regime import GUIDED, OTHERS, REGIMES, Regime, refuse_number
from fercore.settings import TrainingSettings

GOAL = 0.9


@REGIMES.register
@dataclass(frozen=True)
class AttentionGuided(Regime):
    """Train to a training accuracy of .90 with guided attention."""

    example = "attention-guided"
    lesson = GUIDED
    experimental_images = OTHERS

    @classmethod
    def read(cls, number: int | None, settings: TrainingSettings) -> AttentionGuided:
        """Take the cap of epochs from the settings; the name has none."""
        refuse_number(number, cls.example, "max_epochs")
        return cls(cls.example, settings.max_epochs)

    def is_reached(self, train_accuracy: float) -> bool:
        """Tell whether the accuracy is at least .90."""
        return train_accuracy >= GOAL
