import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from fercore.comparison.confusion import normalise_rows
from fercore.comparison.spearman import bootstrap_spearman, resample_spearman, spearman


@pytest.mark.reference("trials", "condition_{x}", "condition_{y}", "correlations.{name}.spearman_*")
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
    result = spearman(*(np.array(expected[f"condition_{column}"], float) for column in (x, y)))
    assert result.r == close(expected["correlations"][name]["spearman_rho"])
    assert result.p == close(expected["correlations"][name]["spearman_p"], absolute=0)


@pytest.mark.reference("confusion_similarity", "{name}.n", "{name}.spearman_*")
@pytest.mark.parametrize(("name", "diagonal"), [("correlation_64", True), ("correlation_56_off_diagonal", False)])
def test_correlations_of_confusions_equal_those_of_r(reference, close, name, diagonal):
    case = reference("confusion_similarity")
    cells = np.ones((8, 8), bool) if diagonal else ~np.eye(8, dtype=bool)
    tables = [normalise_rows(case.table(f"input_{who}_counts.csv", index_col=0))[cells] for who in ("human", "model")]
    result, expected = spearman(*tables), case.expected[name]
    assert result.n == expected["n"]
    assert result.r == close(expected["spearman_rho"])
    assert result.p == close(expected["spearman_p"], absolute=0)
    assert result.ci_low < result.r < result.ci_high


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_any_rising_scale_gives_the_same(seed):
    x, y = np.random.default_rng(seed).normal(size=(2, 30))
    assert spearman(np.exp(x), y**3) == spearman(x, y)


def test_the_bootstrap_is_seeded_and_near_the_formula():
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    y = 0.5 * x + rng.normal(size=300)
    drawn = bootstrap_spearman(x, y, np.random.default_rng(1))
    formula = spearman(x, y)
    assert drawn == bootstrap_spearman(x, y, np.random.default_rng(1))
    assert drawn == pytest.approx((formula.ci_low, formula.ci_high), abs=0.03)


def test_the_bootstrap_equals_ranking_every_resample_anew():
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 5, size=(2, 12)).astype(float)  # ties
    times_drawn = np.random.default_rng(8).multinomial(12, np.full(12, 1 / 12), size=50)
    r = [spearman(np.repeat(x, times), np.repeat(y, times)).r for times in times_drawn]
    low, high = np.nanquantile(r, [0.025, 0.975])
    assert bootstrap_spearman(x, y, np.random.default_rng(8), n_resamples=50) == pytest.approx((low, high))


@pytest.mark.parametrize("x", [[1.0, 2.0, np.nan, np.nan], [0.3] * 4, []])
def test_too_few_or_constant_values_have_no_correlation(x):
    y = np.arange(float(len(x)))
    assert np.isnan([spearman(np.array(x), y).r, *bootstrap_spearman(np.array(x), y, np.random.default_rng(0))]).all()


def test_perfect_order_is_its_own_interval():
    result = spearman(np.arange(6), np.arange(6) ** 2)
    assert (result.r, result.ci_low, result.ci_high) == (1, 1, 1)


def test_resamples_are_those_of_the_values_drawn_and_leave_out_what_is_not_known():
    rng = np.random.default_rng(4)
    x, y = rng.integers(0, 6, 30).astype(float), rng.normal(size=30)
    x[3] = np.nan
    draws = rng.multinomial(30, np.full(30, 1 / 30), size=5)
    expected = []
    for times in draws:
        rows = np.repeat(np.arange(30), times)
        rows = rows[rows != 3]
        expected.append(spearmanr(x[rows], y[rows]).statistic)
    assert resample_spearman(x, y, draws) == pytest.approx(expected)
