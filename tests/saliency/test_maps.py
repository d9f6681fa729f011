import dataclasses
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

import fercore
from fercore.errors import UnknownNameError
from fercore.figures.theme import MARKS
from fercore.saliency.map_keys import map_key
from fercore.saliency.maps import (
    CONTROLS,
    METHOD_LABELS,
    METHODS,
    NEEDS,
    PAPER_METHODS,
    SETTINGS,
    MapBlock,
    compact,
    read_maps,
    settings_of,
    write_maps,
)
from fercore.settings import CamSettings, ExtremalSettings
from fercore.store import Store


@dataclass
class Weights:
    """A run as far as a key looks at it."""

    digest: str = "weights"
    input_side: int = 64

    def weights_digest(self, regime):
        return f"{self.digest} of {regime}"


@pytest.fixture
def kept(tmp_path):
    return Store(tmp_path)


def test_every_method_has_settings_and_a_label():
    assert set(METHODS) == set(SETTINGS) == set(METHOD_LABELS)


def test_figures_call_and_mark_methods_apart():
    assert {method: MARKS[method].label for method in SETTINGS} == METHOD_LABELS
    looks = [(MARKS[method].colour, MARKS[method].symbol) for method in (*SETTINGS, "people", "network")]
    assert len(set(looks)) == len(looks)


def test_every_comparison_is_of_the_papers_methods_unless_others_are_named():
    assert list(SETTINGS)[:3] == list(PAPER_METHODS)
    assert set(CONTROLS) < set(SETTINGS) - set(PAPER_METHODS)
    assert set(NEEDS) < set(SETTINGS)


def test_an_unknown_method_is_refused():
    with pytest.raises(UnknownNameError, match="grad-cam"):
        settings_of("gradcam")


def test_pages_read_maps_without_torch():
    code = "import sys, fercore.saliency.maps as maps; maps.METHODS.names(); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(fercore.__file__).parents[1])


def another(value):
    if isinstance(value, str):
        return value + "x"
    return (*value, 0.5) if isinstance(value, tuple) else value + 1


@pytest.mark.parametrize(
    ("method", "name"), [(method, field.name) for method in SETTINGS for field in dataclasses.fields(SETTINGS[method])]
)
def test_the_key_changes_with_every_setting(method, name):
    settings = SETTINGS[method]()
    changed = dataclasses.replace(settings, **{name: another(getattr(settings, name))})
    assert map_key(Weights(), "epochs-3", method, settings, "p") != map_key(Weights(), "epochs-3", method, changed, "p")


def test_the_key_changes_with_all_that_maps_depend_on():
    settings = CamSettings()
    keys = {
        map_key(Weights(), "epochs-3", "cam", settings, "plan"),
        map_key(Weights("others"), "epochs-3", "cam", settings, "plan"),
        map_key(Weights(input_side=32), "epochs-3", "cam", settings, "plan"),
        map_key(Weights(), "epochs-4", "cam", settings, "plan"),
        map_key(Weights(), "epochs-3", "grad-cam", settings, "plan"),
        map_key(Weights(), "epochs-3", "cam", settings, "another plan"),
    }
    assert len(keys) == 6


@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_a_block_is_read_as_it_was_written(kept, kind):
    maps = np.random.default_rng(0).normal(size=(3, 8, 8)).astype(kind)
    settings = ExtremalSettings(areas=(0.1,), steps=3)
    write_maps(kept, "key", {"maps": maps, "covered": np.ones((3, 1), np.float32)}, "extremal-perturbation", settings)
    block = read_maps(kept, "key", 8)
    np.testing.assert_array_equal(block.maps, maps.astype(np.float32))
    assert block.maps.dtype == np.float32
    assert set(block.extras) == {"covered"}
    assert (block.method, block.settings) == ("extremal-perturbation", settings)


def test_a_compact_block_keeps_three_digits_of_maps_of_any_size(kept):
    rng = np.random.default_rng(0)
    maps = (rng.normal(size=(3, 8, 8)) * np.array([1e-7, 1.0, 0.0])[:, None, None]).astype(np.float32)
    write_maps(kept, "whole", {"maps": maps}, "cam", CamSettings())
    kept.put("half", compact(kept.get("whole")))
    assert kept.get("half")["maps"].dtype == np.float16
    block = read_maps(kept, "half", 8)
    assert block.maps.dtype == np.float32
    assert not block.extras
    for read, own in zip(block.maps, maps, strict=True):
        np.testing.assert_allclose(read, own, rtol=0, atol=1e-3 * np.abs(own).max())


def test_no_block_is_none(kept):
    assert read_maps(kept, "key", 8) is None


def test_maps_are_enlarged_bilinearly(kept):
    maps = np.random.default_rng(1).normal(size=(2, 7, 7)).astype(np.float32)
    maps[1] = np.nan
    write_maps(kept, "key", {"maps": maps}, "cam", CamSettings())
    large = read_maps(kept, "key", 64).maps
    np.testing.assert_array_equal(large[0], cv2.resize(maps[0], (64, 64), interpolation=cv2.INTER_LINEAR))
    expected = interpolate(torch.from_numpy(maps[:1, None]), size=(64, 64), mode="bilinear", align_corners=False)
    np.testing.assert_allclose(large[0], expected[0, 0], atol=1e-4)
    assert np.isnan(large[1]).all()


def test_sufficiency_compares_the_part_with_the_whole():
    extras = {
        "kept_probability": np.array([[0.2, 0.9], [0.5, 0.5]], np.float32),
        "whole_probability": np.array([0.8, 0.0], np.float32),
        "logits": np.array([[1.0, -2.0], [np.nan, np.nan]], np.float32),
    }
    block = MapBlock(np.zeros((2, 4, 4), np.float32), extras, "extremal-perturbation", ExtremalSettings())
    np.testing.assert_allclose(block.sufficiency, [[0.25, 1.125], [np.nan, np.nan]], rtol=1e-6)
    assert block.logit_range == 3


def test_methods_without_masks_have_no_sufficiency():
    block = MapBlock(np.zeros((2, 4, 4), np.float32), {}, "cam", CamSettings())
    assert block.sufficiency is None
    assert block.logit_range is None
