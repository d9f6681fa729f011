import json

import pytest

from fercore.errors import SourceError
from fercore.images.class_names import declared_names, read_names


def _metadata(feature):
    return {b"huggingface": json.dumps({"info": {"features": {"label": feature}}}).encode()}


def test_names_are_found_in_the_metadata_of_a_schema():
    feature = {"names": ["Angry", "happiness", "bored"], "_type": "ClassLabel"}
    assert declared_names(_metadata(feature), "x.parquet") == {0: "anger", 1: "happy", 2: "bored"}


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {b"huggingface": b"{"},
        {b"huggingface": b"[]"},
        {b"huggingface": b"\xff"},
        _metadata({"dtype": "int64", "_type": "Value"}),
        _metadata({"names": "happy"}),
        _metadata({"names": ["happy", 3]}),
        _metadata({"names": ["happy", " "]}),
    ],
)
def test_what_declares_no_names_is_refused_with_a_way_out(metadata):
    with pytest.raises(SourceError, match=r"x\.parquet does not declare .*labels\.toml"):
        declared_names(metadata, "x.parquet")


def test_names_are_read_from_toml(tmp_path):
    assert read_names(tmp_path) is None
    (tmp_path / "labels.toml").write_text('[labels]\n3 = "Happiness"\n-2 = "sad"\n')
    assert read_names(tmp_path) == {3: "happy", -2: "sad"}


@pytest.mark.parametrize(
    "text",
    ["", "[labels", 'labels = "happy"', '[labels]\nhappy = "0"', "[labels]\n0 = 1", '[labels]\n0 = ""', "\udcff"],
)
def test_a_damaged_declaration_is_refused(tmp_path, text):
    (tmp_path / "labels.toml").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(SourceError, match=r"labels\.toml does not declare"):
        read_names(tmp_path)
