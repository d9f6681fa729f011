import numpy as np

from fercore.saliency.maps import MapBlock
from fercore.settings import ExtremalSettings
from fercore.ui.panels import masks


def block(logits=((4.0, -4.0), (1.0, 2.0))):
    extras = {
        "covered": np.array([[0.1, 0.3], [0.2, 0.4]], np.float32),
        "kept_probability": np.array([[0.4, 0.8], [0.5, 0.5]], np.float32),
        "whole_probability": np.array([0.8, 0.5], np.float32),
        "logits": np.array(logits, np.float32),
    }
    return MapBlock(np.zeros((2, 4, 4), np.float32), extras, "extremal-perturbation", ExtremalSettings())


def test_areas_really_covered_and_probability_kept_are_told_of_one_image_and_as_means():
    assert masks.told(block(), 0) == "masks cover .100, .300: .300 suffices"
    assert masks.told(block(), 1) == "masks cover .200, .400: .200 suffices"
    both = np.array([True, True])  # of the second image only areas count: it was not decided right
    assert masks.told_of_several(block(), both) == "masks cover .150, .350 and keep .500, 1.000 of p"


def test_maps_without_masks_tell_nothing():
    maps = MapBlock(np.zeros((2, 4, 4), np.float32), {}, "cam", None)
    assert masks.told(maps, 0) == masks.told_of_several(maps, np.array([True, False])) == ""


def test_small_outputs_are_warned_of():
    assert masks.warned([block(), None]) == ""
    assert "outputs span only 1.5" in masks.warned([block(), block(((0.5, -1.0), (0.0, 0.0)))])
    assert masks.warned([]) == ""
