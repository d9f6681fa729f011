import cv2
import numpy as np
import pytest

from fercore.errors import InputError
from fercore.images.blur import blur_image
from fercore.settings import DesignSettings


def _face(side):
    return np.random.default_rng(3).integers(0, 256, (side, side, 3), dtype=np.uint8)


def test_at_224_px_the_default_is_the_kernel_of_the_paper():
    face = _face(224)
    expected = cv2.cvtColor(cv2.blur(face, (70, 70)), cv2.COLOR_RGB2GRAY)
    blurred = blur_image(face, DesignSettings().blur_fraction)
    assert blurred.dtype == np.uint8
    assert (blurred == expected).all()


def test_a_plain_image_stays_as_bright_as_it_is_and_red_is_read_as_red():
    red = np.zeros((32, 32, 3), np.uint8)
    red[..., 0] = 255
    assert np.unique(blur_image(red, 0.3)).tolist() == [76]  # 0.299 x 255


def test_no_blur_is_plain_grayscale_of_a_read_only_image():
    face = _face(16)
    face.flags.writeable = False
    assert (blur_image(face, 0) == cv2.cvtColor(face, cv2.COLOR_RGB2GRAY)).all()


@pytest.mark.parametrize("fraction", [-0.1, 1.5])
def test_an_impossible_kernel_is_refused(fraction):
    with pytest.raises(InputError, match="blur_fraction"):
        blur_image(_face(8), fraction)
