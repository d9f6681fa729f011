import itertools

import numpy as np
import pytest
from scipy.stats import rankdata, wilcoxon

from fercore.comparison.signed_ranks import MAX_EXACT, signed_ranks


@pytest.mark.parametrize("n", [3, 9, 22, 50])
def test_without_ties_it_is_wilcoxons_exact_test(n):
    differences = np.random.default_rng(n).normal(0.3, 1, n)
    assert signed_ranks(differences) == pytest.approx(wilcoxon(differences, method="exact").pvalue)


def test_with_ties_every_sign_is_gone_through():
    differences = np.array([0.2, 0.4, -0.2, 0, 0.6, 0.2, 0.4, -0.6, 0.1 + 0.1, 0, 0.8])
    known = differences[differences != 0]
    ranks = rankdata(np.abs(known).round(9))
    sums = np.array([ranks[list(above)].sum() for above in itertools.product([False, True], repeat=len(known))])
    observed = ranks[known > 0].sum()
    assert signed_ranks(differences) == pytest.approx(2 * min((sums <= observed).mean(), (sums >= observed).mean()))


def test_many_differences_are_compared_by_the_normal_distribution():
    differences = np.random.default_rng(0).normal(0.2, 1, MAX_EXACT)
    more = np.append(differences, 1e-3)
    assert signed_ranks(more) == pytest.approx(signed_ranks(differences), rel=0.1)


def test_sign_and_scale_make_no_difference():
    differences = np.random.default_rng(1).integers(-3, 6, 20) / 5
    assert signed_ranks(-differences) == pytest.approx(signed_ranks(differences))
    assert signed_ranks(7 * differences) == pytest.approx(signed_ranks(differences))


def test_where_there_is_nothing_to_compare():
    assert signed_ranks(np.zeros(5)) == 1
    assert np.isnan(signed_ranks(np.array([0.3])))
    assert np.isnan(signed_ranks(np.array([np.nan, 0.3])))
