"""Decode the images of a source once, in threads, into one file; go on where an interrupted decoding stopped."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
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
from fercore.images.pixel_file import PixelFile, image_bytes
from fercore.images.report import Tally
from fercore.images.source import SourceContents
from fercore.store import digest_array, make_key

CHUNK, CHUNK_BYTES = 256, 32 * 2**20
"""Images, and bytes of them, that are stored at a time: what an interruption loses. Twice as much is in memory."""

Report = Callable[[dict[str, Any]], None]
"""Takes progress: ``unit`` ("images"), ``done``, ``total``, ``message``, and ``note`` where there is one to be kept."""


@dataclass(frozen=True)
class Decoded:
    """What became of the images of an index, row by row."""

    index: pd.DataFrame
    """`source.INDEX`."""
    records: NDArray[np.void]
    """`pixel_file.RECORD`, (n,)."""

    @property
    def digests(self) -> list[str]:
        """SHA-256 of every image as it is seen, with three channels; "" for an unreadable one: that one is not stored."""
        return [digest.decode() for digest in self.records["digest"].tolist()]

    @property
    def readable(self) -> NDArray[np.bool_]:
        """Whether an image is stored, (n,)."""
        readable: NDArray[np.bool_] = self.records["digest"] != b""
        return readable

    def tallies(self) -> tuple[Tally, ...]:
        """Count what was unreadable, what was cut and what lost its colour."""
        files = self.index["source"]
        return (
            Tally.of("unreadable", "not an image, or only a part of one; left out", list(files[~self.readable])),
            Tally.of("note", "not square: the middle square was cut out", list(files[self.records["oblong"]])),
            Tally.of(
                "note", "coloured in a set of gray faces; stored as luminance", list(files[self.records["coloured"]])
            ),
        )


def decoding_key(contents: SourceContents, side: int) -> str:
    """Name what is to be decoded: the key changes with the images, any file under the source's path, and the shape."""
    index = contents.index
    return make_key(
        "decoding",
        source=contents.report.source,
        files=_digest_lines(_stamps(Path(contents.report.path).resolve())),
        index=_digest_lines(f"{key}\t{source}" for key, source in zip(index["key"], index["source"], strict=True)),
        side=side,
        channels=contents.channels,
        decoder=cv2.__version__,
    )


def _digest_lines(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode(errors="surrogateescape") + b"\n")
    return digest.hexdigest()


def _stamps(path: Path) -> Iterator[str]:
    """Give path, size and time of change of every visible file, in order."""
    yield str(path)
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            with suppress(OSError):  # a link to nowhere
                state = Path(folder, name).stat()
                yield f"{folder}\t{name}\t{state.st_size}\t{state.st_mtime_ns}"


def decode_images(file: PixelFile, contents: SourceContents, side: int, report: Report | None = None) -> Decoded:
    """Decode all images that are not in ``file`` yet, and store the readable ones there, in order.

    OpenCV releases the interpreter while it decodes, so threads do.

    Raises
    ------
    SourceError
        When no image can be read, or one that was stored before no longer.
    """
    keys = list(contents.index["key"])
    chunk = max(1, min(CHUNK, CHUNK_BYTES // image_bytes(side, contents.channels)))
    with _quiet_opencv(), ThreadPoolExecutor(min(32, os.cpu_count() or 1)) as pool:
        decode = partial(_decode_one, contents, side)
        _put_back(file, keys, decode)
        for ones in _in_chunks(pool, decode, keys[len(file.records) :], chunk):
            images = [one.pixels for one in ones if one.pixels is not None]
            file.append([(one.digest, one.oblong, one.coloured) for one in ones], images)
            if report:
                done = len(file.records)
                report({"unit": "images", "done": done, "total": len(keys), "message": "decoding"})
    file.finish()
    if not file.stored.any():
        raise SourceError(
            f"None of the {len(keys)} images under {contents.report.path!r} can be read. Check the files."
        )
    return Decoded(contents.index, file.records)


@dataclass(frozen=True)
class _One:
    pixels: NDArray[np.uint8] | None
    digest: str = ""
    oblong: bool = False
    coloured: bool = False


def _decode_one(contents: SourceContents, side: int, key: str) -> _One:
    try:
        image = contents.load(key)
    except SourceError:
        return _One(None)
    coloured = contents.channels == 1 and bool((image != image[..., :1]).any())
    if coloured:
        image = cv2.cvtColor(cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    stored = fit_square(image, side)[..., : contents.channels].copy()
    seen = np.broadcast_to(stored, (side, side, 3))
    return _One(stored, digest_array(seen), image.shape[0] != image.shape[1], coloured)


def _in_chunks(
    pool: ThreadPoolExecutor, decode: Callable[[str], _One], keys: list[str], chunk: int
) -> Iterator[list[_One]]:
    """Decode in order, one chunk ahead of what is being stored."""
    ahead: Iterator[_One] = iter(())
    for start in range(0, len(keys) + chunk, chunk):
        current, ahead = ahead, pool.map(decode, keys[start : start + chunk])
        if ones := list(current):
            yield ones


def _put_back(file: PixelFile, keys: list[str], decode: Callable[[str], _One]) -> None:
    """Decode those images again whose places others took when an earlier attempt was about to end."""
    for number in np.flatnonzero(file.records["moved"]).tolist():
        one = decode(keys[number])
        if one.pixels is None or one.digest != file.records["digest"][number].decode():
            raise SourceError(f"The image {keys[number]!r} has changed while it was read. Make the study again.")
        file.put_back(number, one.pixels)


@contextmanager
def _quiet_opencv() -> Iterator[None]:
    """Keep OpenCV from printing about damaged files: they are in the report."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(level)
