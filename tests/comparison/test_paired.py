import numpy as np
import pytest

from fercore.comparison.crossed import Crossed, cross
from fercore.comparison.paired import COLUMNS, paired_contrasts


@pytest.mark.reference("anova_dice", "paired_t.*")
def test_every_number_equals_that_of_r(reference, close):
    case = reference("anova_dice")
    table = paired_contrasts(cross(case.table(), "value", "condition", "method", ["EP", "CAM", "Grad-CAM"]))
    names = {"a": "first", "b": "second", "dz": "cohen_dz"}
    assert tuple(table.columns) == COLUMNS
    with_r = [column for column in COLUMNS if column not in ("dz_low", "dz_high")]
    for row, expected in zip(table.to_dict("records"), case.expected["paired_t"], strict=True):
        for column in with_r:
            wanted = expected[names.get(column, column)]
            if isinstance(wanted, str):
                assert row[column] == wanted
            else:
                assert row[column] == close(wanted, absolute=0 if column.startswith("p") else 1e-12), column


@pytest.mark.parametrize("values", [np.ones((4, 2)), np.ones((1, 2)), np.ones((0, 2))])
def test_differences_that_do_not_vary_have_no_test(values):
    row = paired_contrasts(Crossed(values, tuple(map(str, range(len(values)))), ("x", "y"), 0)).iloc[0]
    assert np.isnan([row["t"], row["p"], row["p_holm"], row["ci_low"], row["dz"], row["dz_low"]]).all()
