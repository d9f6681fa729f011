"""What is kept on disk: written whole or not at all, found again by content.

`Store` holds what can be computed again (saliency maps, decoded thumbnails): arrays under a key that is a SHA-256 of
everything they depend on. Behind the cache may stand read-only *shelves*, folders shipped with a study, so that a
deleted cache does not lose what was shipped. A damaged value is a miss, never an error. Nothing is ever unpickled.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import diskcache
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays

SCHEMA = 1
"""Version of every stored value's layout; part of every key."""

Arrays = dict[str, np.ndarray]


def cache_dir() -> Path:
    """Give the folder of what can be computed again: ``FERCORE_CACHE``, else ``cache/`` beside the package."""
    return Path(os.environ.get("FERCORE_CACHE") or Path(__file__).parents[1] / "cache")


def studies_dir() -> Path:
    """Give the folder of what cannot: ``FERCORE_STUDIES``, else ``studies/`` beside the package."""
    return Path(os.environ.get("FERCORE_STUDIES") or Path(__file__).parents[1] / "studies")


@contextmanager
def write_whole(path: Path) -> Iterator[Path]:
    """Write a file whole or not at all.

    Yields a temporary path in the same folder; when the block ends well the file is flushed to disk and renamed to
    ``path``, when it raises the temporary file is removed and ``path`` is as before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def write_folder(path: Path) -> Iterator[Path]:
    """Write a folder whole or not at all.

    Yields a temporary folder beside ``path``; when the block ends well it is renamed to ``path``, which may be an empty
    folder, when it raises it is removed. Raises ``OSError`` when ``path`` is there and not empty.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}-"))
    try:
        yield draft
        draft.chmod(0o755)
        draft.rename(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    with write_whole(path) as draft:
        draft.write_text(text)


def write_json(path: Path, value: Any) -> None:
    """Write JSON whole or not at all; NaN is not JSON and raises ``ValueError``."""
    write_text(path, json.dumps(value, indent=1, allow_nan=False) + "\n")


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str] | None = None) -> None:
    """Write named arrays as ``.safetensors``, whole or not at all."""
    tight = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    with write_whole(path) as draft:
        draft.write_bytes(save_arrays(tight, dict(metadata) if metadata else None))


def digest_bytes(data: bytes) -> str:
    """SHA-256 of bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest_array(array: np.ndarray) -> str:
    """SHA-256 over dtype, shape and values of an array."""
    tight = np.ascontiguousarray(array)
    head = f"{tight.dtype.str}{tight.shape}".encode()
    return hashlib.sha256(head + tight.tobytes()).hexdigest()


def digest_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_key(kind: str, **parts: Any) -> str:
    """Give the key of a value from everything it depends on (numbers, strings, lists, dictionaries)."""
    text = json.dumps({"schema": SCHEMA, "kind": kind, **parts}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class _BytesDisk(diskcache.Disk):
    """Keys are text and values bytes; anything that diskcache would pickle is refused (CVE-2025-69872)."""

    def put(self, key: str) -> Any:
        if not isinstance(key, str):
            raise TypeError(f"cache keys are text, not {type(key).__name__}")
        return super().put(key)

    def get(self, key: Any, raw: bool) -> Any:
        if not raw:
            raise ValueError("a pickled key in the cache is not read")
        return super().get(key, raw)

    def store(self, value: Any, read: bool, key: Any = diskcache.UNKNOWN) -> Any:
        if not isinstance(value, bytes):
            raise TypeError(f"cache values are bytes, not {type(value).__name__}")
        return super().store(value, read, key)

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> Any:
        if mode not in (diskcache.core.MODE_RAW, diskcache.core.MODE_BINARY):
            raise ValueError("a pickled value in the cache is not read")
        return super().fetch(mode, filename, value, read)


class Store:
    """Arrays by key.

    Parameters
    ----------
    folder
        Where the cache lies; made when first written.
    shelves
        Read-only folders with ``<key>.safetensors``, asked after the cache.
    """

    def __init__(self, folder: Path, shelves: Sequence[Path] = ()) -> None:
        self.folder = folder
        self.shelves = tuple(shelves)

    @cached_property
    def _cache(self) -> diskcache.Cache:
        options = {"disk": _BytesDisk, "size_limit": 20 * 2**30, "eviction_policy": "least-recently-used"}
        try:
            return diskcache.Cache(str(self.folder), **options)
        except sqlite3.DatabaseError:  # not a database any more: what it held can be computed again
            for path in self.folder.glob("cache.db*"):
                path.unlink()
            return diskcache.Cache(str(self.folder), **options)

    def get(self, key: str) -> Arrays | None:
        """Give the arrays under ``key``, or None when there are none or their bytes are damaged."""
        try:
            value = self._cache.get(key)
        except (ValueError, TypeError, OSError, sqlite3.DatabaseError):
            value = None
        arrays = _unpack(value) if isinstance(value, bytes) else None
        if arrays is not None:
            return arrays
        for shelf in self.shelves:
            path = shelf / f"{key}.safetensors"
            if path.is_file():
                try:
                    return load_arrays(path.read_bytes())
                except (SafetensorError, OSError):
                    continue
        return None

    def has(self, key: str) -> bool:
        """Tell whether there is a value under ``key``, without reading it."""
        return key in self._cache or any((shelf / f"{key}.safetensors").is_file() for shelf in self.shelves)

    def put(self, key: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Keep arrays under ``key``."""
        data = save_arrays({name: np.ascontiguousarray(array) for name, array in arrays.items()})
        self._cache.set(key, bytes.fromhex(digest_bytes(data)) + data)


def _unpack(value: bytes) -> Arrays | None:
    checksum, data = value[:32], value[32:]
    if bytes.fromhex(digest_bytes(data)) != checksum:
        return None
    try:
        return load_arrays(data)
    except SafetensorError:
        return None
