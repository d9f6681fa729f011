"""Correlation within participants: whether two measures go together for one and the same person.

Over condition means, as in the paper, people are averaged away; over trials of all people, fast people and slow people
alone can make a correlation. Here each person's mean is taken out first.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import norm, t

from fercore.comparison.correlation import Correlation


def correlate_within(x: np.ndarray, y: np.ndarray, participants: np.ndarray, level: float = 0.95) -> Correlation:
    """Give the common correlation within participants (Bland & Altman 1995; Bakdash & Marusich 2017).

    Parameters
    ----------
    x, y
        (n,): values, several per participant; pairs with a value that is not finite are left out.
    participants
        (n,): whose they are. Participants with a single pair add nothing and are left out.
    level
        Level of the interval.

    Returns
    -------
    Correlation
        p by t with n - N - 1 degrees of freedom for N participants, interval by Fisher's z with them. NaN where there
        are fewer than one, or nothing varies within participants.

    Notes
    -----
    One slope for all participants is assumed.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    _, own = np.unique(np.asarray(participants)[known], return_inverse=True)
    several = np.bincount(own)[own] > 1 if len(own) else np.zeros(0, bool)
    x, y = x[several], y[several]
    _, own = np.unique(own[several], return_inverse=True)
    n, n_participants = len(x), int(own.max(initial=-1)) + 1
    df = n - n_participants - 1
    a, b = (values - (np.bincount(own, values) / np.bincount(own))[own] if n else values for values in (x, y))
    spread = math.sqrt(float(a @ a) * float(b @ b))
    if df < 1 or spread <= 1e-13 * n:
        return Correlation(math.nan, math.nan, math.nan, math.nan, n)
    r = float(np.clip(a @ b / spread, -1, 1))
    if abs(r) == 1:
        return Correlation(r, 0.0, r, r, n)
    p = 2 * float(t.sf(abs(r) * math.sqrt(df / (1 - r**2)), df))
    margin = float(norm.ppf((1 + level) / 2)) / math.sqrt(df - 1) if df > 1 else math.nan
    return Correlation(r, p, math.tanh(math.atanh(r) - margin), math.tanh(math.atanh(r) + margin), n)
