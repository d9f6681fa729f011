from __future__ import annotations

import numpy as np

from fercore.humans.click_maps import click_map
from fercore.humans.reveal import revealed_image
from fercore.images.blur import blur_image


def test_discs_are_sharp_and_coloured_and_all_else_blurred_and_gray() -> None:
    face = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    clicks = [[10, 20, 500], [60, 60, 900]]
    seen = click_map(clicks, 64, 5)
    shown = revealed_image(face, clicks, 5, 0.3125)
    assert shown.dtype == np.uint8
    np.testing.assert_array_equal(shown[seen], face[seen])
    np.testing.assert_array_equal(shown[~seen], np.repeat(blur_image(face, 0.3125)[~seen][:, None], 3, axis=1))


def test_nothing_is_revealed_before_the_first_click() -> None:
    face = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    shown = revealed_image(face, [], 5, 0.3125)
    assert (shown == shown[..., :1]).all()
