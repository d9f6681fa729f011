import cv2
import numpy as np
import pytest

from fercore.errors import SourceError
from fercore.images.sources.fer2013 import read

NAMES = ["anger", "disgust", "fear", "happy", "sad", "surprise", "neutral"]


def _pixels(seed):
    return np.random.default_rng(seed).integers(0, 256, (48, 48), dtype=np.uint8)


def _text(seed):
    return " ".join(map(str, _pixels(seed).ravel()))


ROWS = (
    *((str(code), _text(code), "Training") for code in range(7)),
    ("3", _text(10), "PublicTest"),
    ("4", _text(11), "PublicTest"),
    ("3", _text(12), "PrivateTest"),
    ("3", "1 2 3", "Training"),  # too few pixels
    ("3", _text(13).rpartition(" ")[0] + " 256", "Training"),  # out of range
    ("7", _text(14), "Training"),  # contempt has no code
    ("", _text(15), "Training"),
    ("3", _text(16), "Testing"),
)


def _write(path, rows, head):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join((head, *map(",".join, rows))) + "\n")
    return path.parent


@pytest.fixture
def fer2013(tmp_path):
    return _write(tmp_path / "fer" / "fer2013.csv", ROWS, "emotion,pixels,Usage")


def _n(contents, word):
    (n,) = [tally.n for tally in contents.report.tallies if word in tally.what]
    return n


def test_codes_are_mapped_to_names(fer2013):
    contents = read(fer2013)
    index = contents.index.set_index("key")
    assert index.loc[[f"fer2013-{row:05}" for row in range(7)], "label"].tolist() == NAMES
    assert "contempt" not in contents.label_set
    assert contents.channels == 1


def test_the_two_tests_stay_apart(fer2013):
    contents = read(fer2013)
    validation = contents.index[contents.index["split"] == "validation"]
    assert validation["key"].tolist() == ["fer2013-00007", "fer2013-00008"]
    assert _n(contents, "kept apart") == 1
    assert len(contents.index) == 9


def test_pixels_are_those_of_the_row(fer2013):
    contents = read(fer2013)
    for row, seed in ((0, 0), (6, 6), (8, 11)):
        assert (contents.load(f"fer2013-{row:05}") == _pixels(seed)[..., None]).all()


def test_faulty_rows_are_left_out_and_counted(fer2013):
    contents = read(fer2013)
    assert _n(contents, "not 2,304 pixels") == 1
    assert _n(contents, "outside 0 to 255") == 1
    assert _n(contents, "no code from 0 to 6") == 1
    assert _n(contents, "without an emotion") == 1
    assert _n(contents, "usage is not") == 1
    (tally,) = [tally for tally in contents.report.tallies if "256" in tally.what or "255" in tally.what]
    assert tally.examples == ("fer2013.csv line 13",)


def test_counts_stand_beside_the_published_ones(fer2013):
    parts = read(fer2013).report.parts
    rows = {part.part: (part.n_files, part.n_published, part.used_as) for part in parts}
    assert rows["Training: disgust"] == (1, 436, "train")
    assert rows["PublicTest: happy"] == (1, 895, "validation")
    assert rows["PrivateTest: happy"] == (1, 879, "left out")
    for part, n in (("Training", 28_709), ("PublicTest", 3_589), ("PrivateTest", 3_589)):
        assert sum(row.n_published for row in parts if row.part.startswith(part)) == n


def test_the_kaggle_table_has_spaces_in_its_header(fer2013, tmp_path):
    rows = [(emotion, usage, pixels) for emotion, pixels, usage in ROWS]
    other = read(_write(tmp_path / "icml" / "icml_face_data.csv", rows, "emotion, Usage, pixels"))
    expected = read(fer2013)
    assert other.index[["label", "split"]].equals(expected.index[["label", "split"]])
    assert (other.load("icml_face_data-00008") == _pixels(11)[..., None]).all()


def test_two_tables_without_usage(tmp_path):
    rows = [(str(row % 2 + 3), _text(row)) for row in range(4)]
    _write(tmp_path / "train.csv", rows, "emotion,pixels")
    contents = read(_write(tmp_path / "test.csv", [("3", _text(8)), ("4", _text(9))], "emotion,pixels"))
    assert contents.index["key"].tolist() == [
        "train-00000", "train-00001", "train-00002", "train-00003", "test-00004", "test-00005",
    ]  # fmt: skip
    assert contents.index["split"].tolist() == ["train"] * 4 + ["validation"] * 2
    assert (contents.load("test-00005") == _pixels(9)[..., None]).all()
    parts = {part.part: (part.n_files, part.n_published) for part in contents.report.parts}
    assert parts["PublicTest and PrivateTest: happy"] == (1, 895 + 879)


def test_a_test_table_without_emotions_is_left_out(tmp_path):
    _write(tmp_path / "train.csv", [(str(row % 2 + 3), _text(row)) for row in range(4)], "emotion,pixels")
    contents = read(_write(tmp_path / "test.csv", [(_text(8),), (_text(9),)], "pixels"))
    assert _n(contents, "without an emotion") == 2
    assert contents.index["split"].value_counts().to_dict() == {"train": 2, "validation": 2}


@pytest.fixture
def make_tree(tmp_path):
    def make(*files):
        for seed, file in enumerate(files):
            path = tmp_path / "tree" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(cv2.imencode(".png", _pixels(seed))[1].tobytes())
        return tmp_path / "tree"

    return make


def test_in_folders_the_two_tests_are_told_apart_by_name(make_tree):
    contents = read(
        make_tree(
            "train/angry/Training_1.jpg", "train/happy/Training_2.jpg", "train/contempt/Training_3.jpg",
            "test/angry/PublicTest_4.jpg", "test/happy/PrivateTest_5.jpg",
        )
    )  # fmt: skip
    assert dict(zip(contents.index["key"], contents.index["split"], strict=True)) == {
        "Training_1": "train", "Training_2": "train", "PublicTest_4": "validation",
    }  # fmt: skip
    assert contents.label_set.names == ("happy", "anger")
    assert _n(contents, "no label of the set") == 1
    assert _n(contents, "kept apart") == 1
    assert contents.channels == 1
    assert (contents.load("PublicTest_4") == _pixels(3)[..., None]).all()


def test_in_folders_a_mixed_test_serves_as_validation(make_tree):
    contents = read(make_tree("train/0/1.jpg", "train/3/2.jpg", "test/0/3.jpg", "test/3/4.jpg"))
    assert contents.index["split"].value_counts().to_dict() == {"train": 2, "validation": 2}
    assert set(contents.index["label"]) == {"anger", "happy"}
    parts = {part.part: part.n_published for part in contents.report.parts}
    assert parts["PublicTest and PrivateTest: anger"] == 467 + 491


def test_another_folder_is_refused(make_tree):
    with pytest.raises(SourceError, match="no usable image"):
        read(make_tree("train/smile/1.jpg"))
