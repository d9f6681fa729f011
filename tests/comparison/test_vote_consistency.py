import numpy as np
import pytest

from fercore.comparison.error_consistency import error_consistency, mean_kappa
from fercore.comparison.resamples import draw_images
from fercore.comparison.vote_consistency import among_voters, with_voters


def draws(n, n_resamples=200):
    return draw_images(n, np.random.default_rng(0), n_resamples)


def random_votes(n, seed):
    rng = np.random.default_rng(seed)
    share = rng.beta(4, 1, n)
    total = rng.integers(2, 11, n)
    right = rng.binomial(total, share)
    return right, total - right, share, rng


def test_one_vote_for_each_image_is_one_observer():
    rng = np.random.default_rng(1)
    network, voter = (rng.random((2, 120)) < 0.7).astype(float)
    network[:5] = np.nan
    pair, found = error_consistency(network, voter), with_voters(network, voter, 1 - voter, draws(120))
    assert (found.n, found.n_pairs) == (115, 1)
    for name in ("observed", "expected", "kappa", "kappa_max"):
        assert getattr(found, name) == pytest.approx(getattr(pair, name)), name
    assert found.ci.low < found.kappa < found.ci.high


def test_several_observers_are_averaged():
    right, wrong, _, rng = random_votes(80, 2)
    observers = (rng.random((4, 80)) < 0.8).astype(float)
    alone = [with_voters(one, right, wrong, draws(80)).kappa for one in observers]
    assert with_voters(observers, right, wrong, draws(80)).kappa == pytest.approx(np.mean(alone))


def test_it_is_what_voters_drawn_on_each_image_give_on_average():
    right, wrong, share, rng = random_votes(150, 3)
    network = (rng.random(150) < share).astype(float)
    drawn = rng.random((2000, 150)) < right / (right + wrong)
    assert with_voters(network, right, wrong, draws(150)).kappa == pytest.approx(mean_kappa(network, drawn), abs=0.01)


def test_among_voters_two_different_ones_are_compared():
    right, wrong = np.array([2, 1, 0, 1]), np.array([0, 1, 2, 0])
    found = among_voters(right, wrong, draws(4))  # the last image has one vote only
    assert found.n == 3
    assert found.observed == pytest.approx(2 / 3)
    assert found.expected == pytest.approx(0.5)
    assert found.kappa == pytest.approx(1 / 3)


def test_votes_that_differ_by_chance_alone_are_not_consistent():
    rng = np.random.default_rng(4)
    right = rng.binomial(8, 0.7, 2000)
    assert among_voters(right, 8 - right, draws(2000)).kappa == pytest.approx(0, abs=0.02)


def test_without_errors_or_votes_there_is_no_kappa():
    ones, none = np.ones(6), np.zeros(6)
    for found in (with_voters(ones, ones, none, draws(6)), among_voters(none, none, draws(6))):
        assert (found.n, found.n_pairs, found.warning) == (0, 0, "")
        assert np.isnan([found.kappa, *found.ci]).all()
