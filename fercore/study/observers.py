"""Simulated observers of a study: what they look at, and the trials they make."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.humans.simulation import simulate, usual_places
from fercore.humans.simulators.click_reveal import ClickRevealSettings
from fercore.study.study import Study


def diagnostic_maps(study: Study) -> NDArray[np.float32]:
    """Give what tells the two labels of each experimental image apart, (n_plan, g, g), each summing to 1.

    With ground truth sqrt(motion x appearance), as both know something of it and neither is the truth. Without, the usual
    places of eyes and mouth in an aligned crop: the study's card says which.
    """
    if study.truth is None:
        return usual_places(study.plan)
    product = np.sqrt(study.truth["motion"] * study.truth["appearance"])
    maps: NDArray[np.float32] = product / product.sum(axis=(1, 2), keepdims=True)
    return maps


def simulate_trials(study: Study, *, n_participants: int = 24, seed: int = 0) -> pd.DataFrame:
    """Simulate trials of the whole plan (`tables.TRIALS` + `tables.PROVENANCE`); they are no evidence about people."""
    return simulate(
        diagnostic_maps(study),
        study.plan,
        study.landmarks,
        study.label_set,
        study.side,
        ClickRevealSettings(radius=study.card.design.disc_radius_fraction, n_blocks=study.card.design.n_blocks),
        n_participants=n_participants,
        seed=seed,
    )
