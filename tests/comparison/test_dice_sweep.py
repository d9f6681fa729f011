import numpy as np
import pytest

from fercore.comparison.binary_maps import binarise, scale_map
from fercore.comparison.dice_sweep import sweep_dice
from fercore.comparison.measures import SIMILARITY
from fercore.settings import ComparisonSettings


@pytest.fixture(scope="module")
def maps():
    rng = np.random.default_rng(3)
    human, model = rng.random((4, 9, 7)), rng.random((2, 4, 9, 7)) ** 3
    human[1] = 0.4  # constant: attends to nothing above threshold 0
    model[1, 1] = -2.0
    return human, model


def test_the_sweep_equals_scaling_cutting_and_counting_at_every_threshold(maps):
    human, model = maps
    sweep = sweep_dice(human, model)
    assert sweep.dice.shape == (256, 2, 4)
    for threshold in range(256):
        a, b = binarise(scale_map(human), threshold), binarise(scale_map(model), threshold)
        dice = SIMILARITY.get("dice-50")(ComparisonSettings(threshold=threshold))
        np.testing.assert_allclose(sweep.dice[threshold], [dice(human, maps) for maps in model], rtol=1e-14)
        np.testing.assert_allclose(sweep.human_area[threshold], a.mean(axis=(-2, -1)), rtol=1e-14)
        np.testing.assert_allclose(sweep.model_area[threshold], b.mean(axis=(-2, -1)), rtol=1e-14)
        np.testing.assert_allclose(sweep.overlap[threshold], (a & b).mean(axis=(-2, -1)), rtol=1e-14)


def test_two_constant_maps_agree_on_everything_at_0_and_on_nothing_above(maps):
    dice = sweep_dice(*maps).dice[:, 1, 1]
    assert dice[0] == 1
    assert np.isnan(dice[1:]).all()


def test_a_missing_map_leaves_its_condition_empty_and_no_other(maps):
    human, model = maps[0].copy(), maps[1].copy()
    human[0], model[1, 2] = np.nan, np.nan
    sweep = sweep_dice(human, model)
    assert np.isnan(sweep.dice[:, :, 0]).all()
    assert np.isnan(sweep.dice[:, 1, 2]).all()
    assert np.isfinite(sweep.dice[:, :, 3]).all()
    assert np.isfinite(sweep.dice[:, 0, 2]).all()
    assert np.isfinite(sweep.model_area[:, 0, 0]).all()


@pytest.mark.reference("maps", "pair_{number}.dice_50")
@pytest.mark.parametrize("number", [1, 2, 3])
def test_dice_at_50_equals_that_of_r(reference, close, number):
    case = reference("maps")
    human, model = (case.table(f"input_{number}_{who}.csv", header=None).to_numpy() for who in ("human", "model"))
    assert sweep_dice(human[None], model[None, None]).dice[50, 0, 0] == close(
        case.expected[f"pair_{number}"]["dice_50"]
    )
