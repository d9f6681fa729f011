import numpy as np
import pytest

from fercore.comparison.band import ceiling, floor, score
from fercore.comparison.measures import SIMILARITY

dice = SIMILARITY.get("dice")


def _attended(a, b):
    return dice(a >= 0.5, b >= 0.5)


@pytest.fixture
def maps():
    """Six people, four images, 5 x 5: everybody uncovers about the same, image by image."""
    rng = np.random.default_rng(0)
    target = rng.random((4, 5, 5)) < 0.4
    noise = rng.random((6, 4, 5, 5)) < 0.05
    return target ^ noise


def test_people_who_agree_have_a_ceiling_of_one(maps):
    same = np.repeat(maps[:1], 6, axis=0)
    values = ceiling(same, np.ones((6, 4), bool), _attended, np.random.default_rng(0))
    np.testing.assert_allclose(values, 1)


def test_the_ceiling_is_the_mean_over_all_halves_of_four_people(maps):
    four = maps[:4, :1]
    value = ceiling(four, np.ones((4, 1), bool), _attended, np.random.default_rng(0), n_splits=4000)[0]
    halves = [((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2))]
    exact = np.mean([_attended(*(four[list(half), 0].mean(axis=0)[None] for half in both))[0] for both in halves])
    assert value == pytest.approx(exact, abs=0.02)


def test_who_did_not_answer_does_not_count(maps):
    answered = np.ones((6, 4), bool)
    answered[3:] = False
    few = ceiling(maps[:3], answered[:3], _attended, np.random.default_rng(1))
    np.testing.assert_array_equal(ceiling(maps, answered, _attended, np.random.default_rng(1)), few)
    answered[1:, 0] = False
    assert np.isnan(ceiling(maps, answered, _attended, np.random.default_rng(1))[0])


def test_the_floor_compares_with_every_other_image_and_never_with_the_own(maps):
    human, model = maps[0], maps[1]
    values = floor(human, model, dice)
    for i in range(4):
        others = [dice(human[j][None], model[i][None])[0] for j in range(4) if j != i]
        assert values[i] == pytest.approx(np.mean(others))
    assert np.isnan(floor(human[:1], model[:1], dice)).all()


def test_a_score_is_not_clipped():
    assert score(0.3, 0.2, 0.4) == pytest.approx(0.5)
    assert score(0.5, 0.2, 0.4) == pytest.approx(1.5)
    assert score(0.1, 0.2, 0.4) == pytest.approx(-0.5)
    assert np.isnan(score(0.3, 0.4, 0.4))
