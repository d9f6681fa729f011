import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercore.images.pixel_file import keep_rows, write_pixels


def _images(n, side=3):
    return np.arange(n * side * side * 3, dtype=np.uint32).astype(np.uint8).reshape(n, side, side, 3)


def test_images_are_written_one_by_one_and_read_as_one_array(tmp_path):
    images = _images(7)
    write_pixels(tmp_path / "images.npy", iter(images), 3)
    assert np.array_equal(np.load(tmp_path / "images.npy"), images)


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 1199)))
def test_rows_are_kept_in_place(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("pixels") / "images.npy"
    images = _images(1200)
    write_pixels(path, images, 3)
    full = path.stat().st_size
    keep_rows(path, sorted(rows))
    assert np.array_equal(np.load(path), images[sorted(rows)])
    assert path.stat().st_size == full - (1200 - len(rows)) * 27


def test_a_failing_image_fails_the_writing(tmp_path):
    def images():
        yield _images(1)[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_pixels(tmp_path / "images.npy", images(), 3)
