"""What the codes of a label column mean, as somebody declared it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fercore.errors import SourceError
from fercore.labels import canonical_label

NAMES_FILE = "labels.toml"


def read_names(folder: Path) -> dict[int, str] | None:
    """Read ``labels.toml`` of a folder: the table ``labels``, names by code. None where there is no such file.

    Raises
    ------
    SourceError
        When the file is no TOML, or holds something else.
    """
    path = folder / NAMES_FILE
    if not path.is_file():
        return None
    try:
        labels = tomllib.loads(path.read_text(encoding="utf-8"))["labels"]
        return {int(code): _label(name) for code, name in labels.items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise SourceError(
            f'{path} does not declare labels ({error}). Write a table [labels] with lines such as 0 = "anger".'
        ) from error


def declared_names(metadata: Mapping[bytes, bytes], name: str) -> dict[int, str]:
    """Find the names of the column ``label`` in the metadata of a schema, as Hugging Face's ``datasets`` writes them.

    Parameters
    ----------
    metadata
        Of the schema; the names are in the JSON text under ``huggingface``.
    name
        What the file is called in messages.

    Raises
    ------
    SourceError
        When no names are declared there.
    """
    try:
        feature: Any = json.loads(metadata[b"huggingface"])["info"]["features"]["label"]
        names = feature["names"]
        if not isinstance(names, list):
            raise TypeError("names is no list")
        return {code: _label(one) for code, one in enumerate(names)}
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise SourceError(
            f"{name} does not declare what its labels mean ({type(error).__name__}: {error}). "
            f'Write {NAMES_FILE} into the folder: a table [labels] with lines such as 0 = "anger".'
        ) from error


def _label(name: object) -> str:
    if not isinstance(name, str) or not name.strip():
        raise TypeError(f"{name!r} is no name")
    return canonical_label(name)
