import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels.stats.multitest import multipletests

from fercore.comparison.multiplicity import benjamini_hochberg, holm

p_values = arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 1))


@settings(deadline=None, max_examples=30)
@given(p_values)
def test_adjusted_values_keep_their_order_and_holm_is_the_stricter(p):
    strict, lenient = holm(p), benjamini_hochberg(p)
    for adjusted in (strict, lenient):
        assert (adjusted >= p - 1e-12).all()
        assert (adjusted <= 1).all()
        assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= -1e-12).all()
    assert (strict >= lenient - 1e-12).all()
    np.testing.assert_allclose(strict, multipletests(p, method="holm")[1], atol=1e-300)
    np.testing.assert_allclose(lenient, multipletests(p, method="fdr_bh")[1], atol=1e-300)


def test_missing_values_stay_and_count_as_no_test():
    p = np.array([0.01, np.nan, 0.04])
    for adjust in (holm, benjamini_hochberg):
        adjusted = adjust(p)
        assert np.isnan(adjusted[1])
        np.testing.assert_allclose(adjusted[[0, 2]], adjust(p[[0, 2]]))
    assert np.isnan(holm(np.array([np.nan]))).all()


def test_false_alarms_among_true_nulls_stay_at_the_level():
    rng = np.random.default_rng(0)
    any_hit = [(benjamini_hochberg(rng.random(56)) < 0.05).any() for _ in range(2000)]
    assert np.mean(any_hit) == pytest.approx(0.05, abs=0.015)
