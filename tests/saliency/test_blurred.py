import numpy as np
import pytest
import torch

from fercore.errors import SettingsError
from fercore.images.blur import blur_image
from fercore.machines.inputs import MEAN, SD, to_input
from fercore.saliency.blurred import ClickReveal, experiment_blur


@pytest.mark.parametrize("side", [32, 33])
@pytest.mark.parametrize("fraction", [0.0, 0.1, 0.3125, 1.0])
def test_it_is_what_people_saw_up_to_rounding(side, fraction):
    pixels = np.random.default_rng(0).integers(0, 256, (2, side, side, 3), dtype=np.uint8)
    blurred = experiment_blur(to_input(pixels, side), fraction)
    seen = blurred * torch.tensor(SD).view(3, 1, 1) + torch.tensor(MEAN).view(3, 1, 1)
    expected = np.stack([blur_image(image, fraction) for image in pixels])
    for channel in range(3):
        np.testing.assert_allclose(255 * seen[:, channel], expected, atol=1.01)  # two roundings to whole gray values


def test_a_fraction_beyond_the_image_is_refused():
    with pytest.raises(SettingsError, match=r"1\.5"):
        experiment_blur(torch.zeros(1, 3, 8, 8), 1.5)


def test_clicks_reveal_colour_where_masks_are_1():
    images = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    masks = torch.zeros(2, 3, 16, 16)
    masks[:, 1, 4:9] = 1
    masks[:, 2] = 0.5
    reveal = ClickReveal(images, 0.3)
    mixed = reveal.mix(masks).unflatten(0, (2, 3))
    assert torch.equal(mixed[:, 0], reveal.blurred)
    assert torch.equal(mixed[:, 1, :, 4:9], images[:, :, 4:9])
    assert torch.equal(mixed[:, 1, :, 9:], reveal.blurred[:, :, 9:])
    torch.testing.assert_close(mixed[:, 2], (images + reveal.blurred) / 2)
