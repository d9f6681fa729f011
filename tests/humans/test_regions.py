from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from fercore import tables
from fercore.errors import InputError
from fercore.humans.regions import REGIONS, region_of, region_shares, usual_landmarks

FACE = np.array([40.0, 40.0, 88.0, 40.0, 64.0, 96.0])


def region_at(x: float, y: float, landmarks: np.ndarray = FACE) -> str:
    return REGIONS[region_of(np.array([x]), np.array([y]), landmarks[None])[0]]


@pytest.mark.parametrize(
    ("x", "y", "region"),
    [
        (40, 40, "left eye"), (88, 40, "right eye"), (64, 96, "mouth"), (64, 66, "nose"), (45, 20, "brow"),
        (64, 30, "brow"), (5, 5, "other"), (64, 125, "other"), (20, 75, "other"),
    ],
)  # fmt: skip
def test_places_of_a_face_are_in_their_region(x: float, y: float, region: str) -> None:
    assert region_at(x, y) == region


@pytest.mark.parametrize("degrees", [-30, 15, 90])
@pytest.mark.parametrize("scale", [0.5, 1.7])
def test_regions_turn_and_grow_with_the_face(degrees: float, scale: float) -> None:
    angle = np.deg2rad(degrees)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = np.random.default_rng(0).uniform(0, 128, (500, 2))
    turned = points @ turn.T
    face = (FACE.reshape(3, 2) @ turn.T).reshape(1, 6)
    straight = region_of(*points.T, np.tile(FACE, (500, 1)))
    np.testing.assert_array_equal(region_of(*turned.T, np.tile(face, (500, 1))), straight)
    assert set(straight) == set(range(len(REGIONS)))


def test_shares_follow_the_order_of_clicks(clicked: Any) -> None:
    landmarks = pd.DataFrame([["a", *FACE]], columns=list(tables.LANDMARKS))
    plan = pd.DataFrame({"image": ["a"], "true_label": ["fear"], "false_label": ["sad"]})
    trials = clicked([[40, 40, 1], [88, 40, 2], [64, 96, 3]], [[88, 40, 1], [64, 66, 2]], [[40, 40, 1]], [])
    table = region_shares(trials, plan, 128, landmarks, n_first=2)
    share = table.set_index(["click", "region"])["share"]
    assert list(table["click"].unique()) == ["first", "second", "last"]
    assert share["first", "left eye"] == pytest.approx(2 / 3)
    assert share["second", "right eye"] == share["second", "nose"] == 0.5
    assert share["last", "mouth"] == share["last", "nose"] == share["last", "left eye"] == pytest.approx(1 / 3)
    assert dict(table.groupby("click")["n"].first()) == {"first": 3, "second": 2, "last": 3}
    assert table.groupby("click")["share"].sum().to_numpy() == pytest.approx(1)


def test_ranks_that_no_trial_reaches_have_no_share(clicked: Any) -> None:
    plan = pd.DataFrame({"image": ["a"], "true_label": ["fear"], "false_label": ["sad"]})
    table = region_shares(clicked([[40, 40, 1]]), plan, 128)
    assert table.loc[table["click"] == "third", "share"].isna().all()
    assert (table.loc[table["click"] == "third", "n"] == 0).all()


def test_without_landmarks_the_usual_places_are_taken(plan: pd.DataFrame, trials: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(
        region_shares(trials, plan, 64), region_shares(trials, plan, 64, usual_landmarks(plan, 64))
    )


def test_simulated_scan_paths_are_recovered(plan: pd.DataFrame, trials: pd.DataFrame) -> None:
    share = region_shares(trials, plan, 64).set_index(["click", "region"])["share"]
    assert share["first"].idxmax() == "left eye"
    assert share["second"].idxmax() == "right eye"
    assert share["third"].idxmax() == "mouth"


def test_an_image_without_landmarks_is_named(plan: pd.DataFrame, trials: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="has no landmarks"):
        region_shares(trials, plan, 64, usual_landmarks(plan.head(3), 64))
    with pytest.raises(InputError, match="n_first"):
        region_shares(trials, plan, 64, n_first=6)
