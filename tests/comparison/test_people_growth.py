import numpy as np
import pytest

from fercore.comparison.people_growth import grow_correlation
from fercore.comparison.reliability import spearman_brown


def as_it_is(counts):
    return counts


def test_agreement_grows_as_spearman_and_brown_have_it():
    rng = np.random.default_rng(0)
    counts = rng.normal(size=(1, 1, 3000)) + rng.normal(size=(1, 8, 3000))
    grown = grow_correlation(counts, as_it_is, rng, 100, 2)
    assert grown.shape == (4, 1)
    assert grown[0, 0] == pytest.approx(0.5, abs=0.03)  # as much of one's own as is shared
    assert grown[:, 0] == pytest.approx([float(spearman_brown(grown[0, :1], k)[0]) for k in range(1, 5)], abs=0.03)


def test_groups_share_nobody():
    counts = np.random.default_rng(1).normal(size=(6, 9, 2000))
    grown = grow_correlation(counts, as_it_is, np.random.default_rng(2), 30, 2)
    assert grown.shape == (4, 6)
    assert np.abs(grown).max() < 0.1


def test_one_seed_gives_one_curve():
    counts = np.random.default_rng(1).normal(size=(3, 5, 20))
    first, again = (grow_correlation(counts, as_it_is, np.random.default_rng(2), 5, 2) for _ in range(2))
    np.testing.assert_array_equal(first, again)
