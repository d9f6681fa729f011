import numpy as np
import pandas as pd
import pytest

from fercore.comparison.anova import one_way


@pytest.fixture(scope="session")
def compare_groups():
    """One-way analysis of arrays of values by group."""

    def compare(values):
        groups, sizes = list(values), [len(own) for own in values.values()]
        table = pd.DataFrame({"group": np.repeat(groups, sizes), "value": np.concatenate(list(values.values()))})
        return one_way(table, "value", "group")

    return compare
