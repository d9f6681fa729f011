import numpy as np
import pandas as pd
import pytest

from fercore.errors import DamagedError, InputError, MissingError
from fercore.images.image_set import ImageSet


def _write(folder, n_rows=3, shape=(3, 4, 4, 3), dtype=np.uint8):
    index = pd.DataFrame(
        {
            "image": [f"face-{i}" for i in range(n_rows)],
            "label": "happy",
            "split": ["train", "validation", "train"][:n_rows],
            "digest": [f"d{i}" for i in range(n_rows)],
            "source": "made up",
        }
    )
    index.to_parquet(folder / "images.parquet")
    np.save(folder / "images.npy", np.arange(np.prod(shape)).reshape(shape).astype(dtype))


def test_pixels_are_mapped_and_read_only(tmp_path):
    _write(tmp_path)
    images = ImageSet.open(tmp_path)
    assert (images.side, len(images)) == (4, 3)
    assert isinstance(images.pixels, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        images.pixels[0] = 0


def test_gray_faces_of_one_channel_are_seen_in_three(tmp_path):
    _write(tmp_path, shape=(3, 4, 4, 1))
    images = ImageSet.open(tmp_path)
    assert images.pixels.shape == (3, 4, 4, 3)
    assert np.array_equal(images.pixels, np.repeat(np.load(tmp_path / "images.npy"), 3, axis=3))
    assert np.shares_memory(images.pixels[0, ..., 0], images.pixels[0, ..., 2])
    assert not images.pixels.flags.writeable


def test_positions_follow_the_order_asked_for_and_refuse_unknown_images(tmp_path):
    _write(tmp_path)
    images = ImageSet.open(tmp_path)
    assert images.positions(["face-2", "face-0", "face-2"]).tolist() == [2, 0, 2]
    assert images.positions([]).tolist() == []
    with pytest.raises(InputError, match="face-9"):
        images.positions(["face-0", "face-9"])


def test_a_split_keeps_the_rows_of_its_pixels(tmp_path):
    _write(tmp_path)
    images = ImageSet.open(tmp_path)
    assert images.of_split("train").index.tolist() == [0, 2]
    assert images.of_split("experimental").empty
    with pytest.raises(InputError, match="'test'"):
        images.of_split("test")


def test_digest_changes_with_the_images(tmp_path):
    _write(tmp_path)
    images = ImageSet.open(tmp_path)
    other = ImageSet(images.index.assign(digest=["d0", "d1", "changed"]), images.pixels)
    assert len(images.digest) == 64
    assert images.digest == ImageSet.open(tmp_path).digest != other.digest


@pytest.mark.parametrize("name", ["images.npy", "images.parquet"])
def test_a_missing_file_is_named(tmp_path, name):
    _write(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(MissingError, match=name):
        ImageSet.open(tmp_path)


@pytest.mark.parametrize("name", ["images.npy", "images.parquet"])
def test_a_cut_file_is_damaged(tmp_path, name):
    _write(tmp_path)
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DamagedError):
        ImageSet.open(tmp_path)


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        ((2, 4, 4, 3), np.uint8),
        ((3, 4, 5, 3), np.uint8),
        ((3, 4, 4), np.uint8),
        ((3, 4, 4, 2), np.uint8),
        ((3, 4, 4, 3), np.float32),
    ],
)
def test_pixels_that_do_not_fit_the_index_are_damaged(tmp_path, shape, dtype):
    _write(tmp_path, shape=shape, dtype=dtype)
    with pytest.raises(DamagedError, match="do not belong together"):
        ImageSet.open(tmp_path)
