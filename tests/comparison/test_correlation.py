import numpy as np
import pytest

from fercore.comparison.correlation import pearson


@pytest.mark.reference(
    "trials", "condition_{x}", "condition_{y}", "correlations.{name}.n", "correlations.{name}.pearson_*"
)
@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        ("clicks_time", "mean_clicks", "mean_decision_time_s"),
        ("clicks_accuracy", "mean_clicks", "accuracy"),
        ("time_accuracy", "mean_decision_time_s", "accuracy"),
    ],
)
def test_correlations_over_conditions_equal_those_of_r(reference, close, name, x, y):
    expected = reference("trials").expected
    result = pearson(*(np.array(expected[f"condition_{column}"], float) for column in (x, y)))
    wanted = expected["correlations"][name]
    assert result.n == wanted["n"]
    assert result.r == close(wanted["pearson_r"])
    assert result.p == close(wanted["pearson_p"], absolute=0)
    assert result.ci_low == close(wanted["pearson_ci_low"])
    assert result.ci_high == close(wanted["pearson_ci_high"])


@pytest.mark.reference("anchors", "correlations_n56.{name}.*")
@pytest.mark.parametrize("name", ["clicks_time", "clicks_accuracy", "time_accuracy"])
def test_intervals_of_the_papers_correlations_equal_those_of_r(reference, close, name):
    wanted = reference("anchors").expected["correlations_n56"][name]
    rng = np.random.default_rng(0)
    x, noise = np.linalg.qr(np.column_stack([np.ones(56), rng.normal(size=(56, 2))]))[0][:, 1:].T
    result = pearson(x, wanted["r"] * x + np.sqrt(1 - wanted["r"] ** 2) * noise)
    assert result.r == close(wanted["r"])
    assert result.p == close(wanted["p"], absolute=0)
    assert (result.ci_low, result.ci_high) == (close(wanted["ci_low"]), close(wanted["ci_high"]))


def test_places_without_both_values_are_left_out():
    x = np.array([1.0, 2.0, 3.0, 5.0, np.nan, 9.0])
    y = np.array([1.0, 3.0, 2.0, 6.0, 4.0, np.nan])
    assert pearson(x, y) == pearson(x[:4], y[:4])


@pytest.mark.parametrize(
    ("x", "n"), [([1.0, 2.0], 2), ([0.3, 0.3, 0.3, 0.3], 4), ([0.1, 0.1, 0.1 + 1e-17, 0.1], 4), ([0.0] * 4, 4)]
)
def test_too_few_or_constant_values_have_no_correlation(x, n):
    result = pearson(np.array(x), np.arange(n))
    assert result.n == n
    assert np.isnan([result.r, result.p, result.ci_low, result.ci_high]).all()


def test_three_places_have_a_correlation_and_no_interval():
    result = pearson(np.array([1.0, 2.0, 4.0]), np.array([1.0, 3.0, 2.0]))
    assert np.isfinite(result.r)
    assert np.isnan([result.ci_low, result.ci_high]).all()
