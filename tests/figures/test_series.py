import numpy as np
import pandas as pd
import pytest

from fercore.figures.series import series
from fercore.figures.theme import DARK, LIGHT


@pytest.fixture
def curves():
    rows = [(s, x, 0.2 + x / 2, 0.1 + x / 2, 0.3 + x / 2, 9) for s in ("cam", "random") for x in np.linspace(0, 1, 21)]
    return pd.DataFrame(rows, columns=["source", "x", "value", "ci_low", "ci_high", "n"])


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_source_has_a_line_a_band_and_one_entry_in_the_legend(curves, theme):
    figure = series(curves, theme, title="t", subtitle="s", x_title="area", y_title="p", name=str.upper)
    assert [trace.name for trace in figure.data if trace.name and trace.showlegend is not False] == ["CAM", "RANDOM"]
    assert sum(trace.fill == "toself" for trace in figure.data) == 2
    assert figure.layout.xaxis.title.text == "area"
    assert figure.layout.yaxis.title.text == "p"


def test_values_that_are_not_known_are_left_out(curves):
    curves.loc[curves["x"] > 0.5, ["value", "ci_low", "ci_high"]] = np.nan
    figure = series(curves, LIGHT, title="t", x_title="x", y_title="y", name=str, marked=True)
    assert max(max(trace.x) for trace in figure.data) <= 0.5


def test_few_values_are_all_marked_and_many_are_not(curves):
    few = series(curves, LIGHT, title="t", x_title="x", y_title="y", name=str, marked=True)
    many = series(curves, LIGHT, title="t", x_title="x", y_title="y", name=str)
    marked = [[len(t.x) for t in figure.data if t.mode == "lines+markers"] for figure in (few, many)]
    assert marked[0] == [21, 21]
    assert all(3 <= n <= 5 for n in marked[1])
