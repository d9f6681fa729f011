import itertools

import numpy as np
import pytest
from scipy.stats import kstest

from fercore.comparison.confusion import correlate_confusions, normalise_rows
from fercore.comparison.mantel import mantel


@pytest.fixture
def matrices(reference):
    case = reference("confusion_similarity")
    return [normalise_rows(case.table(f"input_{who}_counts.csv", index_col=0)) for who in ("human", "model")]


@pytest.mark.reference("confusion_similarity", "mantel_pearson_56.*")
def test_the_exact_test_equals_that_of_r(reference, matrices, close):
    result, expected = mantel(*matrices), reference("confusion_similarity").expected["mantel_pearson_56"]
    assert result.exact
    assert (result.n_permutations, result.n_at_least) == (expected["n_permutations"], expected["n_at_least_observed"])
    assert result.r == close(expected["r"])
    assert result.p == close(expected["p"], absolute=0)
    assert result.sd_r == close(expected["sd_r"])


def test_it_equals_a_plain_loop():
    a, b = np.random.default_rng(3).random((2, 4, 4))
    errors = ~np.eye(4, dtype=bool)
    loop = [np.corrcoef(a[np.ix_(p, p)][errors], b[errors])[0, 1] for p in itertools.permutations(range(4))]
    result = mantel(a, b)
    assert result.n_permutations == 24
    assert result.p == np.mean(np.array(loop) >= loop[0] - 1e-12)
    assert result.sd_r == pytest.approx(np.std(loop))


def test_relabelling_both_matrices_alike_changes_nothing(matrices):
    order = np.array([3, 1, 7, 0, 2, 6, 5, 4])
    moved = mantel(*(matrix[np.ix_(order, order)] for matrix in matrices))
    result = mantel(*matrices)
    assert moved.n_at_least == result.n_at_least
    assert moved.r == pytest.approx(result.r)


def test_r_is_that_of_the_errors(matrices):
    assert mantel(*matrices).r == pytest.approx(correlate_confusions(*matrices).off_diagonal.r)


def test_p_is_uniform_where_labels_are_shuffled():
    rng = np.random.default_rng(0)
    p = []
    for _ in range(150):
        row_effects = rng.random((6, 1))  # dependent cells, as in confusions
        order = rng.permutation(6)
        people = rng.random((6, 6)) + row_effects
        p.append(mantel(people, (rng.random((6, 6)) + row_effects)[np.ix_(order, order)]).p)
    assert kstest(p, "uniform").pvalue > 0.01


def test_more_labels_draw_seeded_permutations_with_the_identity_among_them():
    rng = np.random.default_rng(1)
    a = rng.random((10, 10))
    b = a + 0.1 * rng.random((10, 10))
    result = mantel(a, b, n_permutations=500, seed=4)
    assert not result.exact
    assert result.n_permutations == 500
    assert result.p == 1 / 500
    assert result == mantel(a, b, n_permutations=500, seed=4)
    assert result.sd_r != mantel(a, b, n_permutations=500, seed=5).sd_r


def test_a_missing_cell_or_even_errors_have_no_test(matrices):
    gap = matrices[0].copy()
    gap[0, 1] = np.nan
    even = np.where(np.eye(8, dtype=bool), 0.84, 0.16 / 7)
    for a, b in ((gap, matrices[1]), (matrices[0], even)):
        result = mantel(a, b)
        assert np.isnan([result.r, result.p, result.sd_r]).all()
        assert result.n_permutations == 0
