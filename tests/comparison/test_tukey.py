import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import tukey_hsd as scipy_tukey

from fercore.comparison.anova import one_way
from fercore.comparison.tukey import COLUMNS, tukey_hsd

ORDER = ["EP", "CAM", "Grad-CAM"]


def in_paper_order(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(method=pd.Categorical(table["method"], ORDER)).sort_values("method")


@pytest.mark.reference("anova_dice", "tukey.*")
def test_every_pair_equals_that_of_r(reference, close):
    case = reference("anova_dice")
    result = tukey_hsd(one_way(in_paper_order(case.table()), "value", "method"))
    assert tuple(result.columns) == COLUMNS
    for row, expected in zip(result.itertuples(), case.expected["tukey"], strict=True):
        assert (row.a, row.b) == (expected["first"], expected["second"])
        for field in ("difference", "t", "q"):
            assert getattr(row, field) == close(expected[field]), field
        assert row.p == pytest.approx(expected["p_adjusted"], abs=1e-8)
        assert row.ci_low == close(expected["ci_low"], rel=1e-6)
        assert row.ci_high == close(expected["ci_high"], rel=1e-6)


def groups_with_t(t_ac: float, t_bc: float, n: int) -> dict[str, np.ndarray]:
    """Three groups of one variance whose Tukey t against the last are as given."""
    noise = np.linspace(-1, 1, n)
    error = np.sqrt(2 * noise.var(ddof=1) / n)
    return {"a": noise + t_ac * error, "b": noise + t_bc * error, "c": noise}


@pytest.mark.reference(
    "anchors", "tukey.F_from_t", "tukey.p_of_F", "tukey.df_*", "tukey.eta_squared", "tukey.p_adjusted"
)
def test_the_papers_three_t_values_give_the_f_and_eta_of_the_anchors(compare_groups, reference, close):
    expected = reference("anchors").expected["tukey"]
    anova = compare_groups(groups_with_t(12.12, 1.81, 56))
    result = tukey_hsd(anova)
    np.testing.assert_allclose(result["t"], [10.31, 12.12, 1.81], rtol=1e-10)
    np.testing.assert_allclose(anova.F, expected["F_from_t"], rtol=1e-8)
    assert anova.p == close(expected["p_of_F"], absolute=0)
    assert (anova.df_between, anova.df_within) == (expected["df_between"], expected["df_within"])
    assert anova.eta_squared == close(expected["eta_squared"])
    np.testing.assert_allclose(result["p"], expected["p_adjusted"], atol=1e-8)


values = arrays(np.float64, (3, 8), elements=st.floats(0, 1)).filter(lambda v: v.std(axis=1).min() > 1e-2)


@settings(deadline=None)
@given(values)
def test_with_three_equal_groups_f_is_a_third_of_the_squared_t_values(compare_groups, values):
    anova = compare_groups(dict(zip("abc", values, strict=True)))
    assert (tukey_hsd(anova)["t"] ** 2).sum() / 3 == pytest.approx(anova.F, rel=1e-8, abs=1e-9)


def test_unequal_groups_equal_those_of_scipy(compare_groups):
    rng = np.random.default_rng(1)
    samples = [rng.normal(size=n) for n in (9, 14, 6)]
    ours = tukey_hsd(compare_groups(dict(zip("abc", samples, strict=True))))
    theirs = scipy_tukey(*samples)
    bounds = theirs.confidence_interval(0.95)
    for row, (i, j) in zip(ours.itertuples(), [(0, 1), (0, 2), (1, 2)], strict=True):
        assert row.difference == pytest.approx(theirs.statistic[i, j])
        assert row.p == pytest.approx(theirs.pvalue[i, j], abs=1e-8)
        assert (row.ci_low, row.ci_high) == (pytest.approx(bounds.low[i, j]), pytest.approx(bounds.high[i, j]))


def test_without_variance_every_statistic_is_nan_and_the_difference_stays(compare_groups):
    result = tukey_hsd(compare_groups({"a": np.array([0.5, 0.5]), "b": np.array([0.5, 0.5])}))
    assert result["difference"].tolist() == [0]
    assert result[["t", "q", "p", "ci_low", "ci_high"]].isna().all(axis=None)


def test_a_single_group_has_no_pairs(compare_groups):
    assert tukey_hsd(compare_groups({"a": np.array([0.5, 0.6])})).empty
