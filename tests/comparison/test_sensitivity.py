import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.comparison.sensitivity import d_prime_2afc


def test_known_accuracies_have_known_sensitivities():
    assert d_prime_2afc(50, 100).d_prime == pytest.approx(0)
    assert d_prime_2afc(760250, 10**6).d_prime == pytest.approx(1, abs=1e-4)  # tables of Green & Swets


@given(st.integers(1, 300), st.data())
def test_right_and_wrong_are_mirror_images_and_more_right_is_more(n, data):
    k = data.draw(st.integers(0, n))
    result = d_prime_2afc(k, n)
    assert result.d_prime == pytest.approx(-d_prime_2afc(n - k, n).d_prime, abs=1e-9)
    assert np.isfinite(result.d_prime)
    assert result.corrected == (k in (0, n))
    if k < n:
        assert d_prime_2afc(k + 1, n).d_prime >= result.d_prime


def test_a_perfect_observer_counts_as_half_a_trial_short():
    assert d_prime_2afc(20, 20).d_prime == pytest.approx(d_prime_2afc(39, 40).d_prime)


def test_no_trials_have_no_sensitivity():
    assert np.isnan(d_prime_2afc(0, 0).d_prime)
