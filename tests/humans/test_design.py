from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercore import tables
from fercore.errors import InputError
from fercore.humans.design import plan_session


@given(st.integers(1, 40), st.integers(1, 8), st.integers(0, 10**6), st.integers(0, 200))
def test_everybody_sees_every_image_once_in_blocks_of_equal_size(
    n_images: int, n_blocks: int, seed: int, person: int
) -> None:
    plan = pd.DataFrame({"image": [f"i{k}" for k in range(n_images)], "true_label": "fear", "false_label": "sad"})
    if n_blocks > n_images:
        with pytest.raises(InputError, match="n_blocks"):
            plan_session(plan, n_blocks, seed, person)
        return
    session = plan_session(plan, n_blocks, seed, person)
    assert sorted(session["image"]) == sorted(plan["image"])
    assert list(session["trial"]) == list(range(1, n_images + 1))
    sizes = session.groupby("block").size()
    assert list(sizes.index) == list(range(1, n_blocks + 1))
    assert sizes.max() - sizes.min() <= 1
    assert session["block"].is_monotonic_increasing


def test_the_paper_has_four_blocks_of_seventy(reference_plan: pd.DataFrame) -> None:
    session = plan_session(reference_plan, 4, 0, 0)
    assert list(session.groupby("block").size()) == [70, 70, 70, 70]
    assert list(session.columns) == ["block", "trial", *tables.PLAN]


def test_conditions_stay_with_their_images(plan: pd.DataFrame) -> None:
    session = plan_session(plan, 4, 1, 2)
    pd.testing.assert_frame_equal(
        session[list(tables.PLAN)].sort_values("image", ignore_index=True), plan.sort_values("image", ignore_index=True)
    )


def test_the_order_belongs_to_seed_and_participant(plan: pd.DataFrame) -> None:
    orders = {tuple(plan_session(plan, 4, seed, person)["image"]) for seed in range(3) for person in range(3)}
    assert len(orders) == 9
    pd.testing.assert_frame_equal(plan_session(plan, 4, 1, 2), plan_session(plan, 4, 1, 2))
