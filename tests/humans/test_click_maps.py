from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from fercore.errors import InputError
from fercore.humans.click_maps import attention_maps, click_map, click_maps, participant_maps

SIDE, RADIUS = 64, 64 / 14


def test_a_click_map_is_the_union_of_discs_whatever_their_order() -> None:
    one, two = click_map([[10, 20, 500]], SIDE, RADIUS), click_map([[13.5, 20.5]], SIDE, RADIUS)
    both = click_map([[13.5, 20.5, 1], [10, 20, 2], [10, 20, 3]], SIDE, RADIUS)
    np.testing.assert_array_equal(both, one | two)
    assert both.dtype == bool


def test_x_goes_right_and_y_goes_down() -> None:
    row, column = np.argwhere(click_map([[40, 8]], SIDE, RADIUS)).mean(axis=0)
    assert (row, column) == pytest.approx((7.5, 39.5))


def test_no_clicks_uncover_nothing() -> None:
    assert not click_map([], SIDE, RADIUS).any()


def test_maps_of_a_table_are_those_of_its_trials(clicked: Any) -> None:
    lists = [[[10, 20, 1], [30, 30, 2]], [], [[63.9, 0, 5]]]
    maps = click_maps(clicked(*lists), SIDE, RADIUS)
    np.testing.assert_array_equal(maps, [click_map(clicks, SIDE, RADIUS) for clicks in lists])


def test_maps_on_a_coarser_grid_cover_the_same_part(trials: pd.DataFrame) -> None:
    fine = click_maps(trials, SIDE, RADIUS).mean(axis=(1, 2))
    coarse = click_maps(trials, SIDE, RADIUS, grid=32).mean(axis=(1, 2))
    np.testing.assert_allclose(coarse, fine, atol=0.01)


def test_attention_is_the_share_of_correct_participants_who_uncovered_a_pixel(
    trials: pd.DataFrame, plan: pd.DataFrame
) -> None:
    maps, n_correct = attention_maps(trials, plan, SIDE, RADIUS)
    assert maps.shape == (len(plan), SIDE, SIDE)
    assert maps.dtype == np.float32
    assert (maps.min(), maps.max()) >= (0, 0)
    assert maps.max() <= 1
    for row, image in enumerate(plan["image"]):
        right = trials[(trials["image"] == image) & trials["correct"]]
        assert n_correct[row] == len(right)
        if len(right):
            np.testing.assert_allclose(maps[row], click_maps(right, SIDE, RADIUS).mean(axis=0), rtol=1e-6)


def test_attention_depends_on_no_order_of_rows(trials: pd.DataFrame, plan: pd.DataFrame) -> None:
    shuffled = trials.sample(frac=1, random_state=1)
    np.testing.assert_array_equal(
        attention_maps(trials, plan, SIDE, RADIUS)[0], attention_maps(shuffled, plan, SIDE, RADIUS)[0]
    )


def test_an_image_without_correct_trials_has_no_attention(clicked: Any) -> None:
    plan = pd.DataFrame({"image": ["a", "b"], "true_label": "fear", "false_label": "sad"})
    maps, n_correct = attention_maps(clicked([[10, 20, 1]], correct=False), plan, SIDE, RADIUS)
    assert not maps.any()
    assert list(n_correct) == [0, 0]


def test_an_image_outside_the_plan_is_refused(clicked: Any) -> None:
    plan = pd.DataFrame({"image": ["b"], "true_label": ["fear"], "false_label": ["sad"]})
    with pytest.raises(InputError, match="'a' is not in the plan"):
        attention_maps(clicked([[10, 20, 1]]), plan, SIDE, RADIUS)


def test_participants_maps_average_to_attention(trials: pd.DataFrame, plan: pd.DataFrame) -> None:
    maps, correct = participant_maps(trials, plan, SIDE, RADIUS)
    assert maps.shape == (6, len(plan), SIDE, SIDE)
    assert correct.sum() == trials["correct"].sum()
    assert not maps[~correct].any()
    attention, n_correct = attention_maps(trials, plan, SIDE, RADIUS)
    np.testing.assert_array_equal(correct.sum(axis=0), n_correct)
    np.testing.assert_allclose(maps.sum(axis=0) / np.maximum(n_correct, 1)[:, None, None], attention, atol=1e-6)
