import numpy as np
import pandas as pd
import pytest

from fercore.comparison.crossed import cross
from fercore.errors import InputError

TABLE = pd.DataFrame(
    {
        "condition": ["x", "y", "z", "x", "y", "z"],
        "method": ["cam", "cam", "cam", "ep", "ep", "ep"],
        "dice": [0.1, 0.2, 0.3, 0.4, np.nan, 0.6],
    }
)


def test_subjects_that_lack_a_level_are_left_out_and_counted():
    crossed = cross(TABLE, "dice", "condition", "method")
    assert crossed.levels == ("cam", "ep")
    assert crossed.subjects == ("x", "z")
    assert crossed.values.tolist() == [[0.1, 0.4], [0.3, 0.6]]
    assert crossed.n_left_out == 1


def test_rows_come_in_any_order_and_levels_in_the_order_asked_for():
    crossed = cross(TABLE.sample(frac=1, random_state=3), "dice", "condition", "method", ["ep", "cam"])
    assert crossed.values.tolist() == [[0.4, 0.1], [0.6, 0.3]]


def test_two_values_in_one_place_are_refused():
    with pytest.raises(InputError, match="condition 'x' has several values for method 'cam'"):
        cross(pd.concat([TABLE, TABLE.head(1)]), "dice", "condition", "method")
