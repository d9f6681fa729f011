import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import f_oneway, ncf, nct

from fercore.comparison.crossed import Crossed
from fercore.comparison.effect_sizes import dz_interval, kendall_w_interval, variance_explained_interval
from fercore.comparison.paired import paired_contrasts
from fercore.comparison.rank_tests import friedman
from fercore.comparison.repeated_measures import repeated_measures


def crossed(values):
    values = np.asarray(values, float)
    return Crossed(values, tuple(map(str, range(len(values)))), tuple(map(str, range(values.shape[1]))), 0)


def holds(interval, truth):
    return interval.low <= truth <= interval.high


def test_bounds_are_the_effects_under_which_f_lies_at_the_edge_by_scipys_distribution():
    for F, df_effect, df_error in ((85.45, 2, 165), (11.2213, 4, 50), (4.914, 1, 382), (3000.0, 2, 165)):
        interval = variance_explained_interval(F, df_effect, df_error, 0.9)
        n = df_effect + df_error + 1
        for bound, probability in zip(interval, (0.95, 0.05), strict=True):
            noncentral = n * bound / (1 - bound)
            assert ncf.cdf(F, df_effect, df_error, noncentral) == pytest.approx(probability, abs=1e-6)


def test_bounds_of_dz_are_the_effects_under_which_t_lies_at_the_edge_by_scipys_distribution():
    for t, n in ((3.66393, 40), (-12.27, 56), (0.0, 5), (1.2, 300)):
        for bound, probability in zip(dz_interval(t, n), (0.975, 0.025), strict=True):
            assert nct.cdf(t, n - 1, bound * n**0.5) == pytest.approx(probability, abs=1e-6)


@settings(deadline=None, max_examples=50)
@given(t=st.floats(-40, 40), n=st.integers(3, 200))
def test_dz_changes_sign_with_the_difference_and_lies_in_its_interval(t, n):
    interval, other = dz_interval(t, n), dz_interval(-t, n)
    np.testing.assert_allclose(interval, [-other.high, -other.low], rtol=1e-5, atol=1e-6)
    assert holds(interval, t / n**0.5)


@settings(deadline=None, max_examples=50)
@given(F=st.floats(0, 500), df_effect=st.integers(1, 10), df_error=st.integers(2, 400))
def test_shares_lie_between_0_and_1_and_grow_with_f(F, df_effect, df_error):
    interval, larger = (variance_explained_interval(f, df_effect, df_error) for f in (F, 1.5 * F))
    assert 0 <= interval.low <= interval.high < 1
    assert larger.low >= interval.low - 1e-9
    assert larger.high >= interval.high - 1e-9


def test_a_wider_level_gives_a_wider_interval():
    narrow, wide = variance_explained_interval(9, 2, 50, 0.8), variance_explained_interval(9, 2, 50, 0.99)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_intervals_of_eta_squared_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(1)
    means = np.array([0.0, 0.2, 0.6])
    truth = means.var() / (means.var() + 1)
    found = 0
    for _ in range(250):
        F = f_oneway(*rng.normal(means[:, None], 1, (3, 40))).statistic
        found += holds(variance_explained_interval(float(F), 2, 117), truth)
    assert found / 250 == pytest.approx(0.95, abs=0.04)


@pytest.mark.parametrize("twins", [False, True])
def test_intervals_of_partial_eta_squared_hold_the_truth_where_differences_do_not_vary_alike_too(twins):
    rng = np.random.default_rng(2)
    means = np.array([0.6, 0.0, 0.0])

    def draw(n):
        values = rng.normal(size=(n, 3))
        if twins:
            values[:, 2] = values[:, 1] + 0.1 * rng.normal(size=n)
        return values + means + rng.normal(size=(n, 1))

    large = draw(100_000)
    effect = means.var() * 3
    truth = effect / (effect + (large - large.mean(axis=1, keepdims=True)).var(axis=0).sum())
    found = plain = 0
    for _ in range(250):
        anova = repeated_measures(crossed(draw(56)))
        test = (anova.F, anova.df_levels, anova.df_error)
        found += holds(variance_explained_interval(*test, epsilon=anova.epsilon_gg), truth)
        plain += holds(variance_explained_interval(*test), truth)
    assert found / 250 == pytest.approx(0.95, abs=0.04)
    if twins:
        assert plain / 250 < 0.9


def test_intervals_of_dz_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(3)
    found = 0
    for _ in range(250):
        row = paired_contrasts(crossed(rng.normal([0.8, 0.0], 2**-0.5, (30, 2)))).iloc[0]
        found += row["dz_low"] <= 0.8 <= row["dz_high"]
        assert row["dz_low"] <= row["dz"] <= row["dz_high"]
    assert found / 250 == pytest.approx(0.95, abs=0.04)


@pytest.mark.parametrize(("means", "least", "most"), [((1.0, 0.0, 0.1), 0.92, 0.99), ((0.0, 0.0, 0.0), 0.95, 1.0)])
def test_intervals_of_kendalls_w_hold_the_truth_nearly_as_often_as_they_say(means, least, most):
    rng = np.random.default_rng(4)
    truth = friedman(crossed(rng.normal(means, 1, (50_000, 3)))).kendall_w
    truth = truth if any(means) else 0.0
    intervals = [kendall_w_interval(crossed(rng.normal(means, 1, (56, 3))), rng, n_resamples=400) for _ in range(250)]
    assert least <= np.mean([holds(interval, truth) for interval in intervals]) <= most


def test_the_interval_of_w_is_seeded_holds_w_and_takes_ties():
    values = np.floor(3 * np.random.default_rng(0).random((40, 4))) + [0, 1, 2, 2]
    first, again = (kendall_w_interval(crossed(values), np.random.default_rng(5)) for _ in range(2))
    assert first == again
    assert holds(first, friedman(crossed(values)).kendall_w)
    full = kendall_w_interval(crossed(np.tile([1.0, 2.0, 3.0], (9, 1))), np.random.default_rng(0))
    assert full == (1, 1)


def test_without_a_test_there_is_no_interval():
    rng = np.random.default_rng(0)
    flat, two = crossed(np.ones((5, 3))), crossed(rng.random((5, 2)))
    for interval in (
        variance_explained_interval(np.nan, 2, 10),
        variance_explained_interval(3.0, 2, 10, epsilon=np.nan),
        dz_interval(np.nan, 5),
        kendall_w_interval(flat, rng),
        kendall_w_interval(two, rng),
        kendall_w_interval(crossed(rng.random((2, 3))), rng),
    ):
        assert np.isnan(interval).all()
