import json

import cv2
import numpy as np
import pytest

from fercore.errors import SourceError
from fercore.images.sources.affectnet_plus import read

SOFT = [0.02] * 7 + [0.86]


def _face(seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    return cv2.imencode(".png", pixels)[1].tobytes()


def _annotation(label, subset=0, **changes):
    return json.dumps({"Human-Label": label, "Soft-Label": SOFT, "Subset": subset, "Metadata": {"age": 30}} | changes)


@pytest.fixture
def write(tmp_path):
    """Write images (numbered seeds) and annotations by their paths."""

    def write(content):
        for seed, (name, text) in enumerate(content.items()):
            path = tmp_path / "plus" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_face(seed) if text is None else text.encode())
        return tmp_path / "plus"

    return write


@pytest.fixture
def plus(write):
    faces = {f"train_set/images/{n}.jpg": None for n in range(14)}
    labels = dict(enumerate([*range(11), "3", 1, 2]))
    annotations = {f"train_set/annotations/{n}.json": _annotation(label, n % 3) for n, label in labels.items()}
    annotations["train_set/annotations/12.json"] = '{\n"Human-Label": 1,\n"Soft-Label" [1]}'
    annotations["train_set/annotations/13.json"] = _annotation(11)
    return write(
        faces
        | annotations
        | {
            "train_set/images/20.jpg": None,  # no annotation
            "train_set/annotations/21.json": _annotation(1),  # no image
            "val_set/images/0.jpg": None,  # the id repeats
            "val_set/annotations/0.json": _annotation(6, 2, **{"Soft-Label": [0.5, 0.5]}),
            "val_set/images/30.jpg": None,
            "val_set/annotations/deep/er/30.json": _annotation(1, 9),
        }
    )


def _n(contents, word):
    (n,) = [tally.n for tally in contents.report.tallies if word in tally.what]
    return n


def test_the_report_says_that_it_is_experimental(plus):
    assert _n(read(plus), "experimentally") == 16


def test_the_human_label_is_the_label(plus):
    index = read(plus).index
    labels = dict(zip(index["source"], index["label"], strict=True))
    names = ["neutral", "happy", "sad", "surprise", "fear", "disgust", "anger", "contempt"]
    assert [labels[f"train_set/images/{n}.jpg"] for n in range(8)] == names
    assert labels["train_set/images/11.jpg"] == "surprise"
    assert labels["val_set/images/0.jpg"] == "anger"
    assert labels["val_set/images/30.jpg"] == "happy"
    assert len(labels) == 11


def test_folders_of_splits_are_splits(plus):
    index = read(plus).index
    assert set(index.loc[index["source"].str.startswith("val_set"), "split"]) == {"validation"}


def test_what_is_left_out_is_counted(plus):
    contents = read(plus)
    assert [_n(contents, f"code {code} ") for code in (8, 9, 10)] == [1, 1, 1]
    assert _n(contents, "an annotation, but no image") == 1
    assert _n(contents, "an image, but no annotation") == 1
    assert _n(contents, "Soft-Label is not 8 numbers") == 1
    assert _n(contents, "the same name in several places") == 2
    assert _n(contents, "images in all of AffectNet by the paper's count") == 440_601
    assert [_n(contents, f"of the subset {word}") for word in ("easy", "challenging", "difficult", "that is")] == [
        4,
        4,
        5,
        1,
    ]


def test_a_damaged_annotation_is_counted_with_its_line(plus):
    (tally,) = [tally for tally in read(plus).report.tallies if tally.kind == "unreadable"]
    assert tally.examples == (
        "train_set/annotations/12.json: line 3 is no JSON (Expecting ':' delimiter)",
        "train_set/annotations/13.json: Human-Label is 11, no code of AffectNet from 0 to 10",
    )


NO_ANNOTATIONS = (
    "", "[1]", "7", "null", '{"Human-Label": true}', '{"Human-Label": 1.5}', '{"Human-Label": 1e999}', "[" * 100_000, "\udcff"
)  # fmt: skip


@pytest.mark.parametrize("text", NO_ANNOTATIONS)
def test_what_is_no_annotation_is_counted(plus, text):
    (plus / "train_set/annotations/1.json").write_bytes(text.encode(errors="surrogateescape"))
    contents = read(plus)
    assert "train_set/images/1.jpg" not in set(contents.index["source"])
    assert _n(contents, "the annotation cannot be used") == 3


def test_annotations_may_lie_beside_the_images_and_splits_be_missing(write):
    faces = {f"{n}.png": None for n in range(4)}
    index = read(write(faces | {f"{n}.json": _annotation(n % 2) for n in range(4)})).index
    assert set(index["key"]) == {"0", "1", "2", "3"}
    assert set(index["split"]) == {"train", "validation"}


def test_an_annotation_that_fits_two_images_belongs_to_neither(write):
    content = {"a/1.png": None, "b/1.png": None, "annotations/1.json": _annotation(1)}
    content |= {"images/2.png": None, "images/3.png": None}
    contents = read(write(content | {"annotations/x/2.json": _annotation(0), "annotations/3.json": _annotation(1)}))
    assert set(contents.index["key"]) == {"2", "3"}
    assert _n(contents, "surely its own") == 1


def test_a_folder_without_annotations_is_refused(write):
    with pytest.raises(SourceError, match="no usable image"):
        read(write({"a.png": None}))
