"""Wilcoxon's signed-rank test, exact with ties too: whether differences lie as far above 0 as below it."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from scipy.stats import rankdata, wilcoxon

MAX_EXACT: Final = 100
"""Most differences for which all signs are gone through; with more the normal distribution is as good."""

_SAME: Final = 12
"""Decimals to which two differences are alike, so that ties do not hang on rounding."""


def signed_ranks(differences: np.ndarray) -> float:
    """Give the two-sided p of Wilcoxon (1945).

    Parameters
    ----------
    differences
        (n,): those that are not finite are left out; those that are 0 say nothing and are left out too.

    Returns
    -------
    float
        Twice the share of all 2^n signs of the ranks whose sum is as far out as the observed one; 1 where every difference is
        0, NaN with fewer than two of them.

    Notes
    -----
    Sums of ranks are counted one difference after the other, in half ranks. Accuracies over few images tie often; there, and
    for small p, the normal distribution is off.
    """
    known = np.asarray(differences, float)
    known = known[np.isfinite(known)].round(_SAME)
    if len(known) < 2:
        return math.nan
    known = known[known != 0]
    if len(known) == 0:
        return 1.0
    if len(known) > MAX_EXACT:
        return float(wilcoxon(known, method="asymptotic").pvalue)
    halves = (2 * rankdata(np.abs(known))).astype(int)
    chances = np.zeros(halves.sum() + 1)
    chances[0] = 1
    for rank in halves:
        chances[rank:] = (chances[rank:] + chances[:-rank]) / 2
        chances[:rank] /= 2
    above = int(halves[known > 0].sum())
    return min(1.0, 2 * float(min(chances[: above + 1].sum(), chances[above:].sum())))
