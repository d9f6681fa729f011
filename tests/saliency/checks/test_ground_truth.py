import numpy as np
import pytest

from fercore.saliency.checks.ground_truth import GroundTruth
from fercore.saliency.trust import TrustSettings

SETTINGS = TrustSettings(truth_percent=6.25)


@pytest.fixture
def truth(square):
    return {"motion": square + 1e-3, "appearance": square[..., ::-1] + 1e-3}


def test_a_map_of_the_truth_is_right_by_every_measure_and_noise_by_chance(subject, square, noise, truth):
    found = GroundTruth()(subject(square, truth=truth, settings=SETTINGS))
    for name in ("pointing", "auc", "dice"):
        np.testing.assert_allclose(found[f"{name}_motion"], 1)
    assert (found["auc_appearance"] < 0.6).all()
    blind = GroundTruth()(subject(noise, truth=truth, settings=SETTINGS))
    assert abs(blind["auc_motion"].mean() - 0.5) < 0.12
    assert (blind["dice_motion"] < 0.3).all()


def test_its_own_scores_are_all_that_it_keeps(subject, square, truth):
    found = GroundTruth()(subject(square, truth=truth))
    assert set(found) == {score.name for score in GroundTruth().scores(SETTINGS)}


def test_without_ground_truth_it_cannot_be_asked(subject, square):
    assert GroundTruth()(subject(square)) is None


def test_flat_maps_tell_nothing(subject, square, truth):
    maps = square.copy()
    maps[0] = 1
    found = GroundTruth()(subject(maps, truth=truth))
    assert all(np.isnan(values[0]) and np.isfinite(values[1]) for values in found.values())
