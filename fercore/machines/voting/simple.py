"""Simple vote: each classifier gives 1 to its winner (paper 5.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fercore.machines.votes import VOTING_RULES


@VOTING_RULES.register
def simple(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give every vote the same weight."""
    return np.ones(logits.shape[:2])
