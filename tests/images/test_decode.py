import os
from dataclasses import replace

import cv2
import numpy as np
import pytest

from fercore.errors import SourceError
from fercore.images.decode import decode_images, decoding_key
from fercore.images.pixel_file import PixelFile
from fercore.images.sources import folders
from fercore.store import digest_array


@pytest.fixture
def new_file(tmp_path):
    def make(side, channels=3):
        return PixelFile(tmp_path / "images.npy", tmp_path / "journal", side, channels)

    return make


def _noted(decoded):
    return {tally.what.split(":")[0].split(";")[0]: tally.examples for tally in decoded.tallies() if tally.n}


def test_oblong_images_are_cut_and_counted(make_folders, new_file):
    faces = make_folders(happy=2, sad=2)
    cv2.imwrite(str(faces / "happy" / "wide.png"), np.zeros((10, 30, 3), np.uint8))
    decoded = decode_images(new_file(16), folders.read(faces), 16)
    assert _noted(decoded) == {"not square": ("happy/wide.png",)}


def test_colour_among_gray_faces_becomes_luminance_and_is_counted(make_folders, new_file):
    faces = make_folders(happy=2, sad=1)
    gray = np.random.default_rng(0).integers(0, 256, (20, 20), dtype=np.uint8)
    cv2.imwrite(str(faces / "happy" / "gray.png"), gray)
    contents = replace(folders.read(faces), channels=1)
    decoded = decode_images(new_file(20, channels=1), contents, 20)
    assert _noted(decoded) == {
        "coloured in a set of gray faces": ("happy/happy_00.png", "happy/happy_01.png", "sad/sad_00.png")
    }
    stored = dict(zip(contents.index["key"], np.load(new_file(20, 1).path), strict=True))
    assert np.array_equal(stored["gray"][..., 0], gray)
    assert np.array_equal(stored["happy_00"][..., 0], cv2.cvtColor(contents.load("happy_00"), cv2.COLOR_RGB2GRAY))
    for digest, pixels in zip(decoded.digests, stored.values(), strict=True):
        assert digest == digest_array(np.repeat(pixels, 3, axis=2))


def test_an_image_that_was_stored_and_is_another_one_now_is_refused(make_folders, new_file):
    faces = make_folders(happy=4, sad=1)
    contents, file = folders.read(faces), new_file(16)
    decode_images(file, contents, 16)
    file.drop([1])
    (faces / "happy" / "happy_01.png").write_bytes((faces / "happy" / "happy_02.png").read_bytes())
    with pytest.raises(SourceError, match="'happy_01' has changed"):
        decode_images(new_file(16), contents, 16)


def _touch(path):
    state = path.stat()
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 1))


@pytest.mark.parametrize(
    "change",
    [
        lambda faces: _touch(faces / "happy" / "happy_01.png"),
        lambda faces: (faces / "labels.csv").write_text("a list that a source may read"),
        lambda faces: (faces / "happy" / "happy_01.png").rename(faces / "happy" / "other.png"),
    ],
)
def test_the_key_changes_with_the_files(make_folders, change):
    faces = make_folders(happy=3, sad=3)
    contents = folders.read(faces)
    before = decoding_key(contents, 16)
    assert decoding_key(folders.read(faces, seed=1), 16) == before
    (faces / ".hidden").write_text("nothing that counts")
    assert decoding_key(folders.read(faces), 16) == before
    change(faces)
    assert decoding_key(contents, 16) != before


def test_the_key_changes_with_the_images_asked_for_and_their_shape(make_folders):
    contents = folders.read(make_folders(happy=3, sad=3))
    fewer = replace(contents, index=contents.index.iloc[1:])
    keys = {decoding_key(contents, 16), decoding_key(contents, 17), decoding_key(fewer, 16)}
    assert len(keys | {decoding_key(replace(contents, channels=1), 16)}) == 4
