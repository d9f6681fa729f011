"""Faces in Parquet files, laid out as Hugging Face's ``datasets`` does.

Expected under the path: ``*.parquet``, whose names or folders say the split (``train-00000-of-00002.parquet``), with the columns
``image``, a struct of ``bytes`` (an encoded image) and ``path`` (its name; where there are no bytes, an image file beside the
Parquet file), and ``label``, whole numbers. What these mean is declared by name: in ``labels.toml`` under the path ::

    [labels]
    0 = "anger"

or else in the schema of each file, where ``datasets`` writes the names of a ``ClassLabel`` (key ``huggingface``).

Only labels and names are read at first. Later, row groups are read one after the other, and `N_GROUPS` of them are in memory at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path, PurePosixPath
from threading import Lock

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fercore.errors import SourceError
from fercore.images.class_names import declared_names, read_names
from fercore.images.contents import Faces, make_contents
from fercore.images.files import Files, decode_image, name_by_stem, open_files
from fercore.images.report import Tally
from fercore.images.source import SOURCES, SPLIT_NAMES, SourceContents, refuse_votes, require_folder
from fercore.labels import LabelSet

ENDING = ".parquet"
N_GROUPS = 2
NO_LABEL = -1
"""What ``datasets`` writes where an image has no label."""


@SOURCES.register
def read(path: Path, *, votes: Path | None = None, label_set: LabelSet | None = None, seed: int = 0) -> SourceContents:
    """Parquet files with encoded images and declared label names, as on Hugging Face."""
    refuse_votes("parquet", votes)
    folder = require_folder(path)
    files = open_files(folder)
    tables = [name for name in files.names() if name.lower().endswith(ENDING)]
    if not tables:
        raise SourceError(f"{str(path)!r} holds no {ENDING} file. Give the folder of the Parquet files with --path.")
    names = read_names(folder)
    present = set(files.names())
    short = dict(zip(tables, name_by_stem(tables)[0], strict=True))
    listed = pd.concat([_rows(folder, table, names, present) for table in tables], ignore_index=True)
    repeated = (listed["name"] != "") & listed["name"].duplicated(keep=False)
    stems = listed["name"].map(lambda name: PurePosixPath(name).stem)
    by_row = listed["table"].map(short) + "-" + listed["row"].astype(str).str.zfill(6)
    listed["key"] = stems if stems.is_unique and (stems != "").all() else by_row
    unlabelled, absent = listed["code"] == NO_LABEL, ~listed["packed"] & (listed["file"] == "")
    unnamed = ~unlabelled & (listed["label"] == "")
    rows = listed[~unlabelled & ~unnamed & ~absent].reset_index(drop=True)
    faces = Faces(
        index=rows,
        load=_loader(folder, files, rows),
        crop="whole pictures",
        tallies=(
            Tally.of("left out", "rows without a label", list(listed.loc[unlabelled, "source"])),
            Tally.of("left out", "rows whose label has no declared name", list(listed.loc[unnamed, "source"])),
            Tally.of("missing", "rows with neither bytes nor a file of that path", list(listed.loc[absent, "source"])),
            Tally.of(
                "duplicate name",
                "the same path in several rows; all are named by their row",
                list(listed.loc[repeated, "source"]),
            ),
        ),
    )
    return make_contents("parquet", path, faces, label_set, seed)


def _rows(folder: Path, table: str, names: dict[int, str] | None, present: set[str]) -> pd.DataFrame:
    """List the rows of one file.

    Returns
    -------
    pandas.DataFrame
        ``row``, its row ``group`` and ``place`` there; ``code`` and ``label``; ``name`` (its path, "" if it has none); ``packed``,
        whether it has bytes, and ``file``, the image file beside; ``table``, ``part``, ``split`` and ``source``.
    """
    try:
        with pq.ParquetFile(folder / table) as opened:
            labels = _check(opened.schema_arrow, table, names)
            groups = [_group(opened, group) for group in range(opened.num_row_groups)]
    except (OSError, pa.ArrowException) as error:
        raise SourceError(f"{folder / table} cannot be read ({error}). Fetch it again.") from error
    empty = pd.DataFrame(
        {"code": pd.Series(dtype=np.int64), "name": pd.Series(dtype=str), "packed": pd.Series(dtype=bool)}
    )
    rows = pd.concat([empty, *groups], keys=range(-1, len(groups)), names=["group", "place"]).reset_index()
    beside = PurePosixPath(table).parent
    files = [(beside / name).as_posix() if name else "" for name in rows["name"]]
    split = _split(table)
    return rows.assign(
        row=range(len(rows)),
        table=table,
        label=rows["code"].map(labels).fillna("").astype(str),
        file=[file if file in present else "" for file in files],
        source=[f"{table}/{name or f'row {row}'}" for row, name in enumerate(rows["name"])],
        split=split,
        part=split,
    )


def _check(schema: pa.Schema, table: str, names: dict[int, str] | None) -> dict[int, str]:
    """Give the labels by code; raises `SourceError` when the file is not laid out as expected or declares no names."""
    types = {field.name: field.type for field in schema}
    image, label = types.get("image"), types.get("label")
    if image is None or not pa.types.is_struct(image) or image.get_field_index("bytes") < 0:
        raise SourceError(
            f"{table} has no column image of bytes and path, but {', '.join(types) or 'none'}. Convert it."
        )
    if label is None or not pa.types.is_integer(label):
        raise SourceError(f"{table} has no column label of whole numbers, but {', '.join(types)}. Convert it.")
    return names if names is not None else declared_names(schema.metadata or {}, table)


def _group(opened: pq.ParquetFile, group: int) -> pd.DataFrame:
    """List the rows of a row group; bytes are read only where its statistics do not say that all rows have some."""
    has_path = opened.schema_arrow.field("image").type.get_field_index("path") >= 0
    head = opened.read_row_group(group, columns=["label", *(["image.path"] if has_path else [])])
    code = head["label"].to_pandas().fillna(NO_LABEL).astype(np.int64)
    name = [(one or {}).get("path") or "" for one in head["image"].to_pylist()] if has_path else [""] * len(code)
    columns = (opened.metadata.row_group(group).column(i) for i in range(opened.metadata.num_columns))
    (chunk,) = (column for column in columns if column.path_in_schema == "image.bytes")
    packed = [True] * len(code)
    if not (chunk.is_stats_set and chunk.statistics.has_null_count and chunk.statistics.null_count == 0):
        images = opened.read_row_group(group, columns=["image.bytes"])["image"]
        packed = pc.is_valid(pc.struct_field(images, "bytes")).to_pylist()
    return pd.DataFrame({"code": code, "name": pd.Series(name, dtype=str), "packed": packed})


def _split(table: str) -> str:
    """Find the split in a file's name or folders."""
    words = [word.split("-")[0].lower() for word in PurePosixPath(table).with_suffix("").parts]
    return next((SPLIT_NAMES[word] for word in reversed(words) if word in SPLIT_NAMES), "")


def _loader(folder: Path, files: Files, rows: pd.DataFrame) -> Callable[[str], np.ndarray]:
    row_of = dict(zip(rows["key"], range(len(rows)), strict=True))
    places = {name: list(rows[name]) for name in ("table", "group", "place", "packed", "file", "source")}
    lock = Lock()

    @lru_cache(maxsize=N_GROUPS)
    def images(table: str, group: int) -> pa.ChunkedArray:
        try:
            with pq.ParquetFile(folder / table) as opened:
                return opened.read_row_group(group, columns=["image.bytes"])["image"]
        except (OSError, pa.ArrowException) as error:
            raise SourceError(f"{folder / table} cannot be read ({error}). Fetch it again.") from error

    def load(key: str) -> np.ndarray:
        table, group, place, packed, file, source = (column[row_of[key]] for column in places.values())
        if not packed:
            return decode_image(files.read(file), source)
        with lock:  # threads wait for the row group that they share
            column = images(table, group)
        return decode_image(column[place]["bytes"].as_py(), source)

    return load
