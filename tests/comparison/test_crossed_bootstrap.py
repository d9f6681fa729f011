import numpy as np
import pytest

from fercore.comparison.crossed_bootstrap import bootstrap_crossed_mean
from fercore.comparison.intervals import bootstrap_mean


def test_images_that_differ_widen_what_people_alone_leave_narrow():
    rng = np.random.default_rng(0)
    values = (rng.random((20, 40)) < np.where(np.arange(40) < 20, 0.95, 0.35)).astype(float)
    people = np.repeat(np.arange(20), 40)
    narrow = bootstrap_mean(values.ravel(), people, np.random.default_rng(1))
    wide = bootstrap_crossed_mean(values, np.random.default_rng(1))
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)
    assert wide.low < values.mean() < wide.high


def test_the_same_seed_gives_the_same_interval_and_missing_answers_are_left_out():
    values = np.random.default_rng(2).random((6, 9))
    values[0, :4] = np.nan
    values[:, 8] = np.nan
    one, other = (bootstrap_crossed_mean(values, np.random.default_rng(3)) for _ in range(2))
    assert one == other
    assert one == bootstrap_crossed_mean(values[:, :8], np.random.default_rng(3))


def test_one_person_gives_no_interval():
    assert np.isnan(bootstrap_crossed_mean(np.ones((1, 5)), np.random.default_rng(0)).low)


def test_answers_that_are_all_alike_leave_no_doubt():
    assert bootstrap_crossed_mean(np.ones((4, 5)), np.random.default_rng(0)) == pytest.approx((1, 1))
