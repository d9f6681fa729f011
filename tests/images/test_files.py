import zipfile

import cv2
import numpy as np
import pytest

from fercore.errors import SourceError
from fercore.images.files import decode_image, fit_square, name_by_stem, open_files


def _encode(image, ending, *options):
    return cv2.imencode(ending, image, list(options))[1].tobytes()


def _noise(height, width):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_and_an_archive_are_read_alike(tmp_path, packed):
    content = {"b/x.png": b"1", "a.png": b"2", ".hidden": b"3", "__MACOSX/b/x.png": b"4"}
    if packed:
        path = tmp_path / "faces.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.mkdir("empty")
            for name, data in content.items():
                archive.writestr(name, data)
    else:
        path = tmp_path / "faces"
        for name, data in content.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)
    files = open_files(path)
    assert list(files.names()) == ["a.png", "b/x.png"]
    assert files.read("b/x.png") == b"1"
    with pytest.raises(SourceError, match=r"gone\.png"):
        files.read("gone.png")


def test_what_is_neither_a_folder_nor_an_archive_is_refused(tmp_path):
    (tmp_path / "text.zip").write_text("hello")
    for name in ("text.zip", "nowhere"):
        with pytest.raises(SourceError, match=name):
            open_files(tmp_path / name)


def test_colours_are_red_green_blue():
    image = np.zeros((2, 2, 3), np.uint8)
    image[..., 2] = 200  # OpenCV's red
    assert decode_image(_encode(image, ".png"), "x")[0, 0].tolist() == [200, 0, 0]


def test_gray_deep_and_transparent_images_become_three_channels_of_8_bits():
    gray = np.full((4, 4), 90, np.uint8)
    assert (decode_image(_encode(gray, ".png"), "x") == 90).all()
    assert (decode_image(_encode(gray.astype(np.uint16) * 257, ".png"), "x") == 90).all()
    assert decode_image(_encode(np.dstack([_noise(4, 4), gray]), ".png"), "x").shape == (4, 4, 3)


@pytest.mark.parametrize("ending", [".png", ".jpg", ".bmp", ".webp"])
@pytest.mark.parametrize("part", [0.0, 0.1, 0.9])
def test_a_part_of_an_image_is_unreadable(ending, part):
    data = _encode(_noise(64, 64), ending)
    with pytest.raises(SourceError, match=r"happy/x\.png is not a readable image"):
        decode_image(data[: int(part * len(data))], "happy/x.png")


def test_the_middle_square_is_kept_and_nothing_is_stretched():
    image = np.zeros((4, 10, 3), np.uint8)
    image[:, 3:7] = _noise(4, 4)
    assert np.array_equal(fit_square(image, 4), _noise(4, 4))
    assert np.array_equal(fit_square(image.transpose(1, 0, 2), 4), _noise(4, 4).transpose(1, 0, 2))


def test_shrinking_averages_and_growing_keeps_brightness():
    stripes = np.zeros((8, 8, 3), np.uint8)
    stripes[::2] = 200
    assert (fit_square(stripes, 4) == 100).all()
    assert (fit_square(np.full((4, 4, 3), 77, np.uint8), 9) == 77).all()


def test_files_are_named_by_their_stems_where_these_differ():
    assert name_by_stem(["a/x.png", "b/y.jpg"]) == (["x", "y"], [])
    assert name_by_stem(["a/x.png", "b/x.jpg", "b/y.jpg"]) == (
        ["a/x.png", "b/x.jpg", "b/y.jpg"],
        ["a/x.png", "b/x.jpg"],
    )
