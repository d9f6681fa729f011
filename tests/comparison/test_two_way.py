import numpy as np
import pandas as pd
import pytest

from fercore.comparison.two_way import COLUMNS, two_way


@pytest.mark.reference("anova_dice", "two_way.*")
def test_every_number_equals_that_of_r(reference, close):
    case = reference("anova_dice")
    table = two_way(case.table(), "value", "method", "true_label").set_index("effect")
    expected = case.expected["two_way"]
    for effect, name in (("method", "method"), ("true_label", "expression"), ("method:true_label", "interaction")):
        for column in ("F", "df", "p", "ss"):
            absolute = 0 if column == "p" else 1e-12
            assert table.loc[effect, column] == close(expected[name][column], absolute=absolute), (effect, column)
    assert table.loc["residual", "df"] == expected["df_within"]
    assert table.loc["residual", "ss"] == close(expected["ss_within"])


def test_an_empty_combination_or_no_residual_has_no_analysis():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"value": rng.random(8), "a": list("xxyy") * 2, "b": list("uv") * 4})
    assert len(two_way(table, "value", "a", "b")) == 4
    gap = table[(table["a"] != "x") | (table["b"] != "u")]
    for partial in (gap, table.head(4), table[table["a"] == "x"]):
        result = two_way(partial, "value", "a", "b")
        assert result.empty
        assert list(result.columns) == list(COLUMNS)
