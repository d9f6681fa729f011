import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import f_oneway

from fercore.comparison.anova import one_way

FIELDS = ("F", "df_between", "df_within", "p", "ss_between", "ss_within", "ms_within", "eta_squared", "omega_squared")


@pytest.mark.reference("anova_dice", "{name}.*")
@pytest.mark.parametrize(("name", "group"), [("one_way", "method"), ("expression_one_way", "true_label")])
def test_every_number_equals_that_of_r(reference, close, name, group):
    case = reference("anova_dice")
    result = one_way(case.table(), "value", group)
    for field in FIELDS:
        absolute = 0 if field == "p" else 1e-12
        assert getattr(result, field) == close(case.expected[name][field], absolute=absolute), field


@pytest.mark.reference("anova_dice", "n_per_method", "means.*", "sds.*")
def test_means_and_sds_equal_those_of_r(reference, close):
    case = reference("anova_dice")
    groups = one_way(case.table(), "value", "method").groups.set_index("group")
    assert groups["n"].eq(case.expected["n_per_method"]).all()
    for method, mean in case.expected["means"].items():
        assert groups.loc[method, "mean"] == close(mean)
        assert groups.loc[method, "sd"] == close(case.expected["sds"][method])


@settings(deadline=None)
@given(arrays(np.float64, (3, 6), elements=st.floats(0, 1)).filter(lambda v: v.std(axis=1).min() > 1e-3))
def test_f_and_p_equal_those_of_scipy(compare_groups, values):
    ours, theirs = compare_groups(dict(zip("abc", values, strict=True))), f_oneway(*values)
    np.testing.assert_allclose(ours.F, theirs.statistic, rtol=1e-7, atol=1e-9)
    expected = (
        theirs.pvalue if theirs.statistic > 0 else 1.0
    )  # of equal means rounding makes a negative F in scipy, and no p
    assert ours.p == pytest.approx(expected, rel=1e-6)


def test_missing_values_are_left_out_and_groups_keep_their_order(compare_groups):
    result = compare_groups({"z": np.array([1.0, 2.0, np.nan]), "a": np.array([4.0, 6.0])})
    assert result.groups["group"].tolist() == ["z", "a"]
    assert result.groups["n"].tolist() == [2, 2]
    assert result.df_within == 2


@pytest.mark.parametrize(
    "values",
    [
        {"a": np.array([0.1, 0.2])},
        {"a": np.array([0.1]), "b": np.array([0.2])},
        {"a": np.array([np.nan]), "b": np.array([np.nan])},
        {"a": np.array([0.5, 0.5]), "b": np.array([0.5, 0.5])},
    ],
    ids=["one group", "one value each", "nothing", "no variance"],
)
def test_there_is_no_f_without_groups_or_variance(compare_groups, values):
    result = compare_groups(values)
    assert np.isnan(result.F)
    assert np.isnan(result.p)


def test_a_group_of_one_value_counts():
    table = pd.DataFrame({"value": [0.1, 0.3, 0.9], "group": ["a", "a", "b"]})
    result = one_way(table, "value", "group")
    assert (result.df_between, result.df_within) == (1, 1)
    np.testing.assert_allclose(result.F, f_oneway([0.1, 0.3], [0.9]).statistic)
