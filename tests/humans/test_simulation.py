from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore.errors import InputError, UnknownNameError
from fercore.humans.simulation import GRID, condition_ease, simulate, usual_places
from fercore.labels import LabelSet
from fercore.paper import paper_value


def test_usual_places_are_eyes_and_mouth(plan: pd.DataFrame) -> None:
    maps = usual_places(plan)
    assert maps.shape == (len(plan), GRID, GRID)
    np.testing.assert_allclose(maps.sum(axis=(1, 2)), 1, rtol=1e-5)
    face = maps[0]
    assert face[int(0.37 * GRID), int(0.34 * GRID)] > 5 * face[int(0.55 * GRID), GRID // 2]
    np.testing.assert_allclose(face, face[:, ::-1], rtol=1e-4)


def test_maps_that_do_not_fit_the_plan_are_refused(plan: pd.DataFrame, label_set: LabelSet) -> None:
    good = usual_places(plan, 8)
    for maps, said in (
        (good[:5], "do not fit a plan of 56 images"),
        (good[:, :4], "do not fit"),
        (np.where(np.arange(56)[:, None, None] == 7, 0, good), "map 7 is empty"),
        (np.where(np.arange(56)[:, None, None] == 9, np.nan, good), "map 9 is empty, negative or not finite"),
        (good - 1e-3, "map 0 is empty, negative"),
    ):
        with pytest.raises(InputError, match=said):
            simulate(maps, plan, None, label_set, 64)


def test_at_least_one_observer_and_a_known_simulator_are_needed(plan: pd.DataFrame, label_set: LabelSet) -> None:
    with pytest.raises(InputError, match="n_participants"):
        simulate(usual_places(plan), plan, None, label_set, 64, n_participants=0)
    with pytest.raises(UnknownNameError, match="click-reveal"):
        simulate(usual_places(plan), plan, None, label_set, 64, simulator="click-revel")


@pytest.mark.parametrize("grid", [28, 56, 112])
def test_maps_may_have_any_grid_and_any_sum(plan: pd.DataFrame, label_set: LabelSet, grid: int) -> None:
    maps = usual_places(plan, grid)
    one = simulate(maps, plan, None, label_set, 64, n_participants=1, seed=5)
    other = simulate(16.0 * maps, plan, None, label_set, 64, n_participants=1, seed=5)
    pd.testing.assert_frame_equal(one, other)


def test_ease_of_the_papers_conditions_follows_its_confusions() -> None:
    ease = condition_ease(LabelSet(), np.random.default_rng(0))
    off = ~np.eye(8, dtype=bool)
    assert np.isnan(np.diag(ease)).all()
    assert ease[off].mean() == pytest.approx(0, abs=1e-12)
    assert ease[off].std() == pytest.approx(1)
    assert np.corrcoef(ease[off], np.array(paper_value("human", "confusion"))[off])[0, 1] < -0.9


@given(st.integers(2, 6), st.integers(0, 1000))
def test_ease_of_other_labels_is_drawn(n: int, seed: int) -> None:
    labels = LabelSet(tuple("abcdefgh"[:n]))
    ease = condition_ease(labels, np.random.default_rng(seed))
    assert np.isfinite(ease[~np.eye(n, dtype=bool)]).all()
    np.testing.assert_array_equal(ease, condition_ease(labels, np.random.default_rng(seed)))
