from dataclasses import replace

import pytest

from fercore.errors import UnknownNameError
from fercore.saliency.presets import FAST, FULL, preset_settings
from fercore.settings import CamSettings, ExtremalSettings


def test_full_settings_are_the_published_ones_and_fast_ones_stop_when_masks_have_settled():
    assert preset_settings("extremal-perturbation") == ExtremalSettings()
    fast = preset_settings("extremal-perturbation", FAST)
    assert fast.settled > 0
    assert replace(fast, settled=0.0) == ExtremalSettings()
    assert preset_settings("cam", FAST) == preset_settings("cam", FULL) == CamSettings()


def test_a_preset_changes_other_settings_no_more_than_default_ones():
    own = ExtremalSettings(areas=(0.1,))
    assert preset_settings("extremal-perturbation", FAST, own).areas == (0.1,)
    assert preset_settings("extremal-perturbation", FULL, own) == own


def test_an_unknown_preset_is_told_with_the_known_ones():
    with pytest.raises(UnknownNameError, match="fast"):
        preset_settings("cam", "fats")
    with pytest.raises(UnknownNameError, match="grad-cam"):
        preset_settings("gradcam", FAST)
