import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from fercore.comparison.resamples import count_weights
from fercore.findings.reveal_people import area_bins, crowd_of, people_curve
from fercore.humans.click_maps import uncovered_areas
from fercore.settings import ComparisonSettings
from fercore.study.seeing import seeing_key

SIDE, RADIUS = 16, 2.0
ONE = 12 / SIDE**2
"""Pixels within 2 px of a corner between pixels, as a share of the image."""


def trial(participant, image, correct, places):
    return {
        "participant": participant, "image": image, "correct": correct,
        "clicks": json.dumps([[x, y, 100 * n] for n, (x, y) in enumerate(places)]),
    }  # fmt: skip


@pytest.fixture
def by_hand():
    """Two people and three images: one or two discs, apart, on each other, and half outside."""
    apart, twice, edge = [(4, 4), (12, 12)], [(4, 4), (4, 4)], [(0, 4)]
    return pd.DataFrame(
        [
            trial("A", "a", True, [(4, 4)]),
            trial("A", "b", True, apart),
            trial("A", "c", False, edge),
            trial("B", "a", True, twice),
            trial("B", "b", False, apart),
            trial("B", "c", True, []),
        ]
    )


def test_areas_are_those_of_the_union_of_discs_within_the_image(by_hand):
    found = uncovered_areas(by_hand, SIDE, RADIUS)
    assert found == pytest.approx([ONE, 2 * ONE, ONE / 2, ONE, 2 * ONE, 0])


def test_no_trials_have_no_areas(by_hand):
    assert len(uncovered_areas(by_hand[:0], SIDE, RADIUS)) == 0


def test_means_over_people_and_images_follow_their_weights(by_hand):
    plan = pd.DataFrame({"image": ["a", "b", "c"]})
    study = SimpleNamespace(plan=plan, trials=by_hand, kept_trials=by_hand, side=SIDE, radius_px=RADIUS)
    crowd = crowd_of(study, np.array([[1.0, 1, 1], [0, 3, 0]]), np.random.default_rng(0))
    assert crowd.n_people == 2
    assert crowd.accuracy[0] == pytest.approx(4 / 6)
    assert crowd.area[0] == pytest.approx(6.5 * ONE / 6)
    assert crowd.area[1] == pytest.approx(2 * ONE)  # image b only, whoever is drawn


def test_equal_areas_stay_in_one_bin_and_bins_rise():
    areas = np.array([0.1, 0.1, 0.1, 0.1, 0.2, 0.3, 0.3, 0.4])
    bins = area_bins(areas, 4)
    assert (np.diff(bins) >= 0).all()
    assert len(set(bins[:4])) == len(set(bins[5:7])) == 1
    assert set(area_bins(np.full(5, 0.2))) == {0}


def test_points_hold_every_trial_once_with_people_and_network_on_the_same_discs(full):
    run, settings = full.run(), ComparisonSettings(n_bootstrap=50)
    n = len(full.kept_trials)
    margins = np.random.default_rng(1).normal(size=n).astype(np.float32)
    full.maps_store.put(
        seeing_key(full, run, "accuracy-90"), {"blurred": np.zeros(len(full.plan), np.float32), "revealed": margins}
    )
    weights = count_weights(len(full.plan), np.random.default_rng(0), 50)
    crowd = crowd_of(full, weights, np.random.default_rng(0))
    found = people_curve(full, run, crowd, settings)
    points = found.points
    assert points["n"].sum() == n
    assert (points["from_area"] <= points["area"]).all()
    assert (points["area"] <= points["to_area"]).all()
    assert points["area"].is_monotonic_increasing
    assert np.average(points["accuracy"], weights=points["n"]) == pytest.approx(full.kept_trials["correct"].mean())
    assert np.average(points["network"], weights=points["n"]) == pytest.approx((margins > 0).mean())
    assert found.accuracy == pytest.approx(full.kept_trials["correct"].mean())
    assert found.area_ci.low < found.area < found.area_ci.high


def test_a_study_without_trials_has_no_crowd(bare):
    weights = count_weights(len(bare.plan), np.random.default_rng(0), 5)
    assert crowd_of(bare, weights, np.random.default_rng(0)) is None
