"""One-way analysis of variance from a long table, kept as sufficient statistics.

Only sizes, means and variances of the groups enter F and everything that follows from it (Tukey's test as well), so a
moved threshold costs a few additions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import fdtrc


@dataclass(frozen=True)
class OneWay:
    """A one-way analysis of variance (paper 5.3).

    Everything that cannot be had is NaN: with fewer than two groups, or without degrees of freedom within them.
    """

    groups: pd.DataFrame
    """One row per group, in the order of the table: group, n, mean, sd (ddof 1)."""
    F: float
    df_between: int
    df_within: int
    p: float
    ss_between: float
    ss_within: float
    ms_between: float
    ms_within: float
    eta_squared: float
    """Share of the variance between groups, SSb / SSt; it overestimates the population's."""
    omega_squared: float
    """The same with its bias mended, (SSb - dfb MSw) / (SSt + MSw); may be below 0."""


def one_way(table: pd.DataFrame, value: str, group: str) -> OneWay:
    """Compare the means of groups.

    Parameters
    ----------
    table
        Long table, one row per value; rows whose value is NaN are left out.
    value, group
        Names of its columns: the number, and which group it belongs to.

    Notes
    -----
    Values are taken as independent. Dice values of several methods on the same conditions are not; the paper's analysis
    is done here as it was done there.
    """
    values = table[value].to_numpy(float)
    known = ~np.isnan(values)
    number, names = pd.factorize(table[group].to_numpy()[known])
    return one_way_of(values[known], number, names)


def one_way_of(values: np.ndarray, number: np.ndarray, names: Sequence[str] | np.ndarray) -> OneWay:
    """Compare the means of groups, as `one_way`, from arrays.

    Parameters
    ----------
    values
        (n,), none of them NaN.
    number
        (n,), the number of each value's group.
    names
        (n_groups,); a group without values does not count.
    """
    n = np.bincount(number, minlength=len(names))
    mean = np.divide(np.bincount(number, values, len(n)), n, out=np.full(len(n), np.nan), where=n > 0)
    squares = np.bincount(number, (values - mean[number]) ** 2, len(n))
    sd = np.sqrt(np.divide(squares, n - 1, out=np.full(len(n), np.nan), where=n > 1))
    there = n > 0
    groups = {"group": np.asarray(names, dtype=object), "n": n, "mean": mean, "sd": sd}
    return _from_moments(pd.DataFrame({column: cells[there] for column, cells in groups.items()}))


def _from_moments(groups: pd.DataFrame) -> OneWay:
    n, mean, sd = (groups[column].to_numpy() for column in ("n", "mean", "sd"))
    grand = float((n * mean).sum() / n.sum()) if n.sum() else np.nan
    ss_between = float((n * (mean - grand) ** 2).sum())
    ss_within = float(((n - 1) * np.nan_to_num(sd) ** 2).sum())
    df_between, df_within = max(len(groups) - 1, 0), int(n.sum()) - len(groups)
    ms_between = ratio(ss_between, df_between)
    ms_within = ratio(ss_within, df_within)
    F = ratio(ms_between, ms_within)
    total = ss_between + ss_within
    return OneWay(
        groups=groups,
        F=F,
        df_between=df_between,
        df_within=df_within,
        p=float(fdtrc(df_between, df_within, F)) if np.isfinite(F) else np.nan,
        ss_between=ss_between,
        ss_within=ss_within,
        ms_between=ms_between,
        ms_within=ms_within,
        eta_squared=ratio(ss_between, total),
        omega_squared=ratio(ss_between - df_between * ms_within, total + ms_within),
    )


def ratio(a: float, b: float) -> float:
    """Divide, as sums and mean squares are; NaN where there is nothing to divide by."""
    return a / b if b > 0 else np.nan
