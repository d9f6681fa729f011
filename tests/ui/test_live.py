"""Maps of single images on the shipped study, whose EP maps are shipped in full but not by the fast preset."""

import time

import numpy as np
import pytest

from fercore.saliency.presets import FAST, preset_settings
from fercore.study import open_study
from fercore.ui import live

EP = "extremal-perturbation"


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setenv("FERCORE_STUDIES", str(tmp_path / "studies"))
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    return open_study()


def test_a_map_is_computed_once_and_is_the_one_of_its_classifier(study):
    run, image = study.run(), study.plan["image"].iloc[7]
    settings = preset_settings("grad-cam", FAST)
    assert study.image_map(run, "grad-cam", image, settings) is None
    running = live.compute(study, run, "grad-cam", image)
    assert live.compute(study, run, "grad-cam", image) is running
    assert running.ended.wait(60)
    assert (running.error, running.share) == ("", 1.0)
    found = study.image_map(run, "grad-cam", image, settings)
    shipped = study.maps(run, "grad-cam").maps[7]
    assert found.maps.shape == (1, study.side, study.side)
    np.testing.assert_allclose(found.maps[0], shipped, atol=1e-3 * shipped.max())


def test_a_cancelled_map_stops_and_leaves_nothing(study):
    run, image = study.run(), study.plan["image"].iloc[3]
    settings = preset_settings(EP, FAST)
    key = study.image_map_key(run, EP, image, settings)
    running = live.compute(study, run, EP, image)
    until = time.monotonic() + 60
    while running.share == 0 and not running.ended.is_set() and time.monotonic() < until:
        time.sleep(0.02)
    assert "step" in running.message
    running.cancel()
    assert running.ended.wait(60)
    assert running.share < 1
    assert running.error == ""
    assert live.under_way(key) is running
    live.forget(key)
    assert study.image_map(run, EP, image, settings) is None


def test_what_goes_wrong_is_a_sentence(study):
    run, image = study.run(), study.plan["image"].iloc[0]
    unit = study.image_pair(image)
    (run.folder / run.pair_regime / f"{unit}.safetensors").write_bytes(b"broken")
    running = live.compute(study, run, "cam", image)
    assert running.ended.wait(60)
    assert f"{unit}.safetensors" in running.error
