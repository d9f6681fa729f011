"""Two-way analysis of variance between groups, with interaction."""

from __future__ import annotations

import pandas as pd
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

COLUMNS = ("effect", "F", "df", "ss", "p", "eta_squared_partial")


def two_way(table: pd.DataFrame, value: str, a: str, b: str) -> pd.DataFrame:
    """Compare the levels of two crossed factors and their interaction (type II sums of squares).

    Parameters
    ----------
    table
        Long table, one row per value; rows whose value is NaN are left out.
    value, a, b
        Names of its columns.

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`; effects ``a``, ``b``, ``a:b`` (by the names of the columns) and ``residual``, whose F, p and
        eta are NaN. Empty where a combination of levels has no value, or none is left over to err.

    Notes
    -----
    Values are taken as independent, as in `fercore.comparison.anova.one_way`.
    """
    known = table.loc[table[value].notna(), [value, a, b]].set_axis(["value", "a", "b"], axis=1)
    cells = known.groupby(["a", "b"], observed=True).size()
    n_cells = known["a"].nunique() * known["b"].nunique()
    if min(known["a"].nunique(), known["b"].nunique()) < 2 or len(cells) < n_cells or len(known) <= n_cells:
        return pd.DataFrame(columns=list(COLUMNS))
    fit = anova_lm(ols("value ~ C(a, Sum) * C(b, Sum)", known).fit(), typ=2)
    ss, residual = fit["sum_sq"].to_numpy(float), float(fit.loc["Residual", "sum_sq"])
    return pd.DataFrame(
        {
            "effect": [a, b, f"{a}:{b}", "residual"],
            "F": fit["F"].to_numpy(float),
            "df": fit["df"].astype(int).to_numpy(),
            "ss": ss,
            "p": fit["PR(>F)"].to_numpy(float),
            "eta_squared_partial": [*(ss[:-1] / (ss[:-1] + residual)), float("nan")],
        }
    )
