"""Image files, in a folder or in a zip archive, and their way into one array."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.errors import SourceError

IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".pgm", ".ppm")
"""Endings of file names, in any case, that are taken for images."""


class Files(Protocol):
    """Files by their path inside a folder or an archive, with ``/`` between the parts."""

    def names(self) -> Sequence[str]:
        """Give the paths of all files, sorted; hidden ones (``.x``, ``__MACOSX``) are passed over."""

    def read(self, name: str) -> bytes:
        """Give a file's bytes; raises `SourceError` when they cannot be read."""


def open_files(path: Path) -> Files:
    """Open a folder or a zip archive; raises `SourceError` when it is neither."""
    if path.is_dir():
        return _Folder(path)
    return _Archive(path)


class _Folder:
    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> Sequence[str]:
        found: list[str] = []
        for folder, _, files in os.walk(self.path):
            inside = Path(folder).relative_to(self.path).as_posix()
            found += files if inside == "." else [f"{inside}/{file}" for file in files]
        return _visible(found)

    def read(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except OSError as error:
            raise SourceError(
                f"{self.path / name} cannot be read: {error.strerror}. Mend the file or take it away."
            ) from error


class _Archive:
    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._archive = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise SourceError(
                f"{path} is neither a folder nor a readable zip archive ({error}). Fetch it again."
            ) from error

    def names(self) -> Sequence[str]:
        return _visible([member.filename for member in self._archive.infolist() if not member.is_dir()])

    def read(self, name: str) -> bytes:
        try:
            return self._archive.read(name)
        except (
            OSError,
            KeyError,
            RuntimeError,
            NotImplementedError,
            ValueError,
            zipfile.BadZipFile,
            zlib.error,
        ) as error:
            raise SourceError(f"{name} in {self.path} cannot be read ({error}). Fetch the archive again.") from error


def _visible(names: Sequence[str]) -> list[str]:
    return sorted(name for name in names if not any(part.startswith((".", "__")) for part in name.split("/")))


def is_image(name: str) -> bool:
    """Tell by its ending whether a file is taken for an image."""
    return name.lower().endswith(IMAGE_ENDINGS)


def name_by_stem(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Name files by their names without the ending, or by their paths where two of these names are equal.

    Returns
    -------
    tuple
        The names, one per path, and the paths whose short name another one has, too.
    """
    stems = [PurePosixPath(path).stem for path in paths]
    n = Counter(stems)
    repeated = [path for path, stem in zip(paths, stems, strict=True) if n[stem] > 1]
    return (list(paths) if repeated else stems), repeated


def decode_image(data: bytes, name: str) -> NDArray[np.uint8]:
    """Decode an image file.

    Parameters
    ----------
    data
        The file's bytes.
    name
        What the file is called in messages.

    Returns
    -------
    numpy.ndarray
        (height, width, 3), uint8, RGB, turned upright where the file says so (EXIF). A gray image has three equal
        channels; transparency is dropped; 16 bits become 8.

    Raises
    ------
    SourceError
        When the bytes are not an image, or only a part of one.
    """
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if image is None:
        raise SourceError(
            f"{name} is not a readable image: {len(data)} bytes that cannot be decoded. Replace the file."
        )
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def load_files(files: Files, index: pd.DataFrame) -> Callable[[str], NDArray[np.uint8]]:
    """Give a function that decodes the file of a key: ``source`` is the path of ``key`` in ``files``."""
    paths = dict(zip(index["key"], index["source"], strict=True))

    def load(key: str) -> NDArray[np.uint8]:
        return decode_image(files.read(paths[key]), paths[key])

    return load


def middle_square(height: int, width: int) -> tuple[int, int, int]:
    """Give top, left and edge of the largest square in an image's middle, px."""
    edge = min(height, width)
    return (height - edge) // 2, (width - edge) // 2, edge


def fit_square(image: np.ndarray, side: int) -> NDArray[np.uint8]:
    """Cut the largest square from an image's middle and resize it: by area when it shrinks, cubic when it grows.

    A face is never stretched, so what lies outside the middle square of an oblong image is lost.

    Parameters
    ----------
    image
        (height, width, 3), uint8.
    side
        Side of the result, px.

    Returns
    -------
    numpy.ndarray
        (side, side, 3), uint8.
    """
    top, left, edge = middle_square(*image.shape[:2])
    square = image[top : top + edge, left : left + edge]
    if edge == side:
        return np.ascontiguousarray(square, dtype=np.uint8)
    method = cv2.INTER_AREA if edge > side else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(square, (side, side), interpolation=method), dtype=np.uint8)
