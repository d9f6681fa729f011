import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercore.images.pixel_file import RECORD, PixelFile, as_rgb, as_stored

SIDE = 3
N = 40
UNREADABLE = (0, 7, 39)


def _images(channels):
    return np.random.default_rng(channels).integers(0, 256, (N, SIDE, SIDE, channels), dtype=np.uint8)


def _records(numbers):
    return [("" if n in UNREADABLE else f"{n:064}", n % 2 == 0, n % 3 == 0) for n in numbers]


def _append(file, numbers, channels):
    file.append(_records(numbers), [_images(channels)[n] for n in numbers if n not in UNREADABLE])


@pytest.fixture(scope="session")
def new_file(tmp_path_factory):
    def make(channels):
        folder = tmp_path_factory.mktemp("pixels")
        return PixelFile(folder / "images.npy", folder / "journal", SIDE, channels)

    return make


def _again(file, channels):
    return PixelFile(file.path, file.journal, SIDE, channels)


@pytest.mark.parametrize("channels", [1, 3])
def test_images_are_written_one_by_one_and_read_as_one_array(new_file, channels):
    file = new_file(channels)
    assert not file.path.exists()
    _append(file, range(25), channels)
    _append(file, range(25, N), channels)
    file.finish()
    assert np.array_equal(np.load(file.path), np.delete(_images(channels), UNREADABLE, axis=0))
    assert file.n_bytes == (N - len(UNREADABLE)) * SIDE * SIDE * channels
    assert np.array_equal(_again(file, channels).records, file.records)


@pytest.mark.parametrize("lost_pixels", [0, 1, 26, 27, 28, 500, 10_000])
@pytest.mark.parametrize("lost_records", [0, 1, 66, 67, 68, 1000, 10_000])
def test_whatever_is_cut_off_the_rest_goes_on(new_file, lost_pixels, lost_records):
    file = new_file(3)
    _append(file, range(N), 3)
    for path, lost in ((file.path, lost_pixels), (file.journal, lost_records)):
        data = path.read_bytes()
        path.write_bytes(data[: max(0, len(data) - lost)])
    file = _again(file, 3)
    n = len(file.records)
    assert n >= min(N - lost_pixels // 27 - 3, N - lost_records // RECORD.itemsize - 2)
    _append(file, range(n, N), 3)
    file.finish()
    assert np.array_equal(np.load(file.path), np.delete(_images(3), UNREADABLE, axis=0))


@pytest.mark.parametrize("lost", ["path", "journal"])
def test_pixels_without_a_journal_and_a_journal_without_pixels_are_worth_nothing(new_file, lost):
    file = new_file(3)
    _append(file, range(N), 3)
    getattr(file, lost).unlink()
    file = _again(file, 3)
    assert len(file.records) == 0
    assert not file.path.exists()
    assert not file.journal.exists()


@settings(max_examples=50, deadline=None)
@given(gone=st.sets(st.integers(0, N - len(UNREADABLE) - 1), max_size=N - len(UNREADABLE) - 1))
def test_rows_are_dropped_in_place_and_can_be_put_back(new_file, gone):
    file, images = new_file(3), np.delete(_images(3), UNREADABLE, axis=0)
    _append(file, range(N), 3)
    file.finish()
    before = file.drop(sorted(gone))
    assert set(before) == set(range(len(images))) - gone
    assert np.array_equal(np.load(file.path), images[before])
    stayed = before == np.arange(len(before))
    assert stayed.sum() >= len(images) - 2 * len(gone)

    file = _again(file, 3)
    for number in np.flatnonzero(file.records["moved"]).tolist():
        file.put_back(number, _images(3)[number])
    assert not _again(file, 3).records["moved"].any()
    _append(file, range(len(file.records), N), 3)
    file.finish()
    assert np.array_equal(np.load(file.path), images)


def test_gray_images_are_seen_in_three_channels_without_a_copy():
    for channels in (1, 3):
        stored = _images(channels)
        seen = as_rgb(stored)
        assert seen.shape == (N, SIDE, SIDE, 3)
        assert np.shares_memory(seen, stored)
        assert np.array_equal(as_stored(seen), stored)
