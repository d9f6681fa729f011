import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fercore.comparison.error_consistency import Consistency, error_consistency, kappas, mean_kappa
from fercore.errors import InputError


@pytest.mark.reference("error_consistency", "{case}.*")
@pytest.mark.parametrize(
    ("case", "file"), [("main", "input"), ("below_half", "input_below_half"), ("perfect", "input_perfect")]
)
def test_it_equals_the_reference(reference, close, case, file):
    expected = reference("error_consistency").expected[case]
    table = reference("error_consistency").table(f"{file}.csv")
    found = error_consistency(table["correct_a"], table["correct_b"])
    analytic, jackknife = found.interval(), found.interval(jackknife=True)
    ours = {
        "n": found.n, "accuracy_a": found.accuracy_a, "accuracy_b": found.accuracy_b,
        "observed_agreement": found.observed, "expected_agreement": found.expected, "kappa": found.kappa,
        "se_analytic": found.se_analytic, "ci_low_analytic": analytic.low, "ci_high_analytic": analytic.high,
        "se_jackknife": found.se_jackknife, "ci_low_jackknife": jackknife.low, "ci_high_jackknife": jackknife.high,
        "kappa_min_given_accuracies": found.kappa_min, "kappa_max_given_accuracies": found.kappa_max,
        "observed_min_given_expected": found.observed_given_expected.low,
        "observed_max_given_expected": found.observed_given_expected.high,
        "kappa_min_given_expected": found.kappa_given_expected.low,
        "kappa_max_given_expected": found.kappa_given_expected.high,
    }  # fmt: skip
    assert set(expected) <= set(ours)
    for name, wanted in expected.items():
        assert math.isnan(ours[name]) if wanted is None else ours[name] == close(wanted), name


observers = arrays(np.bool_, st.shared(st.integers(1, 40), key="n"))


@given(observers, observers)
def test_kappa_lies_within_what_the_accuracies_allow_and_knows_no_order(a, b):
    found, turned = error_consistency(a, b), error_consistency(b, a)
    assert found.kappa == pytest.approx(turned.kappa, nan_ok=True)
    if not math.isnan(found.kappa):
        assert found.kappa_min - 1e-9 <= found.kappa <= found.kappa_max + 1e-9
        assert found.kappa_given_expected.low - 1e-9 <= found.kappa <= found.kappa_given_expected.high + 1e-9
        assert found.kappa == pytest.approx(float(kappas(found.counts)))
        assert found.se_analytic >= 0


@given(observers)
def test_an_observer_is_consistent_with_itself(a):
    found = error_consistency(a, a)
    assert found.observed == 1
    assert math.isnan(found.kappa) or found.kappa == pytest.approx(1)


def test_images_that_one_did_not_answer_are_left_out():
    found = error_consistency(np.array([1, 0, np.nan, 1.0]), np.array([1, 1, 0, np.nan]))
    assert found.n == 2
    assert math.isnan(error_consistency(np.array([np.nan]), np.array([1.0])).kappa)


def test_other_images_are_refused():
    with pytest.raises(InputError, match="3 answers cannot be compared with 2"):
        error_consistency(np.ones(3), np.ones(2))


def test_the_mean_kappa_leaves_out_observers_without_errors():
    a = np.array([1, 0, 1, 0, 1.0])
    others = np.array([[1, 0, 1, 1, 1.0], [0, 0, 1, 0, 1.0]])
    expected = np.mean([error_consistency(a, other).kappa for other in others])
    assert mean_kappa(a, others) == pytest.approx(expected)
    assert math.isnan(mean_kappa(np.ones(5), np.ones((2, 5))))


def test_the_bootstrap_over_images_is_seeded_and_near_the_formula(reference):
    table = reference("error_consistency").table()
    found = error_consistency(table["correct_a"], table["correct_b"])
    drawn = found.bootstrap(np.random.default_rng(0), n_resamples=4000)
    assert drawn == found.bootstrap(np.random.default_rng(0), n_resamples=4000)
    assert drawn == pytest.approx(found.interval(), abs=0.02)


def test_independent_errors_have_no_consistency():
    rng = np.random.default_rng(0)
    found = [error_consistency(rng.random(280) < 0.84, rng.random(280) < 0.7) for _ in range(200)]
    assert np.mean([f.kappa for f in found]) == pytest.approx(0, abs=0.015)
    assert np.mean([f.interval().low < 0 < f.interval().high for f in found]) > 0.9


def test_few_shared_images_are_warned_of():
    assert error_consistency(np.ones(69), np.ones(69)).warning.startswith("Only 69 shared images")
    assert not error_consistency(np.ones(70), np.ones(70)).warning


def test_without_a_kappa_there_is_no_interval():
    for counts in ((0, 0, 0, 0), (9, 0, 0, 0), (0, 0, 0, 1)):
        found = Consistency(*counts)
        assert np.isnan(
            [found.kappa, found.se_analytic, *found.interval(), *found.bootstrap(np.random.default_rng(0))]
        ).all()
