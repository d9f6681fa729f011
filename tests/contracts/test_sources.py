"""What every image source promises, whatever lies on disk."""

import inspect
import json
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fercore.errors import InputError, SourceError, UnknownNameError
from fercore.images.report import SourceReport
from fercore.images.source import INDEX, SOURCES
from fercore.labels import EXPRESSIONS, LabelSet, canonical_label
from fercore.tables import SPLITS

N_EACH = 6
LABELS = ["happy"] * N_EACH + ["sad"] * N_EACH + ["fear"] * N_EACH


def _face(number: int) -> bytes:
    pixels = np.random.default_rng(number).integers(0, 256, (12, 12), dtype=np.uint8)
    return cv2.imencode(".png", pixels)[1].tobytes()


def _folders(folder: Path) -> None:
    for number, label in enumerate(LABELS):
        path = folder / label / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_face(number))


def _ferplus(folder: Path) -> None:
    options = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF"]
    rows = [["Usage", "Image name", *options]]
    for number, label in enumerate(LABELS):
        part = ("FER2013Train", "FER2013Valid")[number % 2]
        path = folder / part / f"fer{number:07}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_face(number))
        votes = ["10" if canonical_label(option) == label else "0" for option in options]
        rows.append([("Training", "PublicTest")[number % 2], path.name, *votes])
    (folder / "fer2013new.csv").write_text("\n".join(map(",".join, rows)) + "\n")


def _affectnet(folder: Path) -> None:
    head = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal"
    lists = {"training": [head], "validation": [head]}
    for number, label in enumerate(LABELS):
        path = folder / "Manually_Annotated_Images" / str(number % 3) / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_face(number))
        code = {"happy": 1, "sad": 2, "fear": 4}[label]
        part = ("training", "validation")[number % 2]
        lists[part].append(f"{number % 3}/{path.name},0,0,12,12,1.5;2.5,{code},0.1,0.1")
    for part, rows in lists.items():
        (folder / f"{part}.csv").write_text("\n".join(rows) + "\n")


def _affectnet_8(folder: Path) -> None:
    for number, label in enumerate(LABELS):
        split = folder / ("train_set", "val_set")[number % 2]
        for kind in ("images", "annotations"):
            (split / kind).mkdir(parents=True, exist_ok=True)
        (split / "images" / f"{number // 2}.jpg").write_bytes(_face(number))
        np.save(
            split / "annotations" / f"{number // 2}_exp.npy", np.array({"happy": "1", "sad": "2", "fear": "4"}[label])
        )


def _affectnet_kaggle(folder: Path) -> None:
    _folders(folder)
    rows = [f"{number},{label}/{number}.png,{label},0.8" for number, label in enumerate(LABELS)]
    (folder / "labels.csv").write_text("\n".join((",pth,label,relFCs", *rows)) + "\n")


def _affectnet_plus(folder: Path) -> None:
    folder.mkdir(parents=True)
    for number, label in enumerate(LABELS):
        (folder / f"{number}.jpg").write_bytes(_face(number))
        content = {"Human-Label": {"happy": 1, "sad": 2, "fear": 4}[label], "Soft-Label": [0.125] * 8, "Subset": 0}
        (folder / f"{number}.json").write_text(json.dumps(content))


def _fer2013(folder: Path) -> None:
    for number, label in enumerate(LABELS):
        path = folder / ("train", "test")[number % 2] / label / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_face(number))


def _raf_db(folder: Path) -> None:
    for number, label in enumerate(LABELS):
        split = ("train", "test")[number % 2]
        path = folder / split / {"happy": "4", "sad": "5", "fear": "2"}[label] / f"{split}_{number:05}_aligned.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_face(number))


def _ck_plus(folder: Path) -> None:
    for number, label in enumerate(LABELS):
        path = folder / "CK+48" / label / f"S{number // 3 + 10:03}_001_{number:08}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_face(number))


def _parquet(folder: Path) -> None:
    folder.mkdir(parents=True)
    names = ["sad", "fear", "happy"]
    features = {"label": {"names": names, "_type": "ClassLabel"}, "image": {"_type": "Image"}}
    metadata = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    for part, split in enumerate(("train", "validation")):
        numbers = range(part, len(LABELS), 2)
        images = [{"bytes": _face(number), "path": f"{number}.png"} for number in numbers]
        table = pa.table({"image": images, "label": [names.index(LABELS[number]) for number in numbers]})
        pq.write_table(table.replace_schema_metadata(metadata), folder / f"{split}-00000-of-00001.parquet")


