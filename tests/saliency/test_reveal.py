"""A network that looks at a square only sees it as soon as a map has uncovered it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from fercore.comparison.uncovering import n_uncovered, uncovering_order
from fercore.machines.device import choose_device
from fercore.saliency.explain import ROWS
from fercore.saliency.reveal import MARGINS, RevealUnit, Sight, put_together

SIDE = 20
SQUARE = (slice(4, 8), slice(10, 15))
N_SQUARE = 20
AREAS = (0.01, 0.03, 0.05, 0.1, 0.25, 0.6)


class WholeSquare(nn.Module):
    """Prefers its first output where every pixel of the square is bright, else its second."""

    def forward(self, x):
        darkest = x[:, 0, *SQUARE].amin(dim=(1, 2))
        return torch.stack([darkest, -darkest], dim=1)


@pytest.fixture
def sight():
    """Three bright faces whose blurred images are black; the true label is the first output, once the second."""
    return Sight(
        classifier=WholeSquare(),
        device=choose_device(threads=1),
        rows=np.array([5, 2, 3]),
        sharp=np.full((3, SIDE, SIDE, 3), 255, np.uint8),
        blurred=np.zeros((3, SIDE, SIDE), np.uint8),
        true=np.array([0, 0, 1]),
        false=np.array([1, 1, 0]),
    )


@pytest.fixture
def unit():
    return RevealUnit(Path("study"), "run", "epochs-1", "happy-sad", (), AREAS, 0.3)


def falling_from(row, column):
    """A map that falls with the distance from a place."""
    y, x = np.indices((SIDE, SIDE))
    return -np.hypot(y - row, x - column).astype(np.float32)


def test_it_is_right_as_soon_as_the_map_has_uncovered_the_whole_square(sight, unit):
    on_square = np.zeros((SIDE, SIDE), np.float32)
    on_square[SQUARE] = 1
    maps = np.stack([on_square, falling_from(10, 9), on_square])
    right = sight.along(maps, unit) > 0
    assert list(right[0]) == [area * SIDE**2 >= N_SQUARE for area in AREAS]
    last = uncovering_order(maps[1:2], np.random.default_rng(unit.seed))[0][SQUARE].max()
    assert N_SQUARE < last < n_uncovered(np.array(AREAS), SIDE**2)[-1]
    assert list(right[1]) == list(n_uncovered(np.array(AREAS), SIDE**2) > last)
    assert list(right[2]) == [not one for one in right[0]]  # what convinces it of the first label


def test_more_uncovered_is_never_less_bright(sight, unit):
    maps = np.random.default_rng(0).random((3, SIDE, SIDE)).astype(np.float32)
    found = sight.along(maps, unit)
    assert (np.diff(found[:2], axis=1) >= 0).all()
    assert (np.diff(found[2]) <= 0).all()


def test_nothing_uncovered_is_the_blurred_image_and_everything_the_whole_one(sight):
    order = np.arange(SIDE**2, dtype=np.int32).reshape(1, SIDE, SIDE).repeat(3, axis=0)
    found = sight.answer(order, [0, SIDE**2])
    assert list(found[:, 0] > 0) == [False, False, True]
    assert list(found[:, 1] > 0) == [True, True, False]


def test_an_answer_does_not_depend_on_the_images_beside_it(sight, unit):
    maps = np.random.default_rng(1).integers(0, 3, (3, SIDE, SIDE)).astype(np.float32)
    alone = replace(
        sight, **{name: getattr(sight, name)[1:2] for name in ("rows", "sharp", "blurred", "true", "false")}
    )
    np.testing.assert_array_equal(sight.along(maps, unit)[1:2], alone.along(maps[1:2], unit))


def test_a_map_that_is_flat_or_not_known_tells_no_order(sight, unit):
    maps = np.stack([np.zeros((SIDE, SIDE)), np.full((SIDE, SIDE), np.nan), falling_from(5, 12)]).astype(np.float32)
    found = sight.along(maps, unit)
    assert np.isnan(found[:2]).all()
    assert np.isfinite(found[2]).all()


def test_parts_are_put_where_the_plan_has_their_images():
    def part(rows):
        n = len(rows)
        values = np.array(rows, np.float32)
        return {MARGINS: values[:, None], "blurred": values, "whole": -values, ROWS: np.array(rows), "n": np.array(n)}

    found = put_together([part([3, 0]), part([1])], 5)
    np.testing.assert_array_equal(found[MARGINS][:, 0], [0, 1, np.nan, 3, np.nan])
    np.testing.assert_array_equal(found["whole"], [0, -1, np.nan, -3, np.nan])
