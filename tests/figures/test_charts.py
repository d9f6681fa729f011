import numpy as np
import pandas as pd
import pytest

from fercore.figures.boxes import boxes
from fercore.figures.curves import accuracy_curves, loss_curve
from fercore.figures.pair_triangle import Tile, pair_triangle
from fercore.figures.scatter import scatter
from fercore.figures.sweep import LAST, MARGINS, sweep
from fercore.figures.theme import DARK, LIGHT, MARKS, mark, theme_of
from fercore.labels import LabelSet

HISTORY = pd.DataFrame(
    {"epoch": [1, 2], "loss": [0.7, 0.5], "train_accuracy": [0.5, 0.9], "validation_accuracy": [0.5, 0.8]}
)


def test_every_observer_has_its_own_colour_and_marker():
    grays = ("center-gaussian", "edge-map", "random")
    assert len({MARKS[name].colour for name in grays}) == 1  # controls, which markers tell apart
    assert len({m.colour for m in MARKS.values()}) == len(MARKS) - len(grays) + 1
    assert len({m.symbol for m in MARKS.values()}) == len(MARKS)


def test_a_method_without_a_mark_is_gray_and_keeps_its_name():
    assert mark("newest").label == "newest"


def test_an_unknown_theme_is_light():
    assert theme_of("dark") is DARK
    assert theme_of(None) is LIGHT


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_figures_lie_on_the_page_and_write_in_its_ink(theme):
    figure = scatter(np.arange(3), np.arange(3), "abc", theme, title="t", subtitle="s", x_title="x", y_title="y")
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert figure.layout.font.color == theme.text


def test_boxes_show_every_point_in_the_methods_colour():
    figure = boxes({"cam": np.array([0.1, 0.2]), "grad-cam": np.array([0.3])}, "ab", LIGHT, title="t", y_title="Dice")
    assert [trace.boxpoints for trace in figure.data] == ["all", "all"]
    assert [trace.name for trace in figure.data] == ["CAM", "Grad-CAM"]
    assert figure.data[0].marker.color == MARKS["cam"].colour


def test_floor_and_ceiling_lie_behind_the_box_they_belong_to():
    groups = {"cam": np.array([0.1, 0.2]), "grad-cam": np.array([0.3])}
    figure = boxes(groups, "ab", LIGHT, title="t", y_title="Dice", bands={"cam": (0.1, 0.6), "grad-cam": (0.2, np.nan)})
    bands = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert [(band.y0, band.y1) for band in bands] == [(0.1, 0.6)]
    assert sorted(line.y0 for line in figure.layout.shapes if line.type == "line") == [0.1, 0.2, 0.6]
    assert [note.text for note in figure.layout.annotations] == ["floor", "ceiling"]
    assert max(figure.layout.yaxis.tickvals) == 0.6


def test_the_sweep_shows_intervals_between_floor_and_ceiling():
    curve, bounds = np.linspace(1, 0, 256), np.array([[0, 0.9, 1.0], [255, 0.0, 0.1]])
    figure = sweep(
        {"cam": curve}, LIGHT, title="t", floors={"cam": curve / 2}, ceiling=curve * 2, intervals={"cam": bounds}
    )
    by_name = {trace.name: trace for trace in figure.data if trace.name}
    assert list(by_name["floor of CAM"].y) == list(curve / 2)
    assert list(by_name["ceiling"].y) == list(curve * 2)
    filled = [trace for trace in figure.data if trace.fill == "toself"]
    assert len(filled) == 2
    assert list(filled[1].y) == [1.0, 0.1, 0.0, 0.9]


def test_the_margins_of_the_sweep_are_fixed_so_that_a_threshold_can_be_marked_over_it():
    figure = sweep({"cam": np.linspace(1, 0, 256)}, LIGHT, title="t")
    assert {side: figure.layout.margin[side] for side in MARGINS} == MARGINS
    assert not figure.layout.xaxis.automargin
    assert not figure.layout.yaxis.automargin
    assert list(figure.layout.xaxis.range) == [0, LAST]


def test_the_mean_of_each_box_stands_beside_it_with_its_interval():
    groups = {"cam": np.array([0.1, 0.2]), "grad-cam": np.array([0.3])}
    figure = boxes(groups, "ab", LIGHT, title="t", y_title="Dice", means={"cam": (0.15, 0.11, 0.18)})
    means = figure.data[-1]
    assert means.y[0] == 0.15
    assert np.isnan(means.y[1])
    np.testing.assert_allclose([means.error_y.array[0], means.error_y.arrayminus[0]], [0.03, 0.04])


@pytest.mark.parametrize("values", [np.array([0.1, np.nan]), np.full(2, np.nan)])
def test_plotly_can_tell_that_boxes_have_not_changed(values):
    figure = boxes({"cam": values}, "ab", LIGHT, title="t", y_title="Dice", means={"cam": (0.1, np.nan, np.nan)})
    assert "template" not in figure.to_dict()["layout"]
    assert "bdata" not in figure.to_json()
    assert figure.layout.datarevision == 0


def test_curves_show_both_accuracies_chance_and_goal():
    figure = accuracy_curves(HISTORY, LIGHT, title="neutral-happy", n="4 images", chance=0.5, goal=0.9)
    assert [trace.name for trace in figure.data] == ["training", "validation"]
    assert [note.text for note in figure.layout.annotations] == ["chance", "goal"]
    assert list(loss_curve(HISTORY, LIGHT, title="neutral-happy", n="4 images").data[0].y) == [0.7, 0.5]


def test_the_triangle_has_a_tile_for_every_pair_and_says_what_is_missing():
    labels = LabelSet(("a", "b", "c"))
    tiles = {"a-b": Tile("done", 0.91), "a-c": Tile("training", note="epoch 3")}
    figure = pair_triangle(tiles, labels, LIGHT, title="t", chosen="a-b")
    texts, over = figure.data
    assert list(texts.text) == [".91", "●", "–"]
    assert [list(c) for c in over.customdata] == [["a-b"], ["a-c"], ["b-c"]]
    assert "not in this run" in over.text[2]
    assert "epoch 3" in over.text[1]
