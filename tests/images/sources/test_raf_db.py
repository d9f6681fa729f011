import cv2
import numpy as np
import pytest

from fercore.errors import InputError, SourceError
from fercore.images.sources.raf_db import read

NAMES = ["surprise", "fear", "disgust", "happy", "sad", "anger", "neutral"]

LIST = (
    *(f"train_{code:05}.jpg {code}" for code in range(1, 8)),
    "test_00001.jpg 4",
    "test_00002.jpg 5",
    "train_00004.jpg 4",  # twice, equal
    "train_00005.jpg 6",  # twice, conflicting
    "train_00099.jpg 4",  # no such file
)


def _face(seed, side=10):
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)
    return cv2.imencode(".png", pixels)[1].tobytes()


def _n(contents, word):
    (n,) = [tally.n for tally in contents.report.tallies if word in tally.what]
    return n


@pytest.fixture
def make_raf(tmp_path):
    def make(*places, basic="basic"):
        folder = tmp_path / "raf" / basic
        (folder / "EmoLabel").mkdir(parents=True)
        (folder / "EmoLabel" / "list_patition_label.txt").write_text("\n".join(LIST) + "\n")
        names = [line.split()[0] for line in LIST if "99" not in line]
        for place in places:
            (folder / "Image" / place).mkdir(parents=True)
            for seed, name in enumerate(names):
                name = name.replace(".jpg", "_aligned.jpg") if place == "aligned" else name
                (folder / "Image" / place / name).write_bytes(_face(seed, 10 if place == "aligned" else 14))
        return tmp_path / "raf"

    return make


def test_codes_count_from_one(make_raf):
    index = read(make_raf("aligned")).index.set_index("key")
    assert index.loc[[f"train_{code:05}" for code in range(1, 8)], "label"].tolist() == NAMES


def test_the_test_split_serves_as_validation(make_raf):
    index = read(make_raf("aligned")).index
    assert index.loc[index["split"] == "validation", "key"].tolist() == ["test_00001", "test_00002"]


@pytest.mark.parametrize(("places", "side"), [(("aligned",), 10), (("original",), 14), (("aligned", "original"), 10)])
@pytest.mark.parametrize("basic", ["basic", "."])
def test_aligned_faces_go_before_original_ones(make_raf, places, side, basic):
    contents = read(make_raf(*places, basic=basic))
    assert contents.load("train_00001").shape == (side, side, 3)
    assert len(contents.index) == 9
    assert _n(contents, "aligned by the authors" if side == 10 else "not cut to the face") == 9


def test_what_is_left_out_is_counted(make_raf):
    folder = make_raf("aligned")
    (folder / "basic" / "Image" / "aligned" / "train_00100_aligned.jpg").write_bytes(_face(0))
    contents = read(folder)
    assert _n(contents, "equal expressions") == 1
    assert _n(contents, "conflicting expressions") == 1
    assert _n(contents, "not in Image/aligned") == 1
    assert _n(contents, "not in the list") == 1
    assert contents.index.set_index("key").loc["train_00005", "label"] == "sad"


def test_counts_stand_beside_the_published_ones(make_raf):
    parts = read(make_raf("aligned")).report.parts
    assert {part.part: (part.n_files, part.n_published) for part in parts}["train: happy"] == (1, 4_772)
    assert sum(part.n_published for part in parts if part.part.startswith("train")) == 12_271
    assert sum(part.n_published for part in parts if part.part.startswith("test")) == 3_068


def test_class_folders_with_splits(make_folders):
    folder = make_folders(**{"train/1": 2, "train/7": 2, "train/8": 1, "test/1": 1, "test/7": 1})
    (folder / "test/1/test_1_00.png").rename(folder / "test/1/train_00009_aligned.png")
    contents = read(folder)
    assert contents.label_set.names == ("neutral", "surprise")
    assert contents.index["split"].value_counts().to_dict() == {"train": 4, "validation": 2}
    assert _n(contents, "no label of the set") == 1
    assert _n(contents, "another split than the folder") == 1


def test_class_folders_whose_names_say_the_split(make_folders):
    folder = make_folders(**{"4": 3, "5": 3})
    for label in "45":
        for number, split in enumerate(("train", "train", "test")):
            (folder / label / f"{label}_{number:02}.png").rename(
                folder / label / f"{split}_{label}{number}_aligned.png"
            )
    contents = read(folder)
    assert dict(zip(contents.index["key"], contents.index["split"], strict=True))["test_42_aligned"] == "validation"
    assert contents.index["split"].value_counts().to_dict() == {"train": 4, "validation": 2}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("train_00002.jpg 2", "train_00002.jpg 0", "code = '0' .*line 2"),
        ("train_00002.jpg 2", "train_00002.jpg", "code = '' .*line 2"),
        ("train_00003.jpg", "valid_00003.jpg", "name = 'valid_00003.jpg' .*line 3"),
    ],
)
def test_a_damaged_list_is_refused(make_raf, old, new, message):
    folder = make_raf("aligned")
    table = folder / "basic" / "EmoLabel" / "list_patition_label.txt"
    table.write_text(table.read_text().replace(old, new, 1))
    with pytest.raises(InputError, match=message):
        read(folder)


def test_a_list_without_images_says_where_they_belong(make_raf):
    with pytest.raises(SourceError, match="Image/aligned"):
        read(make_raf())
