"""Tukey's honestly significant difference between all pairs of groups (Tukey 1949; unequal sizes: Kramer 1956)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fercore.comparison.anova import OneWay
from fercore.comparison.studentised_range import critical, survival

COLUMNS = ("a", "b", "difference", "t", "q", "p", "ci_low", "ci_high")


def tukey_hsd(anova: OneWay, level: float = 0.95) -> pd.DataFrame:
    """Compare each pair of groups, with p values and intervals that hold for all pairs together.

    Parameters
    ----------
    anova
        The analysis of variance of the same groups: its means, sizes and mean square within groups are all that enters.
    level
        Simultaneous level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per pair, in group order, columns `COLUMNS`: ``difference`` is mean of ``a`` minus mean of ``b``,
        ``t = difference / sqrt(MSw (1/n_a + 1/n_b))`` (for equal groups ``sqrt(2 MSw / n)``, as printed in the paper
        5.3), ``q = |t| sqrt(2)``, ``p`` adjusted by the studentised range. NaN where the ANOVA has no F.

    Notes
    -----
    With three groups of equal size, F is a third of the sum of the squared t values.
    """
    k, df = len(anova.groups), anova.df_within
    names, n, mean = (anova.groups[column].to_numpy() for column in ("group", "n", "mean"))
    a, b = np.triu_indices(k, 1)
    known = bool(np.isfinite(anova.F))
    difference = mean[a] - mean[b]
    error = np.sqrt((anova.ms_within if known else np.nan) * (1 / n[a] + 1 / n[b]))
    t = difference / error
    q = np.abs(t) * np.sqrt(2)
    margin = (critical(level, k, df) / np.sqrt(2) if known else np.nan) * error
    p = survival(q, k, df) if known else np.full(len(q), np.nan)
    columns = (names[a], names[b], difference, t, q, p, difference - margin, difference + margin)
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
