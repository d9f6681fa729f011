import json
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fercore.errors import InputError, SourceError
from fercore.images.sources.parquet import read

TYPE = pa.struct({"bytes": pa.binary(), "path": pa.string()})


def _pixels(seed):
    return np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)


def _face(seed):
    return cv2.imencode(".png", _pixels(seed)[..., ::-1])[1].tobytes()


def _n(contents, word):
    (n,) = [tally.n for tally in contents.report.tallies if word in tally.what]
    return n


@pytest.fixture
def write(tmp_path):
    """Write a Parquet file of (seed or None, path, label)."""

    def write(name, rows, names=("sad", "happy"), *, group=2, statistics=True):
        path = tmp_path / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        images = [
            None if seed == "null" else {"bytes": None if seed is None else _face(seed), "path": p}
            for seed, p, _ in rows
        ]
        table = pa.table(
            {"image": pa.array(images, TYPE), "label": pa.array([label for *_, label in rows], pa.int64())}
        )
        if names is not None:
            features = {"image": {"_type": "Image"}, "label": {"names": list(names), "_type": "ClassLabel"}}
            table = table.replace_schema_metadata(
                {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
            )
        pq.write_table(table, path, row_group_size=group, write_statistics=statistics)
        return tmp_path / "set"

    return write


TRAIN = [(n, f"train_{n}.png", n % 2) for n in range(5)]
TEST = [(n, f"test_{n}.png", n % 2) for n in range(10, 13)]


def test_labels_are_named_by_each_files_own_schema(write):
    write("data/train-00000-of-00001.parquet", TRAIN, ("sad", "happy"))
    contents = read(write("data/test-00000-of-00001.parquet", TEST, ("Happiness", "Sadness")))
    assert dict(zip(contents.index["key"], contents.index["label"], strict=True)) == {
        **{f"train_{n}": ("sad", "happy")[n % 2] for n in range(5)},
        **{f"test_{n}": ("happy", "sad")[n % 2] for n in range(10, 13)},
    }
    assert contents.index["split"].value_counts().to_dict() == {"train": 5, "validation": 3}


def test_images_are_those_of_their_row_in_rgb_also_from_threads(write):
    contents = read(write("train.parquet", [(n, f"{n}.png", n % 2) for n in range(40)], group=7))
    with ThreadPoolExecutor(8) as pool:
        faces = dict(zip(contents.index["key"], pool.map(contents.load, contents.index["key"]), strict=True))
    assert all((face == _pixels(int(key))).all() for key, face in faces.items())


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train-00000-of-00002.parquet", "train"),
        ("valid/0000.parquet", "validation"),
        ("data/Test.parquet", "validation"),
    ],
)
def test_the_split_is_in_the_name(write, name, split):
    other = "train/1.parquet" if split == "validation" else "test/1.parquet"
    write(other, [(n, f"o{n}.png", n % 2) for n in range(2)])
    index = read(write(name, TRAIN)).index
    assert set(index.loc[index["key"].str.startswith("train_"), "split"]) == {split}


def test_rows_are_named_by_number_where_paths_do_not_tell_them_apart(write):
    write("train-00000-of-00001.parquet", [(1, None, 0), (2, None, 1)])
    contents = read(write("test-00000-of-00001.parquet", [(3, "a.png", 0), (4, "a.png", 1)]))
    assert contents.index["key"].tolist() == [
        "test-00000-of-00001-000000", "test-00000-of-00001-000001",
        "train-00000-of-00001-000000", "train-00000-of-00001-000001",
    ]  # fmt: skip
    assert _n(contents, "the same path in several rows") == 2
    assert (contents.load("train-00000-of-00001-000001") == _pixels(2)).all()


@pytest.mark.parametrize("statistics", [False, True])
def test_what_is_left_out_is_counted(write, statistics):
    rows = [*TRAIN, (20, "unlabelled.png", -1), (21, "null.png", None), (22, "code.png", 2)]
    rows += [(None, "away.png", 0), (None, None, 0), (None, "beside.png", 1), ("null", None, 1)]
    folder = write("data/train.parquet", rows, statistics=statistics)
    (folder / "data" / "beside.png").write_bytes(_face(30))
    contents = read(folder)
    assert len(contents.index) == 6
    assert _n(contents, "without a label") == 2
    assert _n(contents, "no declared name") == 1
    assert _n(contents, "neither bytes nor a file") == 3
    (key,) = contents.index.loc[contents.index["source"] == "data/train.parquet/beside.png", "key"]
    assert (contents.load(key) == _pixels(30)).all()


def test_a_declaration_beside_the_files_goes_first(write):
    folder = write("train.parquet", TRAIN, names=None)
    with pytest.raises(SourceError, match=r"labels\.toml"):
        read(folder)
    (folder / "labels.toml").write_text('[labels]\n0 = "fear"\n1 = "anger"\n')
    assert read(folder).label_set.names == ("fear", "anger")
    assert read(write("train.parquet", TRAIN)).label_set.names == ("fear", "anger")


def test_a_damaged_image_is_named(write):
    folder = write("train.parquet", TRAIN)
    table = pq.read_table(folder / "train.parquet")
    images = [*table["image"].to_pylist()[:4], {"bytes": b"no image", "path": "train_4.png"}]
    pq.write_table(table.set_column(0, "image", pa.array(images, TYPE)), folder / "train.parquet")
    with pytest.raises(SourceError, match=r"train\.parquet/train_4\.png"):
        read(folder).load("train_4")


def test_a_damaged_file_is_named(write):
    folder = write("train.parquet", TRAIN)
    contents = read(folder)
    data = (folder / "train.parquet").read_bytes()
    (folder / "train.parquet").write_bytes(data[: len(data) // 2])
    with pytest.raises(SourceError, match=r"train\.parquet cannot be read"):
        read(folder)
    with pytest.raises(SourceError, match=r"train\.parquet cannot be read"):
        contents.load("train_0")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"label": [0, 1]}, "no column image"),
        ({"image": ["a.png", "b.png"], "label": [0, 1]}, "no column image"),
        ({"image": [{"bytes": b"x", "path": "a"}] * 2}, "no column label"),
        ({"image": [{"bytes": b"x", "path": "a"}] * 2, "label": ["happy", "sad"]}, "no column label"),
    ],
)
def test_another_layout_is_refused(tmp_path, columns, message):
    pq.write_table(pa.table(columns), tmp_path / "train.parquet")
    with pytest.raises(InputError, match=message):
        read(tmp_path)


def test_bytes_may_stand_without_paths_and_files_without_rows(write, tmp_path):
    images = pa.array([{"bytes": _face(n)} for n in range(4)], pa.struct({"bytes": pa.binary()}))
    write("test.parquet", [])
    table = pq.read_table(tmp_path / "set" / "test.parquet")
    whole = pa.table({"image": images, "label": [0, 1, 0, 1]}).replace_schema_metadata(table.schema.metadata)
    pq.write_table(whole, tmp_path / "set" / "train.parquet")
    contents = read(tmp_path / "set")
    assert contents.index["key"].tolist() == [f"train-{n:06}" for n in range(4)]
    assert (contents.load("train-000003") == _pixels(3)).all()


def test_a_folder_without_parquet_is_refused(tmp_path):
    with pytest.raises(SourceError, match=r"no \.parquet file"):
        read(tmp_path)