LAYOUTS = {
    "affectnet": _affectnet,
    "affectnet-8": _affectnet_8,
    "affectnet-kaggle": _affectnet_kaggle,
    "affectnet-plus": _affectnet_plus,
    "ck-plus": _ck_plus,
    "fer2013": _fer2013,
    "ferplus": _ferplus,
    "folders": _folders,
    "parquet": _parquet,
    "raf-db": _raf_db,
}
"""For every source, how to lay out six faces each of happy, sad and fear."""


@pytest.fixture(params=SOURCES.names())
def name(request):
    return request.param


@pytest.fixture
def faces(name, tmp_path):
    LAYOUTS[name](tmp_path / "faces")
    return tmp_path / "faces"


def test_there_is_a_layout_for_every_source():
    assert set(LAYOUTS) == set(SOURCES)


def test_a_source_says_in_a_line_what_it_reads(name):
    assert (inspect.getdoc(SOURCES.get(name)) or "").splitlines()[0].endswith(".")


def test_contents_are_complete(name, faces):
    contents = SOURCES.get(name)(faces)
    index = contents.index
    assert list(index.columns) == list(INDEX)
    assert list(index.index) == list(range(3 * N_EACH))
    assert index["key"].is_unique
    assert set(index["split"]) == set(SPLITS) - {"experimental"}
    assert index["label"].value_counts().to_dict() == {"happy": N_EACH, "sad": N_EACH, "fear": N_EACH}
    assert contents.label_set.names == tuple(name for name in EXPRESSIONS if name in {"happy", "sad", "fear"})
    assert isinstance(contents.report, SourceReport)
    assert contents.report.source == name
    assert sum(part.n_files for part in contents.report.parts) == 3 * N_EACH


def test_images_are_rgb_of_8_bits(name, faces):
    contents = SOURCES.get(name)(faces)
    loaded = [contents.load(key) for key in contents.index["key"]]
    if contents.channels == 1:
        assert all((image == image[..., :1]).all() for image in loaded)
    assert {(image.shape, str(image.dtype)) for image in loaded} == {((12, 12, 3), "uint8")}
    assert len({image.tobytes() for image in loaded}) == 3 * N_EACH


def test_votes_are_refused_by_a_source_without_them(name, faces, tmp_path):
    if SOURCES.get(name)(faces).votes is None:
        with pytest.raises(SourceError, match=f"'{name}' reads no votes.*--votes"):
            SOURCES.get(name)(faces, votes=tmp_path / "votes.csv")


def test_votes_belong_to_the_images(name, faces):
    contents = SOURCES.get(name)(faces)
    if contents.votes is not None:
        assert list(contents.votes["key"]) == list(contents.index["key"])
        assert set(contents.label_set) <= set(contents.votes.columns)
        assert (contents.votes.drop(columns="key").dtypes == np.int64).all()


def test_reading_again_gives_the_same(name, faces):
    before = {path: path.read_bytes() for path in faces.rglob("*") if path.is_file()}
    first, second = (SOURCES.get(name)(faces, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(first.index, second.index)
    assert first.report == second.report
    assert {path: path.read_bytes() for path in faces.rglob("*") if path.is_file()} == before


def test_a_label_set_keeps_its_order(name, faces):
    contents = SOURCES.get(name)(faces, label_set=LabelSet(("sad", "happy")))
    assert contents.label_set.names == ("sad", "happy")
    assert set(contents.index["label"]) == {"sad", "happy"}


def test_an_unknown_label_is_named(name, faces):
    with pytest.raises(UnknownNameError, match="'bored'"):
        SOURCES.get(name)(faces, label_set=LabelSet(("happy", "bored")))


@pytest.mark.parametrize("what", ["missing", "a file", "empty"])
def test_a_folder_that_cannot_be_read_is_refused(name, tmp_path, what):
    path = tmp_path / "somewhere"
    if what == "a file":
        path.write_text("x")
    elif what == "empty":
        path.mkdir()
    with pytest.raises(SourceError, match=r"somewhere|empty"):
        SOURCES.get(name)(path)


def test_colour_order_and_crop_are_in_the_report(name, faces):
    report = SOURCES.get(name)(faces).report
    assert any(tally.what.startswith(("read as RGB; ", "gray; ")) for tally in report.tallies)


def test_an_unknown_source_names_the_nearest():
    with pytest.raises(InputError, match="Did you mean 'folders'"):
        SOURCES.get("folder")
