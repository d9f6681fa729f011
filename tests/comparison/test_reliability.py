import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercore.comparison.reliability import (
    cronbach_alpha,
    intraclass_correlation,
    random_halves,
    spearman_brown,
    split_half,
)


@pytest.fixture
def case(reference):
    return reference("split_half")


@pytest.fixture
def scores(case):
    return case.table(index_col="participant").to_numpy()


@pytest.mark.reference("split_half", "split_*", "mean_*")
def test_split_halves_equal_those_of_r(case, scores, close):
    result = split_half(scores, case.table("input_splits.csv", index_col="split").to_numpy())
    np.testing.assert_allclose(result.r, case.expected["split_r"], rtol=1e-8)
    np.testing.assert_allclose(result.corrected, case.expected["split_spearman_brown"], rtol=1e-8)
    assert result.r.mean() == close(case.expected["mean_r"])
    assert result.mean == close(case.expected["mean_spearman_brown"])


@pytest.mark.reference("split_half", "n_*", "cronbach_alpha", "icc_*")
def test_alpha_and_intraclass_correlations_equal_those_of_r(case, scores, close):
    expected, result = case.expected, intraclass_correlation(scores)
    assert (result.n_participants, result.n_items) == (expected["n_participants"], expected["n_items"])
    assert cronbach_alpha(scores) == close(expected["cronbach_alpha"])
    assert result.single == close(expected["icc_2_1"])
    assert result.mean == close(expected["icc_2_k"])
    assert result.mean_fixed == close(expected["icc_3_k"])
    assert result.mean_ci == (close(expected["icc_2_k_ci_low"]), close(expected["icc_2_k_ci_high"]))


@given(st.integers(2, 30), st.integers(0, 5))
def test_halves_differ_by_one_participant_at_most(n, seed):
    halves = random_halves(n, 7, np.random.default_rng(seed))
    assert halves.shape == (7, n)
    assert (halves.sum(axis=1) == n // 2).all()


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 5), st.floats(-3, 3))
def test_scale_and_origin_make_no_difference(seed, scale, shift):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(8, 12)) + rng.normal(size=12)
    moved = scale * values + shift
    assert cronbach_alpha(moved) == pytest.approx(cronbach_alpha(values))
    assert intraclass_correlation(moved).mean == pytest.approx(intraclass_correlation(values).mean)
    assert cronbach_alpha(values) == pytest.approx(intraclass_correlation(values).mean_fixed)


def test_noise_alone_is_not_reliable():
    rng = np.random.default_rng(2)
    r = [split_half(rng.normal(size=(20, 40)), random_halves(20, 50, rng)).r.mean() for _ in range(40)]
    assert abs(np.mean(r)) < 0.05


def test_the_correction_of_length_two_is_spearmans():
    np.testing.assert_allclose(spearman_brown(np.array([0.0, 0.5, 1.0])), [0, 2 / 3, 1])
    assert np.isnan(spearman_brown(np.array([-1.0, np.nan]))).all()


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (0, 0)])
def test_one_participant_or_item_has_no_reliability(shape):
    assert np.isnan(cronbach_alpha(np.ones(shape)))
    assert np.isnan(intraclass_correlation(np.ones(shape)).mean)


def test_scores_that_do_not_vary_have_no_reliability():
    constant = np.full((4, 6), 0.5)
    assert np.isnan(cronbach_alpha(constant))
    assert np.isnan(intraclass_correlation(constant).mean_ci).all()
    assert np.isnan(split_half(constant, random_halves(4, 3, np.random.default_rng(0))).mean)
