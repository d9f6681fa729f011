"""Contrasts between any two levels of a factor within subjects, with Holm's correction."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import t

from fercore.comparison.crossed import Crossed
from fercore.comparison.effect_sizes import dz_interval
from fercore.comparison.multiplicity import holm

COLUMNS = ("a", "b", "difference", "t", "df", "p", "p_holm", "ci_low", "ci_high", "dz", "dz_low", "dz_high")


def paired_contrasts(crossed: Crossed, level: float = 0.95) -> pd.DataFrame:
    """Compare each pair of levels by a t test on the differences within subjects.

    Parameters
    ----------
    crossed
        Subjects by levels.
    level
        Level of each interval by itself: Holm's correction is of the p values alone.

    Returns
    -------
    pandas.DataFrame
        One row per pair, in the order of the levels, columns `COLUMNS`: ``difference`` is the mean of ``a`` minus
        ``b``, ``dz`` that mean over the SD of the differences (Cohen 1988) with its interval, ``p_holm`` holds for all pairs together
        (Holm 1979). NaN with fewer than two subjects, or where the differences do not vary.
    """
    n = len(crossed.values)
    rows = []
    for i, j in combinations(range(len(crossed.levels)), 2):
        differences = crossed.values[:, i] - crossed.values[:, j]
        mean = float(differences.mean()) if n else np.nan
        sd = float(differences.std(ddof=1)) if n > 1 else np.nan
        sd = sd if sd > 1e-15 else np.nan
        error = sd / np.sqrt(n) if n else np.nan
        margin = float(t.ppf((1 + level) / 2, n - 1)) * error if n > 1 else np.nan
        p = 2 * float(t.sf(abs(mean / error), n - 1)) if np.isfinite(error) else np.nan
        dz_low, dz_high = dz_interval(mean / error, n, level)
        rows.append(
            {
                "a": crossed.levels[i],
                "b": crossed.levels[j],
                "difference": mean,
                "t": mean / error,
                "df": max(n - 1, 0),
                "p": p,
                "ci_low": mean - margin,
                "ci_high": mean + margin,
                "dz": mean / sd,
                "dz_low": dz_low,
                "dz_high": dz_high,
            }
        )
    table = pd.DataFrame(rows, columns=[column for column in COLUMNS if column != "p_holm"])
    return table.assign(p_holm=holm(table["p"].to_numpy(float)))[list(COLUMNS)]
