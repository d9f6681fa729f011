"""Weighted vote by probability: each classifier gives its winner the softmax probability of it.

Beyond the paper, whose logits may differ in scale from one classifier to the next; probabilities lie in [0.5, 1].
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from fercore.machines.votes import VOTING_RULES


@VOTING_RULES.register
def weighted_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give every vote the weight of the winner's probability."""
    weights: NDArray[np.float64] = expit(np.abs(logits[..., 0] - logits[..., 1]))
    return weights
