import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercore.comparison.correlation import pearson
from fercore.comparison.within_participants import correlate_within


@pytest.fixture
def slow_and_fast():
    """Slow people are accurate, but whoever is slow on an image errs: the two correlations have opposite signs."""
    rng = np.random.default_rng(0)
    person = np.repeat(np.arange(12), 30)
    time = person + rng.normal(size=person.size)
    return time, 2 * person - (time - person) + rng.normal(size=person.size), person


def test_what_people_differ_in_is_taken_out(slow_and_fast):
    x, y, person = slow_and_fast
    result = correlate_within(x, y, person)
    assert pearson(x, y).r > 0.8
    assert result.r == pytest.approx(-0.7, abs=0.1)
    assert result.ci_low < result.r < result.ci_high < 0
    assert result.n == len(x)


def test_it_equals_the_analysis_of_covariance(slow_and_fast):
    x, y, person = slow_and_fast
    dummies = (person[:, None] == np.arange(12)).astype(float)
    sums = [float(np.linalg.lstsq(design, y, rcond=None)[1][0]) for design in (np.column_stack([dummies, x]), dummies)]
    assert correlate_within(x, y, person).r ** 2 == pytest.approx(1 - sums[0] / sums[1])


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_each_persons_level_makes_no_difference(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, 40))
    person = np.repeat(list("abcde"), 8)
    shift = dict(zip("abcde", rng.normal(size=5), strict=True))
    moved = correlate_within(x + [shift[p] for p in person], y, person)
    assert moved.r == pytest.approx(correlate_within(x, y, person).r)


def test_independent_measures_reject_at_the_level():
    rng = np.random.default_rng(4)
    person = np.repeat(np.arange(6), 8)
    p = [correlate_within(*rng.normal(size=(2, 48)), person).p for _ in range(600)]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.03)


def test_missing_values_and_single_trials_are_left_out(slow_and_fast):
    x, y, person = slow_and_fast
    more = (np.append(x, [5.0, np.nan]), np.append(y, [7.0, 1.0]), np.append(person, [99, 3]))
    assert correlate_within(*more) == correlate_within(x, y, person)


@pytest.mark.parametrize(("x", "n"), [([], 0), ([1.0, 2.0], 2), ([3.0, 3.0, 3.0, 3.0], 4)])
def test_too_little_has_no_correlation(x, n):
    result = correlate_within(np.array(x), np.arange(float(len(x))), np.zeros(len(x)))
    assert result.n == n
    assert np.isnan([result.r, result.p]).all()
