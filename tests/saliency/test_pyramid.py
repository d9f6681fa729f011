import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from fercore.saliency.pyramid import Pyramid, blurring, fading, gaussian_blur


@pytest.fixture
def images():
    return torch.randn(3, 2, 20, 20, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize(("padding", "mode"), [("zero", "constant"), ("replicate", "nearest")])
def test_the_blur_is_scipys(images, padding, mode):
    expected = gaussian_filter(images.double().numpy(), 1.7, axes=(2, 3), mode=mode, radius=7)
    np.testing.assert_allclose(gaussian_blur(images, 1.7, padding), expected, atol=1e-5)


def test_no_blur_leaves_the_images(images):
    assert torch.equal(gaussian_blur(images, 0.0), images)


def test_a_constant_mask_chooses_a_level(images):
    pyramid = Pyramid(blurring(images, 8, 2.0, "zero"))
    for level in range(8):
        mixed = pyramid.mix(torch.full((3, 1, 20, 20), level / 7))
        np.testing.assert_allclose(mixed, gaussian_blur(images, 2.0 * (1 - level / 7)), atol=1e-5)
    assert torch.equal(pyramid.mix(torch.zeros(3, 1, 20, 20)), gaussian_blur(images, 2.0))


def test_masks_of_all_areas_mix_their_own_image(images):
    pyramid = Pyramid(blurring(images, 4, 2.0, "zero"))
    masks = torch.rand(3, 2, 20, 20, generator=torch.Generator().manual_seed(4))
    mixed = pyramid.mix(masks).unflatten(0, (3, 2))
    for number in range(3):
        alone = Pyramid(blurring(images[number : number + 1], 4, 2.0, "zero")).mix(masks[number : number + 1])
        np.testing.assert_allclose(mixed[number], alone, atol=1e-6)


def test_between_levels_the_gradient_is_the_way_to_the_next_one(images):
    pyramid = Pyramid(blurring(images, 8, 2.0, "zero"))
    masks = torch.full((3, 1, 20, 20), 2.5 / 7).requires_grad_()
    (gradient,) = torch.autograd.grad(pyramid.mix(masks).sum(), masks)
    levels = [gaussian_blur(images, 2.0 * (1 - level / 7)) for level in (2, 3)]
    np.testing.assert_allclose(gradient[:, 0], 7 * (levels[1] - levels[0]).sum(dim=1), atol=1e-4)


def test_fading_goes_from_the_mean_colour_to_the_image(images):
    pyramid = Pyramid(fading(images, 8))
    half = torch.full((len(images), 1, *images.shape[2:]), 0.5)
    torch.testing.assert_close(pyramid.mix(half), images / 2)
    assert not pyramid.blurred.any()
