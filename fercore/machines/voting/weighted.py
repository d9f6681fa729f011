"""Weighted vote: each classifier gives its winner its largest output (paper 5.2).

The paper takes "the largest output value from the fully connected layer", which is the logit: it has no upper bound, and
can be negative when both outputs are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fercore.machines.votes import VOTING_RULES


@VOTING_RULES.register
def weighted(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give every vote the weight of the winner's logit."""
    weights: NDArray[np.float64] = logits.max(axis=2)
    return weights
