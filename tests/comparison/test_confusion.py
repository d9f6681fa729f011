import numpy as np
import pytest

from fercore.comparison.confusion import correlate_confusions, count_confusions, even_errors, normalise_rows


@pytest.fixture
def case(reference):
    return reference("confusion_similarity")


@pytest.fixture
def matrices(case):
    return [normalise_rows(case.table(f"input_{who}_counts.csv", index_col=0)) for who in ("human", "model")]


@pytest.mark.reference("confusion_similarity", "human", "model", "*_accuracy_mean_of_rows", "rmse_*")
def test_row_shares_equal_those_of_r(case, matrices, close):
    for matrix, who in zip(matrices, ("human", "model"), strict=True):
        np.testing.assert_allclose(matrix, case.expected[who], rtol=1e-8)
        assert np.diag(matrix).mean() == close(case.expected[f"{who}_accuracy_mean_of_rows"])
    squares = (matrices[0] - matrices[1]) ** 2
    assert np.sqrt(squares.mean()) == close(case.expected["rmse_64"])
    assert np.sqrt(squares[~np.eye(8, dtype=bool)].mean()) == close(case.expected["rmse_56_off_diagonal"])


@pytest.mark.reference("confusion_similarity", "{name}.n", "{name}.pearson_*")
@pytest.mark.parametrize(
    ("which", "name"), [("all_cells", "correlation_64"), ("off_diagonal", "correlation_56_off_diagonal")]
)
def test_correlations_equal_those_of_r(case, matrices, close, which, name):
    result, expected = getattr(correlate_confusions(*matrices), which), case.expected[name]
    assert result.n == expected["n"]
    assert result.r == close(expected["pearson_r"])
    assert result.p == close(expected["pearson_p"], absolute=0)
    assert (result.ci_low, result.ci_high) == (close(expected["pearson_ci_low"]), close(expected["pearson_ci_high"]))


@pytest.mark.reference("anchors", "fig2.r_with_uniform_errors_64")
def test_errors_spread_evenly_correlate_almost_perfectly_with_the_papers_people(reference, close):
    case = reference("anchors")
    people = case.table("input_fig2.csv", index_col=0).to_numpy()
    even = even_errors(0.84, 8)
    np.testing.assert_allclose(even.sum(axis=1), 1)
    result = correlate_confusions(people, even)
    assert correlate_confusions(people, even_errors(0.3, 8)).all_cells.r == close(result.all_cells.r)
    assert result.all_cells.r == close(case.expected["fig2"]["r_with_uniform_errors_64"])
    assert np.isnan(result.off_diagonal.r)


def test_a_row_without_answers_is_empty_and_left_out_of_correlations(matrices):
    counts = np.arange(1.0, 65).reshape(8, 8)
    counts[2] = 0
    shares = normalise_rows(counts)
    assert np.isnan(shares[2]).all()
    result = correlate_confusions(matrices[0], shares)
    assert (result.all_cells.n, result.off_diagonal.n) == (56, 49)


def test_predictions_are_counted_by_true_label_and_none_is_not_counted():
    counts = count_confusions(np.array([0, 0, 1, 1, 1]), np.array([0, 1, 1, 1, -1]), 2)
    assert counts.tolist() == [[1, 1], [0, 2]]


def test_a_model_that_errs_evenly_has_a_high_r_over_all_cells_and_none_over_errors(matrices):
    rng = np.random.default_rng(0)
    rows = even_errors(0.5, 8)
    drawn = [normalise_rows(np.array([rng.multinomial(400, row) for row in rows])) for _ in range(200)]
    results = [correlate_confusions(matrices[0], model) for model in drawn]
    assert np.mean([r.all_cells.r for r in results]) > 0.99
    assert np.mean([r.off_diagonal.r for r in results]) == pytest.approx(0, abs=0.03)
    assert np.mean([r.off_diagonal.p < 0.05 for r in results]) == pytest.approx(0.05, abs=0.05)
