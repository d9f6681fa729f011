import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercore.comparison.intervals import bootstrap_mean, percentiles, wilson


@pytest.mark.reference("proportions", "wilson.*")
def test_wilson_intervals_equal_those_of_r(reference, close):
    case = reference("proportions")
    table = case.table("input_wilson.csv")
    for (_, row), expected in zip(table.iterrows(), case.expected["wilson"], strict=True):
        low, high = wilson(int(row.iloc[0]), int(row.iloc[1]))
        assert row.iloc[0] / row.iloc[1] == close(expected["proportion"])
        assert (low, high) == (close(expected["wilson_low"]), close(expected["wilson_high"]))


@settings(deadline=None)
@given(st.integers(0, 50), st.integers(1, 50))
def test_a_wilson_interval_lies_in_0_1_around_the_share(hits, n):
    hits = min(hits, n)
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1


def test_percentiles_leave_out_what_has_no_value():
    resampled = np.array([np.nan, *np.arange(101.0), np.nan])
    assert percentiles(resampled, 0.9) == pytest.approx((5, 95))
    assert percentiles(resampled.reshape(-1, 1), 0.5) == pytest.approx((25, 75))
    assert np.isnan(percentiles(np.full(3, np.nan), 0.9)).all()
    assert percentiles(np.array([1.0, 2, np.inf]), 0.9, method="nearest") == (1, np.inf)


def test_no_trials_have_no_interval():
    assert np.isnan(wilson(0, 0)).all()


@pytest.fixture(scope="module")
def answers():
    rng = np.random.default_rng(5)
    ability = rng.beta(20, 5, size=30)
    return (rng.random((30, 40)) < ability[:, None]).ravel(), np.repeat([f"P{i}" for i in range(30)], 40)


def test_one_seed_gives_one_interval(answers):
    first, again = (bootstrap_mean(*answers, np.random.default_rng(1), n_resamples=300) for _ in range(2))
    other = bootstrap_mean(*answers, np.random.default_rng(2), n_resamples=300)
    assert first == again
    assert first != other


def test_the_interval_is_as_wide_as_the_spread_of_participants_makes_it(answers):
    correct, participant = answers
    low, high = bootstrap_mean(correct, participant, np.random.default_rng(0), n_resamples=4000)
    of_participant = correct.reshape(30, 40).mean(axis=1)
    standard_error = of_participant.std(ddof=1) / np.sqrt(30)
    assert low < correct.mean() < high
    assert (high - low) == pytest.approx(2 * 1.96 * standard_error, rel=0.1)


def test_missing_values_are_left_out(answers):
    correct, participant = answers
    with_gaps = np.append(correct.astype(float), np.nan), np.append(participant, "P0")
    rngs = np.random.default_rng(0), np.random.default_rng(0)
    assert bootstrap_mean(*with_gaps, rngs[0]) == bootstrap_mean(*answers, rngs[1])


@pytest.mark.parametrize("clusters", [[], ["P1", "P1"]])
def test_fewer_than_two_participants_have_no_interval(clusters):
    assert np.isnan(bootstrap_mean(np.ones(len(clusters)), np.array(clusters), np.random.default_rng(0))).all()
