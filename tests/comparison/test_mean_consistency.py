import numpy as np
import pytest

from fercore.comparison.error_consistency import error_consistency, mean_kappa
from fercore.comparison.mean_consistency import mean_consistency, no_consistency, share_of_ceiling
from fercore.comparison.resamples import draw_images


def rng():
    return np.random.default_rng(0)


def draws(n, n_resamples=2000):
    return draw_images(n, rng(), n_resamples)


def test_a_single_pair_is_the_pair_itself(reference):
    table = reference("error_consistency").table()
    pair = error_consistency(table["correct_a"], table["correct_b"])
    found = mean_consistency(table["correct_a"], table["correct_b"], draws(280))
    assert (found.n_pairs, found.n) == (1, pair.n)
    for name in ("observed", "expected", "kappa", "kappa_max"):
        assert getattr(found, name) == pytest.approx(getattr(pair, name))
    assert found.ci == pytest.approx(pair.bootstrap(rng()), abs=0.02)


def test_the_mean_is_over_pairs_and_leaves_out_those_without_a_kappa():
    others = (np.random.default_rng(1).random((5, 60)) < 0.8).astype(float)
    others[0] = 1
    others[1, :20] = np.nan
    one = (np.random.default_rng(2).random(60) < 0.7).astype(float)
    found = mean_consistency(np.broadcast_to(one, others.shape), others, draws(60, 200))
    assert found.kappa == pytest.approx(mean_kappa(one, others))
    assert found.n == 40
    perfect = mean_consistency(np.ones((2, 60)), np.ones((2, 60)), draws(60))
    assert (perfect.n_pairs, perfect.n) == (0, 0)
    assert np.isnan([perfect.kappa, *perfect.ci]).all()


def test_within_conditions_of_seeing_a_shared_difficulty_counts_for_nothing():
    draw = np.random.default_rng(5)
    seeing = np.repeat([0, 1], 400)
    observers = draw.random((2, 800)) < np.where(seeing, 0.95, 0.4)
    pooled = mean_consistency(*observers, draws(800, 300))
    apart = mean_consistency(*observers, draws(800, 300), within=seeing)
    assert pooled.ci.low > 0.2
    assert apart.ci.low < 0 < apart.ci.high
    by_hand = [error_consistency(*observers[:, seeing == one]).kappa for one in (0, 1)]
    assert apart.kappa == pytest.approx(np.mean(by_hand))
    assert apart.n == 800
    observers[:, seeing == 1] = True  # no kappa there
    alone = mean_consistency(*observers, draws(800, 300), within=seeing)
    assert alone.kappa == pytest.approx(by_hand[0])
    assert alone.ci == pytest.approx(mean_consistency(*observers[:, :400], draws(800, 300)[:, :400]).ci)


def test_images_that_are_hard_for_everybody_make_observers_consistent():
    draw = np.random.default_rng(3)
    hard = draw.random(300)
    observers = draw.random((6, 300)) > hard * 0.6
    alone = draw.random((6, 300)) > 0.3
    first, second = np.triu_indices(6, 1)
    shared = mean_consistency(observers[first], observers[second], draws(300))
    apart = mean_consistency(alone[first], alone[second], draws(300))
    assert shared.ci.low > 0
    assert apart.ci.low < 0 < apart.ci.high
    assert shared.ci == mean_consistency(observers[first], observers[second], draws(300)).ci


def test_the_share_of_a_ceiling_has_the_interval_of_ratios_of_the_same_draws():
    draw = np.random.default_rng(3)
    hard = draw.random(300)
    observers = draw.random((6, 300)) > hard * 0.6
    first, second = np.triu_indices(6, 1)
    ceiling = mean_consistency(observers[first], observers[second], draws(300))
    own = mean_consistency(observers[:1], observers[1:2], draws(300))
    assert share_of_ceiling(ceiling, ceiling) == (1, (1, 1))
    score, ci = share_of_ceiling(own, ceiling)
    assert score == pytest.approx(own.kappa / ceiling.kappa)
    assert ci == pytest.approx(np.quantile(own.resampled / ceiling.resampled, [0.025, 0.975]))
    worse = mean_consistency(observers[:1], ~observers[:1], draws(300))  # below 0: nothing to be a share of
    for none in (share_of_ceiling(own, worse), share_of_ceiling(own, no_consistency())):
        assert np.isnan([none[0], *none[1]]).all()
