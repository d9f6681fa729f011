import cv2
import numpy as np
import pytest

from fercore.errors import SourceError
from fercore.images.sources.affectnet_8 import read


def _face(seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    return cv2.imencode(".png", pixels)[1].tobytes()


@pytest.fixture
def affectnet_8(tmp_path):
    """Codes as numbers and as text, ids in both splits, damaged and lonely files."""
    folder = tmp_path / "AffectNet"
    codes = {
        "train_set/0": np.array(1),
        "train_set/1": np.array("2"),
        "train_set/2": np.array("7"),
        "train_set/3": np.array(4.0),
        "train_set/4": np.array("8"),
        "train_set/5": np.array(9),
        "train_set/6": np.array("10"),
        "train_set/7": np.array("11"),
        "train_set/8": np.array("happy"),
        "train_set/9": np.array([1, 2]),
        "train_set/10": np.array({"code": 1}, dtype=object),
        "train_set/11": np.array(b"6"),
        "train_set/12": np.array(np.nan),
        "val_set/0": np.array("0"),
        "val_set/1": np.array(1),
        "val_set/44": np.array(5),
    }
    for number, (name, code) in enumerate(codes.items()):
        split, face = name.split("/")
        for kind in ("images", "annotations"):
            (folder / split / kind).mkdir(parents=True, exist_ok=True)
        (folder / split / "images" / f"{face}.jpg").write_bytes(_face(number))
        annotations = folder / split / "annotations"
        np.save(annotations / f"{face}_exp.npy", code, allow_pickle=True)
        np.save(annotations / f"{face}_val.npy", np.array("0.5"))
        np.save(annotations / f"{face}_lnd.npy", np.zeros(136))
    (folder / "train_set" / "annotations" / "13_exp.npy").write_bytes(b"\x93NUMPY")
    (folder / "train_set" / "images" / "13.jpg").write_bytes(_face(99))
    (folder / "train_set" / "images" / "14.jpg").write_bytes(_face(98))
    np.save(folder / "val_set" / "annotations" / "45_exp.npy", np.array("3"))
    return folder


def _n(contents, word):
    (n,) = [tally.n for tally in contents.report.tallies if word in tally.what]
    return n


def test_codes_may_be_numbers_or_text(affectnet_8):
    index = read(affectnet_8).index
    assert dict(zip(index["key"], index["label"], strict=True)) == {
        "train_set/0": "happy", "train_set/1": "sad", "train_set/2": "contempt", "train_set/3": "fear",
        "train_set/11": "anger", "val_set/0": "neutral", "val_set/1": "happy", "val_set/44": "disgust",
    }  # fmt: skip


def test_ids_repeat_between_splits(affectnet_8):
    contents = read(affectnet_8)
    assert _n(contents, "ids of both splits") == 2
    assert (contents.load("train_set/0") != contents.load("val_set/0")).any()
    assert set(contents.index.loc[contents.index["key"].str.startswith("val"), "split"]) == {"validation"}


def test_what_is_left_out_is_counted(affectnet_8):
    contents = read(affectnet_8)
    assert [_n(contents, f"code {code} ") for code in (8, 9, 10)] == [1, 1, 1]
    assert _n(contents, "no code of AffectNet") == 6
    assert _n(contents, "an annotation, but no image") == 1
    assert _n(contents, "an image, but no annotation") == 1
    assert _n(contents, "images in all of AffectNet by the paper's count") == 440_601


def test_no_pickle_is_opened(affectnet_8):
    (unreadable,) = [t for t in read(affectnet_8).report.tallies if t.kind == "unreadable"]
    assert "train_set/annotations/10_exp.npy" in unreadable.examples


def test_counts_stand_beside_the_published_ones(affectnet_8):
    parts = {part.part: (part.n_files, part.n_published) for part in read(affectnet_8).report.parts}
    assert parts["train_set: happy"] == (1, 134_415)
    assert parts["val_set: contempt"] == (0, 499)


def test_another_folder_says_what_belongs_there(tmp_path):
    (tmp_path / "happy").mkdir()
    (tmp_path / "happy" / "a.jpg").write_bytes(_face(0))
    with pytest.raises(SourceError, match="train_set"):
        read(tmp_path)


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_annotation_is_counted_whatever_its_bytes(affectnet_8, seed):
    rng = np.random.default_rng(seed)
    annotation = affectnet_8 / "train_set" / "annotations" / "0_exp.npy"
    data = bytearray(annotation.read_bytes())
    data[: rng.integers(1, 40)] = (b"PK\x03\x04", b"\x80\x04", rng.bytes(30))[seed % 3]
    annotation.write_bytes(data[: rng.integers(0, len(data))])
    assert "train_set/0" not in set(read(affectnet_8).index["key"])
