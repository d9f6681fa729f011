import cv2
import numpy as np
import pytest

from fercore.errors import InputError, SourceError
from fercore.images.sources.folders import read
from fercore.labels import LabelSet


def _whats(contents):
    return {tally.what: tally.n for tally in contents.report.tallies}


def test_folder_names_are_labels_with_synonyms(make_folders):
    contents = read(make_folders(Happiness=3, happy=2, ANGRY=4, awe=2))
    assert contents.label_set.names == ("happy", "anger", "awe")
    assert contents.index["label"].value_counts().to_dict() == {"happy": 5, "anger": 4, "awe": 2}
    assert "Happiness_00" in set(contents.index["key"])
    assert {part.part: part.n_files for part in contents.report.parts} == {
        "ANGRY": 4,
        "Happiness": 3,
        "awe": 2,
        "happy": 2,
    }
    assert contents.votes is None


def test_splits_above_the_labels(make_folders):
    contents = read(
        make_folders(**{"Training/happy": 3, "Training/sad": 3, "valid/happy": 2, "valid/sad": 1, "test/sad": 5})
    )
    counts = contents.index.groupby(["split", "label"]).size().to_dict()
    assert counts == {("train", "happy"): 3, ("train", "sad"): 3, ("validation", "happy"): 2, ("validation", "sad"): 1}
    assert _whats(contents)["in the test split, which is kept apart"] == 5
    assert {part.part: part.used_as for part in contents.report.parts}["test/sad"] == "left out"


def test_names_that_repeat_are_told_apart_by_their_path(make_folders):
    folder = make_folders(**{"train/happy": 2, "train/sad": 2, "val/happy": 2, "val/sad": 2})
    (folder / "train/happy/train_happy_00.png").rename(folder / "train/happy/same.png")
    (folder / "val/sad/val_sad_00.png").rename(folder / "val/sad/same.png")
    contents = read(folder)
    assert {"train/happy/same.png", "val/sad/same.png", "val/sad/val_sad_01.png"} <= set(contents.index["key"])
    assert _whats(contents)["the same name in several places, so all images are named by their path"] == 2


def test_red_is_read_as_red(make_folders):
    folder = make_folders(happy=1, sad=1)
    red = np.zeros((8, 8, 3), np.uint8)
    red[..., 2] = 255  # OpenCV writes blue first
    cv2.imwrite(str(folder / "happy" / "red.png"), red)
    assert read(folder).load("red")[0, 0].tolist() == [255, 0, 0]


def test_what_is_not_an_image_in_its_place_is_counted(make_folders):
    folder = make_folders(happy=2, sad=2)
    (folder / "happy" / "notes.txt").write_text("x")
    (folder / "sad" / "more").mkdir()
    (folder / "sad" / "more" / "deep.png").write_bytes(b"x")
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "README").write_text("x")
    contents = read(folder)
    assert len(contents.index) == 4
    assert _whats(contents)["not an image by its ending"] == 1
    assert _whats(contents)["not at <label>/<image>"] == 2


def test_an_unreadable_image_is_named(make_folders):
    folder = make_folders(happy=2, sad=2)
    (folder / "happy" / "cut.png").write_bytes((folder / "happy" / "happy_00.png").read_bytes()[:100])
    (folder / "happy" / "empty.jpg").write_bytes(b"")
    contents = read(folder)
    for key in ("cut", "empty"):
        with pytest.raises(SourceError, match=f"happy/{key}"):
            contents.load(key)


def test_only_the_labels_asked_for(make_folders):
    contents = read(make_folders(happy=2, sad=2, fear=3), label_set=LabelSet(("sad", "happy")))
    assert (contents.label_set.names, len(contents.index)) == (("sad", "happy"), 4)
    assert _whats(contents)["the label is not in the study's label set"] == 3


def test_splits_and_labels_side_by_side_are_refused(make_folders):
    with pytest.raises(SourceError, match="mixes"):
        read(make_folders(**{"train/happy": 1, "sad": 1}))


def test_one_label_alone_makes_no_study(make_folders):
    with pytest.raises(InputError, match="at least two"):
        read(make_folders(happy=5))


def test_votes_are_not_read_from_folders(make_folders, tmp_path):
    with pytest.raises(SourceError, match="--votes"):
        read(make_folders(happy=2, sad=2), votes=tmp_path / "votes.csv")
