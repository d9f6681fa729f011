import pandas as pd

from fercore.figures.growth import growth
from fercore.figures.theme import LIGHT

CURVE = pd.DataFrame(
    {
        "n_people": [1, 2, 3, 4],
        "agreement": [0.2, 0.4, 0.5, 0.6],
        "ci_low": [0.1, 0.3, 0.4, 0.5],
        "ci_high": [0.3, 0.5, 0.6, 0.7],
        "extrapolated": [False, False, True, True],
    }
)


def test_what_is_extrapolated_is_dashed_and_marked():
    figure = growth(CURVE, (2.5, 0.45), LIGHT, title="t", x_title="people", y_title="CC")
    lines = {trace.name: trace for trace in figure.data if trace.name}
    assert list(lines["measured"].x) == [1, 2]
    assert lines["measured"].line.dash == "solid"
    beyond = lines["extrapolated (Spearman-Brown)"]
    assert list(beyond.x) == [2, 3, 4]
    assert beyond.line.dash == "dash"
    assert figure.layout.shapes[0].x0 == 2
    assert "extrapolated" in figure.layout.annotations[0].text
    assert (lines["ceiling of this study"].x[0], lines["ceiling of this study"].y[0]) == (2.5, 0.45)


def test_a_curve_that_ends_with_the_data_has_no_mark_of_extrapolation():
    figure = growth(CURVE[:2], (1.0, 0.4), LIGHT, title="t", x_title="people", y_title="Dice")
    assert not figure.layout.shapes
    assert [trace.name for trace in figure.data if trace.name] == ["measured", "ceiling of this study"]
