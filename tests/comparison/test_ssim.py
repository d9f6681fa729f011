import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.comparison.ssim import K1, K2, structural_similarity


def noise(seed, n=1, side=12):
    return np.random.default_rng(seed).random((n, side, side))


def test_a_map_is_like_itself_whatever_its_scale():
    maps = noise(0, 3)
    np.testing.assert_allclose(structural_similarity(maps, 5 * maps - 2), 1)


@given(st.integers(0, 50))
def test_it_is_symmetric_and_at_most_one(seed):
    a, b = noise(seed), noise(seed + 1000)
    found = structural_similarity(a, b)
    assert found[0] == pytest.approx(structural_similarity(b, a)[0])
    assert -1 <= found[0] <= 1


def test_one_position_is_the_published_formula():
    """Far from the edges the window is a Gaussian of SD 1.5 over 11 pixels; here the mean over positions is taken by hand."""
    a, b = noise(1)[0], noise(2)[0]
    offsets = np.arange(-5, 6)
    weight = np.exp(-0.5 * (offsets / 1.5) ** 2)
    weight = np.outer(weight, weight) / weight.sum() ** 2
    x, y = ((one - one.min()) / np.ptp(one) for one in (a, b))
    padded = [np.pad(one, 5, mode="symmetric") for one in (x, y)]
    values = []
    for row in range(12):
        for column in range(12):
            p, q = (one[row : row + 11, column : column + 11] for one in padded)
            mp, mq = (weight * p).sum(), (weight * q).sum()
            vp, vq, c = (weight * p * p).sum() - mp**2, (weight * q * q).sum() - mq**2, (weight * p * q).sum() - mp * mq
            values.append((2 * mp * mq + K1**2) * (2 * c + K2**2) / ((mp**2 + mq**2 + K1**2) * (vp + vq + K2**2)))
    assert structural_similarity(a[None], b[None])[0] == pytest.approx(np.mean(values), abs=1e-9)


def test_opposites_are_less_alike_than_strangers():
    a, b = noise(3), noise(4)
    assert structural_similarity(a, -a)[0] < structural_similarity(a, b)[0]


def test_a_constant_map_is_like_nothing():
    maps = noise(5, 3)
    maps[0] = 0.5
    maps[1, 2, 2] = np.nan
    found = structural_similarity(maps, noise(6, 3))
    assert np.isnan(found[:2]).all()
    assert np.isfinite(found[2])
