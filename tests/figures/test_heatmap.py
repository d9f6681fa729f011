import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.figures.heatmap import CONFUSION, ColourScale, even_scale, ink, label_matrix
from fercore.figures.theme import DARK, LIGHT
from fercore.labels import EXPRESSIONS


@pytest.fixture
def accuracy() -> np.ndarray:
    values = np.random.default_rng(3).uniform(0.6, 1, (8, 8))
    np.fill_diagonal(values, np.nan)
    return values


def _texts(figure) -> list[str]:
    return list(next(figure.select_traces({"mode": "text"})).text)


def test_every_full_cell_shows_its_value_and_no_empty_one_does(accuracy):
    texts = _texts(label_matrix(accuracy, EXPRESSIONS, LIGHT, even_scale([accuracy]), title="Accuracy"))
    assert len(texts) == 56
    assert texts[0] == f"{accuracy[0, 1]:.2f}".lstrip("0")


def test_empty_cells_get_a_border_and_a_reason(accuracy):
    figure = label_matrix(accuracy, EXPRESSIONS, LIGHT, even_scale([accuracy]), title="", empty="same label")
    assert len(figure.layout.shapes) == 8
    over = next(figure.select_traces({"mode": "markers"}))
    assert over.text[0] == "neutral against neutral: – (same label)"


def test_a_click_says_its_row_and_column(accuracy):
    figure = label_matrix(accuracy, EXPRESSIONS, LIGHT, even_scale([accuracy]), title="")
    over = next(figure.select_traces({"mode": "markers"}))
    assert list(over.customdata[1]) == ["neutral", "happy"]
    assert over.marker.opacity == 0


def test_hovering_over_a_cell_gives_one_more_digit(accuracy):
    figure = label_matrix(accuracy, EXPRESSIONS, LIGHT, even_scale([accuracy]), title="")
    over = next(figure.select_traces({"mode": "markers"}))
    assert over.text[1] == f"neutral against happy: {accuracy[0, 1]:.3f}".replace("0.", ".")


def test_cells_are_square_and_labels_are_all_there(accuracy):
    layout = label_matrix(accuracy, EXPRESSIONS, DARK, even_scale([accuracy]), title="").layout
    assert layout.yaxis.scaleanchor == "x"
    assert layout.xaxis.automargin
    assert layout.xaxis.ticktext == layout.yaxis.ticktext == EXPRESSIONS


def test_values_of_another_size_than_the_labels_are_refused():
    with pytest.raises(ValueError, match=r"\(2, 2\)"):
        label_matrix(np.zeros((2, 2)), EXPRESSIONS, LIGHT, CONFUSION, title="")


def test_the_root_scale_spreads_small_shares_but_texts_stay_true():
    assert CONFUSION.position(np.array(0.04)) == pytest.approx(0.2)
    values = np.full((2, 2), 0.04)
    assert set(_texts(label_matrix(values, ("a", "b"), LIGHT, CONFUSION, title=""))) == {".04"}


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_ink_reaches_the_contrast_of_normal_text(rgb):
    def luminance(colour):
        c = np.asarray(colour) / 255
        return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]

    text = 0 if ink(f"rgb{rgb}") == "#000000" else 255
    a, b = luminance(rgb), luminance((text,) * 3)
    assert (max(a, b) + 0.05) / (min(a, b) + 0.05) >= 4.5


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=20))
def test_an_even_scale_covers_all_values_with_few_ticks_inside(values):
    scale = even_scale([np.array(values)])
    assert scale.low == min(values)
    assert scale.high == max(values)
    assert len(scale.ticks) <= 6


def test_a_scale_without_values_can_be_drawn():
    assert isinstance(even_scale([np.full((2, 2), np.nan)]), ColourScale)
