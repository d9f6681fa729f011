import numpy as np
import pytest

from fercore.comparison.strata import draw_within, group_means


def test_every_group_keeps_its_size_in_every_resample():
    groups = np.array(["b", "a", "b", "c", "a", "b"])
    draws = draw_within(groups, np.random.default_rng(0), 50)
    assert draws.shape == (50, 6)
    for group, size in (("a", 2), ("b", 3), ("c", 1)):
        assert (draws[:, groups == group].sum(axis=1) == size).all()
    assert (draws == draw_within(groups, np.random.default_rng(0), 50)).all()


def test_means_are_those_of_what_was_drawn():
    groups, values = np.array([1, 0, 1, 1]), np.array([2.0, 5.0, 4.0, 9.0])
    means = group_means(values, groups, np.array([[1, 1, 1, 1], [2, 1, 1, 0]]))
    np.testing.assert_allclose(means, [[5, 5], [5, 8 / 3]])


def test_the_spread_over_resamples_is_the_standard_error():
    rng = np.random.default_rng(1)
    values, groups = rng.normal(size=300), np.repeat([0, 1, 2], 100)
    means = group_means(values, groups, draw_within(groups, rng, 4000))
    for group in range(3):
        own = values[groups == group]
        assert means[:, group].std() == pytest.approx(own.std() / 10, rel=0.05)
