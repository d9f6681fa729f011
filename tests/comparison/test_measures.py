import numpy as np
import pytest

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import SIMILARITY, measures
from fercore.comparison.similarity import kl


@pytest.mark.reference("maps", "kl_epsilon", "pair_{number}.*")
@pytest.mark.parametrize("number", [1, 2, 3])
def test_values_equal_those_of_r(reference, close, number):
    case = reference("maps")
    human, model = (case.table(f"input_{number}_{who}.csv", header=None).to_numpy() for who in ("human", "model"))
    fixations = case.table(f"input_{number}_fixations.csv")
    clicks = np.zeros_like(human)
    np.add.at(clicks, (fixations["y"], fixations["x"]), 1)
    expected = case.expected[f"pair_{number}"]
    renamed = {"cc": "pearson_cc", "kl": "kl_human_model"}
    for name, measure in measures().items():
        found = measure((clicks if measure.needs_clicks else human)[None], model[None])[0]
        assert found == close(expected[renamed.get(name, name.replace("-", "_"))]), name
    for stack, who in ((human, "human"), (model, "model")):
        assert MapStack(stack[None]).attended(50).sum() == expected[f"n_{who}_50"]
        assert MapStack(stack[None]).top(20).sum() == expected[f"n_{who}_top20"]
    assert (clicks.sum(), (clicks > 0).sum()) == (expected["n_fixations"], expected["n_fixated_pixels"])
    both, either = (
        join(*(MapStack(stack[None]).top(20) for stack in (human, model))).sum()
        for join in (np.logical_and, np.logical_or)
    )
    assert both / either == close(expected["iou_top20"])
    assert case.expected["kl_epsilon"] == kl.EPSILON


def test_the_distance_of_the_earth_mover_is_how_far_a_point_moves():
    emd = SIMILARITY.get("emd")()
    here, there = np.zeros((2, 1, 24, 24))
    here[0, 0, 0], there[0, 4, 10] = 2, 3
    assert emd(here, there)[0] == pytest.approx((2 + 5) / 12)
    there[0, 0, 0] = 3
    assert emd(here, there)[0] == pytest.approx((2 + 5) / 24)


def test_the_grid_of_the_earth_mover_divides_pixels_by_area():
    emd = SIMILARITY.get("emd")()
    human, model = np.random.default_rng(0).random((2, 2, 10, 9))
    fine = (np.kron(stack, np.ones((1, 6, 4))) for stack in (human, model))
    np.testing.assert_allclose(emd(human, model), emd(*fine), rtol=1e-7)


def test_one_click_gives_judds_area_of_a_random_map_three_quarters_and_the_exact_one_a_half():
    rng = np.random.default_rng(0)
    clicks, model = np.zeros((400, 10, 10)), rng.random((400, 10, 10))
    clicks[:, 5, 5] = 1
    assert SIMILARITY.get("auc-judd")()(clicks, model).mean() == pytest.approx(0.75, abs=0.02)
    assert SIMILARITY.get("auc")()(clicks, model).mean() == pytest.approx(0.5, abs=0.04)


def test_judds_area_is_that_under_the_line_through_the_rates():
    clicks, model = np.array([[[1, 0, 2, 0, 0, 0.0]]]), np.array([[[6, 5, 4, 4, 2, 1.0]]])
    area = np.trapezoid([0, 0.5, 1, 1], [0, 0, 2 / 4, 1])
    assert SIMILARITY.get("auc-judd")()(clicks, model)[0] == pytest.approx(area)
