from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from fercore.humans.click_maps import attention_maps
from fercore.humans.click_sequence import click_sequence_map

SIDE, RADIUS = 64, 5.0
RED, YELLOW = (1, 0, 0), (1, 1, 0)


def test_the_first_click_is_red_the_last_yellow_and_those_between_by_rank(clicked: Any) -> None:
    picture = click_sequence_map(clicked([[10, 10, 1], [30, 30, 2], [50, 50, 3]]), SIDE, RADIUS)
    assert tuple(picture[10, 10]) == (*RED, 1)
    assert tuple(picture[30, 30]) == (1, 0.5, 0, 1)
    assert tuple(picture[50, 50]) == (*YELLOW, 1)
    assert tuple(picture[10, 50]) == (0, 0, 0, 0)


def test_a_single_click_is_red(clicked: Any) -> None:
    assert tuple(click_sequence_map(clicked([[10, 10, 1]]), SIDE, RADIUS)[10, 10]) == (*RED, 1)


def test_later_discs_lie_over_earlier_ones(clicked: Any) -> None:
    picture = click_sequence_map(clicked([[20, 20, 1], [24, 20, 2]]), SIDE, RADIUS)
    assert tuple(picture[20, 22, :3]) == YELLOW
    assert tuple(picture[20, 16, :3]) == RED


def test_participants_are_averaged_and_opacity_says_how_many(clicked: Any) -> None:
    first_red = [[10, 10, 1], [50, 50, 2]]
    last_yellow = [[50, 50, 1], [10, 10, 2]]
    picture = click_sequence_map(clicked(first_red, last_yellow, [[30, 30, 1]], []), SIDE, RADIUS)
    assert tuple(picture[10, 10]) == (1, 0.5, 0, 0.5)
    assert tuple(picture[30, 30]) == (*RED, 0.25)


def test_only_correct_responses_count(clicked: Any) -> None:
    right, wrong = clicked([[10, 10, 1]]), clicked([[50, 50, 1]], correct=False)
    both = click_sequence_map(pd.concat([right, wrong]), SIDE, RADIUS)
    np.testing.assert_array_equal(both, click_sequence_map(right, SIDE, RADIUS))
    assert not click_sequence_map(wrong, SIDE, RADIUS).any()


def test_opacity_is_attention(trials: pd.DataFrame, plan: pd.DataFrame) -> None:
    attention, _ = attention_maps(trials, plan, SIDE, RADIUS)
    picture = click_sequence_map(trials[trials["image"] == plan["image"][5]], SIDE, RADIUS)
    assert picture.dtype == np.float32
    assert picture[..., 3] == pytest.approx(attention[5])
    assert (picture >= 0).all()
    assert (picture <= 1).all()
