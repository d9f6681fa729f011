import numpy as np
import pandas as pd
import pytest

from fercore.comparison.crossed import Crossed, cross
from fercore.comparison.rank_tests import friedman, kruskal_wallis


@pytest.mark.reference("anova_dice", "friedman.*")
def test_friedman_and_kendalls_w_equal_those_of_r(reference, close):
    case = reference("anova_dice")
    result, expected = friedman(cross(case.table(), "value", "condition", "method")), case.expected["friedman"]
    assert (result.n, result.df) == (56, expected["df"])
    assert result.chi2 == close(expected["chi2"])
    assert result.p == close(expected["p"], absolute=0)
    assert result.kendall_w == close(expected["kendall_w"])


@pytest.mark.reference("anova_dice", "{name}.*")
@pytest.mark.parametrize(("name", "group"), [("kruskal_wallis", "method"), ("expression_kruskal_wallis", "true_label")])
def test_kruskal_wallis_equals_that_of_r(reference, close, name, group):
    case = reference("anova_dice")
    result, expected = kruskal_wallis(case.table(), "value", group), case.expected[name]
    assert close(expected["H"]) == result.H
    assert result.df == expected["df"]
    assert result.p == close(expected["p"], absolute=0)


def test_full_agreement_of_subjects_is_1():
    values = np.arange(3) + 10 * np.arange(6)[:, None]
    assert friedman(Crossed(values.astype(float), tuple("abcdef"), tuple("xyz"), 0)).kendall_w == pytest.approx(1)


@pytest.mark.parametrize("values", [np.ones((5, 3)), np.ones((1, 3)), np.random.default_rng(0).random((5, 2))])
def test_friedman_needs_variance_two_subjects_and_three_levels(values):
    crossed = Crossed(values, tuple(map(str, range(len(values)))), tuple(map(str, range(values.shape[1]))), 0)
    assert np.isnan([friedman(crossed).chi2, friedman(crossed).p]).all()


def test_kruskal_wallis_needs_two_groups_and_variance():
    one = pd.DataFrame({"value": [1.0, 2.0], "group": "a"})
    flat = pd.DataFrame({"value": [1.0, 1.0, np.nan], "group": ["a", "b", "b"]})
    for table in (one, flat):
        assert np.isnan(kruskal_wallis(table, "value", "group").H)
