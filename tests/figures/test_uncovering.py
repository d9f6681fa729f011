import numpy as np
import pandas as pd
import pytest

from fercore.figures.theme import DARK, LIGHT
from fercore.figures.uncovering import uncovering

AREAS = [0.01, 0.1, 0.6]


@pytest.fixture
def curves():
    rows = [(s, a, 0.5 + a, 0.4 + a, 0.6 + a / 2) for s in ("cam", "people") for a in AREAS]
    return pd.DataFrame(rows, columns=["source", "area", "accuracy", "ci_low", "ci_high"])


@pytest.fixture
def points():
    columns = ["area", "n", "accuracy", "ci_low", "ci_high", "network", "network_low", "network_high"]
    return pd.DataFrame(
        [(0.02, 10, 0.9, 0.8, 0.95, 0.5, 0.4, 0.6), (0.1, 12, 0.8, 0.7, 0.9, np.nan, np.nan, np.nan)], columns=columns
    )


def drawn(figure):
    return {trace.name: trace for trace in figure.data if trace.name}


def test_every_source_has_a_line_and_a_band_in_percent_of_the_image(curves):
    figure = uncovering(curves, LIGHT, blurred=0.51, whole=0.9, title="t", subtitle="s")
    line = drawn(figure)["network along CAM"]
    np.testing.assert_allclose(line.x, [1, 10, 60])
    assert sum(trace.fill == "toself" for trace in figure.data) == 2
    assert figure.layout.xaxis.type == "log"
    assert "% of the image" in figure.layout.xaxis.title.text


def test_chance_blurred_and_whole_image_stand_as_lines_with_words(curves):
    figure = uncovering(curves, DARK, blurred=0.51, whole=0.9, title="t", subtitle="s")
    assert sorted(shape.y0 for shape in figure.layout.shapes) == [0.5, 0.51, 0.9]
    words = [note.text.strip() for note in figure.layout.annotations]
    assert words == ["chance", "blurred image .510", "whole image .900"]


def test_people_are_points_with_bars_and_never_called_people_where_they_are_simulated(curves, points):
    figure = uncovering(
        curves, LIGHT, points=points, blurred=0.51, whole=0.9, people="simulated people", people_area=0.06, title="t",
        subtitle="s",
    )  # fmt: skip
    traces = drawn(figure)
    people = traces["simulated people, by what they had uncovered"]
    assert list(people.y) == [0.9, 0.8]
    assert people.error_y.array == pytest.approx([0.05, 0.1])
    assert list(traces["network, shown what simulated people had uncovered"].x) == [2]
    assert "network along simulated people's maps" in traces
    assert "simulated people's mean 6.0 %" in figure.layout.annotations[-1].text


def test_only_areas_that_are_reached_are_marked(curves):
    crossings = pd.DataFrame({"source": ["cam", "people"], "area": [0.2, np.inf], "accuracy": [0.7, 0.7]})
    figure = uncovering(curves, LIGHT, crossings=crossings, blurred=0.51, whole=0.9, title="t", subtitle="s")
    assert list(drawn(figure)["reaches people's accuracy"].x) == [20]
    none = uncovering(curves, LIGHT, crossings=crossings[1:], blurred=0.51, whole=0.9, title="t", subtitle="s")
    assert "reaches people's accuracy" not in drawn(none)
