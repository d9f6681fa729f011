import numpy as np
import pytest
from scipy.stats import f

from fercore.paper import paper_value


@pytest.mark.reference("anchors", "fig2.[!r]*", "fig2.row_sums")
def test_figure_2_is_the_reference_table(reference, close):
    case = reference("anchors")
    table, expected = case.table("input_fig2.csv", index_col=0), case.expected["fig2"]
    matrix = np.array(paper_value("human", "confusion"))
    np.testing.assert_array_equal(matrix, table)
    assert np.diag(matrix).mean() == close(expected["mean_diagonal"])
    np.testing.assert_allclose(matrix.sum(axis=1), expected["row_sums"], rtol=1e-8)
    np.testing.assert_allclose(matrix.sum(axis=0), expected["column_sums"], rtol=1e-8)
    errors = ~np.eye(8, dtype=bool)
    labels = np.array(table.columns)
    largest = np.argwhere((matrix == matrix[errors].max()) & errors)
    assert {tuple(labels[cell]) for cell in largest} == {tuple(pair) for pair in expected["largest_confusions"]}
    implied = np.array(expected["implied_condition_accuracy"], float)
    np.testing.assert_allclose(np.where(errors, 1 - 7 * matrix, np.nan), implied, rtol=1e-8)


@pytest.mark.reference("anchors", "tukey.F_from_t", "tukey.t_additivity_gap", "tukey.*reported*", "tukey.*expression*")
def test_the_papers_tests_belong_together_up_to_rounding(reference, close):
    expected = reference("anchors").expected["tukey"]
    t = {(row["a"], row["b"]): row["t"] for row in paper_value("attention", "tukey_t")}
    ep_cam, ep_grad, cam_grad = t.values()
    assert (ep_cam**2 + ep_grad**2 + cam_grad**2) / 3 == close(expected["F_from_t"])
    assert ep_grad - ep_cam - cam_grad == close(expected["t_additivity_gap"])
    printed = paper_value("attention", "anova_F")
    assert abs(expected["F_from_t"] - printed) < 0.1
    assert 2 * printed / (2 * printed + 165) == close(expected["eta_squared_of_reported_85_45"])
    p = f.sf(paper_value("attention", "expression_F"), 7, 160)
    assert p == close(expected["p_of_expression_F_1_34_df_7_160"], absolute=0)


def test_what_the_paper_does_not_give_is_none():
    assert paper_value("machine", "finetuned", "confusion_r_simple") is None
    assert paper_value("machine", "my-regime", "accuracy") is None
