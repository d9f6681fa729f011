import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.figures.ticks import round_ticks, share_axis, short


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_ticks_lie_within_the_axis_and_are_few(low, span):
    ticks = round_ticks(low, low + span)
    assert len(ticks) <= 6
    assert all(low - 1e-6 <= tick <= low + span + 1e-6 for tick in ticks)


def test_ticks_are_round():
    assert round_ticks(0.62, 0.97) == [0.7, 0.8, 0.9]
    assert round_ticks(0.0, 1.0) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]


def test_a_span_of_nothing_has_one_tick():
    assert round_ticks(0.5, 0.5) == [0.5]
    assert round_ticks(float("nan"), 1.0) == []


def test_shares_on_an_axis_have_no_leading_zero():
    axis = share_axis(np.array([0.4, np.nan, 0.61]), low=0.0)
    assert axis["ticktext"] == ["0", ".2", ".4", ".6"]


@pytest.mark.parametrize(
    ("number", "text"), [(".900", ".9"), ("1.000", "1"), (".000", "0"), ("10", "10"), ("5.0", "5")]
)
def test_zeros_at_the_end_are_dropped(number, text):
    assert short(number) == text
