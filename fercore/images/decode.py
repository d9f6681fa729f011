"""Decode the images of a source once, in threads, into one file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.errors import SourceError
from fercore.images.files import fit_square
from fercore.images.pixel_file import image_bytes, write_pixels
from fercore.images.report import Tally
from fercore.images.source import SourceContents
from fercore.store import digest_array

CHUNK = 256
"""Images that are decoded between two reports of progress; as many are in memory at a time."""

Report = Callable[[dict[str, Any]], None]
"""Takes progress: ``unit`` ("images"), ``done``, ``total`` and ``message``."""


@dataclass(frozen=True)
class Decoded:
    """What became of the images of an index, row by row."""

    index: pd.DataFrame
    """`source.INDEX`."""
    digests: tuple[str, ...]
    """SHA-256 of the stored pixels, "" for an unreadable image: that one is not stored."""
    oblong: NDArray[np.bool_]
    """Whether a middle square was cut out, (n,)."""

    @property
    def readable(self) -> NDArray[np.bool_]:
        """Whether an image is stored, (n,)."""
        return np.array([digest != "" for digest in self.digests], dtype=bool)

    def tallies(self) -> tuple[Tally, ...]:
        """Count what was unreadable and what was cut."""
        files = self.index["source"]
        return (
            Tally.of("unreadable", "not an image, or only a part of one; left out", list(files[~self.readable])),
            Tally.of("note", "not square: the middle square was cut out", list(files[self.oblong])),
        )


def decode_images(path: Path, contents: SourceContents, side: int, report: Report | None = None) -> Decoded:
    """Decode all images and write the readable ones to ``path``, in order: ``.npy``, (n, side, side, 3), uint8, RGB.

    OpenCV releases the interpreter while it decodes, so threads do.

    Raises
    ------
    SourceError
        When no image can be read.
    """
    index = contents.index
    digests: list[str] = []
    oblong: list[bool] = []
    size = f"{len(index)} images at {side} px, {len(index) * image_bytes(side) / 1e9:.2f} GB"

    def images(pool: ThreadPoolExecutor) -> Iterator[np.ndarray]:
        for start in range(0, len(index), CHUNK):
            _tell(report, start, len(index), f"decoding {size}")
            for one in pool.map(partial(_decode_one, contents, side), index["key"].iloc[start : start + CHUNK]):
                digests.append(one.digest)
                oblong.append(one.oblong)
                if one.pixels is not None:
                    yield one.pixels
        _tell(report, len(index), len(index), f"decoded {size}")

    with _quiet_opencv(), ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        write_pixels(path, images(pool), side)
    if not any(digests):
        raise SourceError(
            f"None of the {len(index)} images under {contents.report.path!r} can be read. Check the files."
        )
    return Decoded(index, tuple(digests), np.array(oblong, dtype=bool))


@dataclass(frozen=True)
class _One:
    pixels: NDArray[np.uint8] | None
    digest: str
    oblong: bool


def _decode_one(contents: SourceContents, side: int, key: str) -> _One:
    try:
        image = contents.load(key)
    except SourceError:
        return _One(None, "", False)
    pixels = fit_square(image, side)
    return _One(pixels, digest_array(pixels), image.shape[0] != image.shape[1])


def _tell(report: Report | None, done: int, total: int, message: str) -> None:
    if report:
        report({"unit": "images", "done": done, "total": total, "message": message})


@contextmanager
def _quiet_opencv() -> Iterator[None]:
    """Keep OpenCV from printing about damaged files: they are in the report."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(level)
