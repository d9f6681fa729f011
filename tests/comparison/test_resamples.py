import numpy as np
import pytest

from fercore.comparison.resamples import count_weights, estimate, moved_interval, weighted_means


def test_the_first_row_is_the_data_and_every_other_draws_as_many():
    weights = count_weights(7, np.random.default_rng(0), 20)
    assert weights.shape == (21, 7)
    assert (weights[0] == 1).all()
    assert (weights.sum(axis=1) == 7).all()


def test_means_leave_out_what_is_not_known():
    values = np.array([[1.0, np.nan], [0.0, np.nan], [1.0, 4.0]])
    found = weighted_means(values, np.array([[1.0, 1, 1], [2, 0, 1], [1, 1, 0]]))
    np.testing.assert_allclose(found, [[2 / 3, 4], [1, 4], [0.5, np.nan]])


def test_many_values_and_rows_are_averaged_as_in_one_go():
    rng = np.random.default_rng(0)
    values, weights = rng.random((40, 90)), count_weights(40, rng, 150)
    values[3, ::2] = np.nan
    known = np.isfinite(values)
    expected = (weights @ np.nan_to_num(values)) / (weights @ known)
    np.testing.assert_allclose(weighted_means(values, weights), expected, rtol=1e-12)


def test_bounds_may_be_infinite():
    values = np.array([0.3, *np.full(90, 0.2), *np.full(10, np.inf)])
    assert estimate(values, 10, 0.95) == (0.3, 0.2, np.inf)


def test_one_unit_has_no_interval():
    value, low, high = estimate(np.array([0.3, 0.3, 0.3]), 1, 0.95)
    assert value == pytest.approx(0.3)
    assert np.isnan([low, high]).all()


def test_percentiles_are_moved_to_the_value_observed():
    drawn = np.linspace(0.1, 0.3, 101)
    low, high = moved_interval(np.r_[0.5, drawn], 0.95, correlation=False)
    assert (low, high) == pytest.approx((0.5 - 0.095, 0.5 + 0.095))
    low, high = moved_interval(np.r_[0.99, drawn], 0.95, correlation=True)
    assert low < 0.99 < high < 1
    few = np.r_[0.5, np.where(np.arange(101) < 60, np.nan, drawn)]
    assert np.isnan(moved_interval(few, 0.95, correlation=False)).all()
