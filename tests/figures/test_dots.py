import numpy as np
import pandas as pd

from fercore.figures.dots import dots
from fercore.figures.theme import LIGHT


def test_every_row_has_its_mean_its_interval_and_its_values():
    rows = pd.DataFrame({"name": ["a", "b"], "mean": [0.5, 0.7], "ci_low": [0.4, np.nan], "ci_high": [0.6, np.nan]})
    figure = dots(
        rows, {"a": np.array([0.45, 0.55])}, LIGHT, title="t", x_title="share", lines={"people": 0.8, "none": np.nan}
    )
    means = figure.data[-1]
    assert list(means.x) == [0.5, 0.7]
    np.testing.assert_allclose(means.error_x.array, [0.1, 0])
    np.testing.assert_allclose(means.error_x.arrayminus, [0.1, 0])
    assert list(figure.data[0].x) == [0.45, 0.55]
    assert [line.x0 for line in figure.layout.shapes] == [0.8]
    assert figure.layout.xaxis.title.text == "share"


def test_a_row_is_shaded_between_its_floor_and_its_ceiling():
    rows = pd.DataFrame(
        {"name": ["a", "b"], "mean": [0.5, 0.7], "ci_low": [0.4, np.nan], "ci_high": [0.6, np.nan], "floor": [0.0, 0.0]}
    ).assign(ceiling=[0.9, np.nan], note=["n = 4", ""])
    figure = dots(rows, {}, LIGHT, title="t", x_title="r")
    assert [(shape.x0, shape.x1) for shape in figure.layout.shapes] == [(0.0, 0.9)]
    by_name = {trace.name: list(trace.x) for trace in figure.data if trace.name}
    assert by_name == {"floor": [0.0, 0.0], "ceiling": [0.9]}
    assert [row[0] for row in figure.data[-1].customdata] == [" [.400,\N{NO-BREAK SPACE}.600]<br>n = 4", ""]
