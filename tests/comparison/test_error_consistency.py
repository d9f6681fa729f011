import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fercore.comparison.error_consistency import error_consistency, mean_kappa
from fercore.errors import InputError


@pytest.mark.parametrize(
    ("case", "file"), [("main", "input"), ("below_half", "input_below_half"), ("perfect", "input_perfect")]
)
def test_it_equals_the_reference(reference, close, case, file):
    expected = reference("error_consistency").expected[case]
    table = reference("error_consistency").table(f"{file}.csv")
    found = error_consistency(table["correct_a"], table["correct_b"])
    ours = {
        "n": found.n, "accuracy_a": found.accuracy_a, "accuracy_b": found.accuracy_b,
        "observed_agreement": found.observed, "expected_agreement": found.expected, "kappa": found.kappa,
        "kappa_min_given_accuracies": found.kappa_min, "kappa_max_given_accuracies": found.kappa_max,
    }  # fmt: skip
    for name, value in ours.items():
        if name in expected:
            wanted = math.nan if expected[name] is None else expected[name]
            assert value == close(wanted) or math.isnan(value) and math.isnan(wanted), name


observers = arrays(np.bool_, st.shared(st.integers(1, 40), key="n"))


@given(observers, observers)
def test_kappa_lies_within_what_the_accuracies_allow_and_knows_no_order(a, b):
    found, turned = error_consistency(a, b), error_consistency(b, a)
    assert found.kappa == pytest.approx(turned.kappa, nan_ok=True)
    if not math.isnan(found.kappa):
        assert found.kappa_min - 1e-9 <= found.kappa <= found.kappa_max + 1e-9


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
