import numpy as np
import pytest
import torch

from fercore.images.image_set import ImageSet
from fercore.images.pixel_file import as_rgb
from fercore.machines.inputs import MEAN, SD, gather, resize, shared_input, to_input


def test_images_are_normalised_per_channel():
    pixels = np.zeros((2, 4, 4, 3), np.uint8)
    pixels[1] = 255
    x = to_input(pixels, 4)
    assert (x.shape, x.dtype) == ((2, 3, 4, 4), torch.float32)
    np.testing.assert_allclose(x[:, :, 0, 0], [-np.divide(MEAN, SD), np.divide(np.subtract(1, MEAN), SD)], rtol=1e-5)


@pytest.mark.parametrize("side", [3, 6, 12])
def test_resizing_keeps_even_images_and_the_mean(side):
    rng = np.random.default_rng(0)
    even = np.full((1, 6, 6, 3), 77, np.uint8)
    np.testing.assert_array_equal(resize(even, side), np.full((1, side, side, 3), 77))
    noise = rng.integers(100, 156, (2, 6, 6, 3), dtype=np.uint8)
    assert resize(noise, side).mean() == pytest.approx(noise.mean(), abs=2)


def test_all_images_are_resized_once_and_mapped(images, tmp_path):
    first = shared_input(images, 16)
    assert (first.shape, first.dtype) == ((len(images), 16, 16, 3), np.uint8)
    assert isinstance(first, np.memmap)
    np.testing.assert_array_equal(first, resize(images.pixels, 16))
    (path,) = (tmp_path / "cache" / "inputs").iterdir()
    written = path.stat().st_mtime_ns
    shared_input(images, 16)
    assert path.stat().st_mtime_ns == written


def test_other_images_get_another_array(images):
    first = shared_input(images, 16)
    other = ImageSet(images.index.assign(digest=images.index["digest"].str.upper()), 255 - images.pixels)
    assert not np.array_equal(shared_input(other, 16), first)


def test_images_of_the_right_side_are_used_as_they_are(images):
    assert shared_input(images, images.side) is images.pixels


def test_a_batch_is_what_the_rows_hold(images, device):
    rows = np.array([5, 0, 5])
    x = gather(images.pixels, rows, device)
    np.testing.assert_allclose(x.permute(0, 2, 3, 1).numpy() * 255, images.pixels[rows], rtol=1e-5)


@pytest.fixture
def gray(images):
    """The same faces in gray, as they are seen when one channel is stored, and when three are."""
    one = np.ascontiguousarray(images.pixels[..., :1])
    return ImageSet(images.index, as_rgb(one)), ImageSet(images.index, np.repeat(one, 3, axis=3))


@pytest.mark.parametrize("side", [16, 24, 40])
def test_networks_see_gray_faces_alike_however_they_are_stored(gray, device, side, tmp_path):
    rows = np.array([5, 0, 5])
    one, three = (shared_input(images, side) for images in gray)
    assert one.shape == three.shape == (len(gray[0]), side, side, 3)
    np.testing.assert_array_equal(one, three)
    np.testing.assert_array_equal(one, resize(gray[1].pixels, side))
    if side != gray[0].side:
        (path,) = (tmp_path / "cache" / "inputs").iterdir()
        assert np.load(path).shape[3] == 1
    x = gather(one, rows, device)
    torch.testing.assert_close(x, gather(np.array(one), rows, device), rtol=0, atol=0)
    assert x.is_contiguous(memory_format=device.memory_format)
    torch.testing.assert_close(to_input(gray[0].pixels[rows], side), to_input(gray[1].pixels[rows], side))
