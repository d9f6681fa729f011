import numpy as np
import pytest

from fercore.comparison.binary_maps import binarise, scale_map
from fercore.comparison.dice_band import ceiling_dice, floor_dice


def dice(a, b, threshold):
    a, b = (binarise(scale_map(one), threshold) for one in (a, b))
    return 2 * (a & b).sum() / (a.sum() + b.sum())


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_the_floor_is_the_mean_over_the_maps_of_other_conditions(rng):
    human, model = rng.random((4, 6, 6)), rng.random((2, 4, 6, 6))
    floor, others = floor_dice(human, model)
    assert floor.shape == others.shape == (256, 2, 4)
    for threshold in (1, 50, 200):
        of_people = [dice(human[c], model[1, 2], threshold) for c in (0, 1, 3)]
        assert floor[threshold, 1, 2] == pytest.approx(np.mean(of_people))
        of_model = [dice(human[2], model[1, c], threshold) for c in (0, 1, 3)]
        assert others[threshold, 1, 2] == pytest.approx(np.mean(of_model))


def test_conditions_without_a_map_take_no_part_in_the_floor(rng):
    human, model = rng.random((3, 6, 6)), rng.random((1, 3, 6, 6))
    human[0], model[0, 1] = np.nan, np.nan
    floor, others = floor_dice(human, model)
    assert np.isnan(others[:, 0, 0]).all()
    assert others[50, 0, 1] == pytest.approx(np.mean([dice(human[1], model[0, c], 50) for c in (0, 2)]))
    assert np.isnan(floor[:, 0, 1]).all()
    assert floor[50, 0, 2] == pytest.approx(dice(human[1], model[0, 2], 50))
    assert floor[50, 0, 0] == pytest.approx(np.mean([dice(human[c], model[0, 0], 50) for c in (1, 2)]))


def test_halves_that_uncover_the_same_agree_fully(rng):
    seen = np.tile(rng.random((1, 6, 6)) > 0.5, (8, 1, 1))
    found = ceiling_dice(seen, np.tile([0, 1], 4), np.repeat(np.arange(4), 2), np.array([[True, True, False, False]]))
    np.testing.assert_allclose(found, 1)


def test_the_ceiling_compares_mean_maps_of_halves(rng):
    n_people, n_images = 6, 3
    seen = rng.random((n_people, n_images, 6, 6)) > 0.4
    answered = rng.random((n_people, n_images)) > 0.3
    person, image = np.nonzero(answered)
    first = np.array([[True, False, True, False, True, False], [True, True, True, False, False, False]])
    found = ceiling_dice(seen[person, image], image, person, first)
    expected = []
    for split in first:
        halves = []
        for half in (split, ~split):
            means = [
                seen[half & answered[:, i], i].mean(axis=0) for i in range(n_images) if (half & answered[:, i]).any()
            ]
            halves.append(np.mean(means, axis=0))
        expected.append(dice(*halves, 50))
    assert found[50] == pytest.approx(
        np.mean(expected), abs=0.02
    )  # single precision may round a value to the next integer


def test_nobody_has_no_ceiling():
    assert np.isnan(
        ceiling_dice(np.zeros((0, 6, 6), bool), np.array([], int), np.array([], int), np.ones((2, 4), bool))
    ).all()


def test_a_half_without_answers_has_no_ceiling(rng):
    seen = rng.random((2, 6, 6)) > 0.5
    found = ceiling_dice(seen, np.array([0, 1]), np.array([0, 0]), np.array([[True, False]]))
    assert np.isnan(found).all()
