"""Who sees which image when: blocks and order of trials (paper 4.2)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fercore import tables
from fercore.errors import InputError


def plan_session(plan: pd.DataFrame, n_blocks: int, seed: int, participant: int) -> pd.DataFrame:
    """Draw the order in which one participant sees the experimental images.

    Every participant sees every image once, in an order of their own. Blocks are consecutive and of equal size, or
    differ by one trial where the number of images cannot be divided (the paper: four blocks of 70).

    Parameters
    ----------
    plan
        `tables.PLAN`.
    n_blocks
        Blocks with breaks between them.
    seed
        Seed of the study or simulation; recorded, so that the session can be drawn again.
    participant
        Number of the participant, from 0; same seed and number, same session.

    Returns
    -------
    pandas.DataFrame
        ``block`` from 1, ``trial`` from 1 through the whole session, and the plan's columns, in the order of the trials.

    Raises
    ------
    InputError
        When there are more blocks than images, or none.
    """
    if not 1 <= n_blocks <= len(plan):
        raise InputError(f"n_blocks is {n_blocks!r}; with {len(plan)} experimental images it must be 1 to {len(plan)}.")
    stream = np.random.SeedSequence(seed, spawn_key=(participant,))
    order = np.random.default_rng(stream).permutation(len(plan))
    session = plan[list(tables.PLAN)].iloc[order].reset_index(drop=True)
    sizes = [len(block) for block in np.array_split(order, n_blocks)]
    session.insert(0, "block", np.repeat(np.arange(1, n_blocks + 1), sizes))
    session.insert(1, "trial", np.arange(1, len(plan) + 1))
    return session
