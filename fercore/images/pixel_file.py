"""``images.npy``: written in order together with a journal, so that it can go on after an interruption.

One channel is stored of gray faces, three of others; whoever reads them sees three (`as_rgb`).
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RECORD = np.dtype([("digest", "S64"), ("oblong", "?"), ("coloured", "?"), ("moved", "?")])
"""What the journal says of one image: SHA-256 of its pixels (empty for an unreadable image, which is not stored), whether
a middle square was cut out, whether it had colour in a set of gray faces, and whether another image took its place."""


def image_bytes(side: int, channels: int = 3) -> int:
    """Give what one stored image takes on disk, bytes."""
    return side * side * channels


def as_rgb(stored: np.ndarray) -> np.ndarray:
    """See stored images (n, side, side, 1 or 3) with three channels, without copying any."""
    return stored if stored.shape[3] == 3 else np.broadcast_to(stored, (*stored.shape[:3], 3))


def as_stored(pixels: np.ndarray) -> np.ndarray:
    """Take `as_rgb` back: images (n, side, side, 3) of which one channel is stored have this one only."""
    return pixels[..., :1] if pixels.strides[3] == 0 else pixels


class PixelFile:
    """An array (n, side, side, channels), uint8, that grows image by image.

    Plain writes, not a memory map: a full disk is an ``OSError`` here and would end the process there. Pixels are on disk
    before the journal speaks of them; what the journal does not know when the files are opened again is cut off.

    Parameters
    ----------
    path
        The ``.npy`` file, made with the first images; it says that it has none until `finish`.
    journal
        One `RECORD` per image, stored or unreadable, in order.
    side, channels
        Shape of every image.
    """

    def __init__(self, path: Path, journal: Path, side: int, channels: int) -> None:
        self.path, self.journal = path, journal
        self._shape = (side, side, channels)
        self._start = len(_head((0, *self._shape)))
        records = np.fromfile(journal, RECORD) if journal.is_file() else np.empty(0, RECORD)
        n_there = (path.stat().st_size - self._start) // image_bytes(side, channels) if path.is_file() else -1
        self.records: NDArray[np.void] = records[np.cumsum(records["digest"] != b"") <= n_there]
        """What the journal says, by image."""
        if len(self.records):
            os.truncate(journal, self.records.nbytes)
            os.truncate(path, self._start + self.n_bytes)
        else:
            journal.unlink(missing_ok=True)
            path.unlink(missing_ok=True)

    @property
    def stored(self) -> NDArray[np.bool_]:
        """Which images are stored, (n,); they are the rows of the array, in order."""
        stored: NDArray[np.bool_] = self.records["digest"] != b""
        return stored

    @property
    def n_bytes(self) -> int:
        """Space that the images take, bytes."""
        return int(self.stored.sum()) * image_bytes(*self._shape[1:])

    def append(self, records: Sequence[tuple[str, bool, bool]], images: Sequence[np.ndarray]) -> None:
        """Add some images: digest ("" for an unreadable one), oblong, coloured; and the pixels of those that are stored."""
        with self.path.open("ab") as file:
            if not len(self.records):
                file.write(_head((0, *self._shape)))
            for image in images:
                file.write(np.ascontiguousarray(image).data)
            _sync(file)
        added = np.array([(*record, False) for record in records], RECORD)
        with self.journal.open("ab") as file:
            file.write(added.tobytes())
            _sync(file)
        self.records = np.concatenate([self.records, added])

    def put_back(self, number: int, image: np.ndarray) -> None:
        """Store an image again whose place another one took; ``number`` counts all images, unreadable ones too."""
        row = int(self.stored[:number].sum())
        with self.path.open("r+b") as file:
            file.seek(self._start + row * image_bytes(*self._shape[1:]))
            file.write(np.ascontiguousarray(image).data)
            _sync(file)
        self._mark([number], False)

    def finish(self) -> None:
        """Say in the head of the file how many images there are: it is an array now."""
        self._write_head(int(self.stored.sum()))

    def drop(self, rows: Sequence[int]) -> NDArray[np.intp]:
        """Take some rows of the array away in place: its last rows get their places, and the space is given back.

        The journal is told first, so that an interruption loses nothing but the images that are taken away.

        Returns
        -------
        numpy.ndarray
            (n_left,), the row that each of the rows left had before.
        """
        pixels = np.lib.format.open_memmap(self.path, mode="r+")
        before = np.arange(len(pixels) - len(rows))
        holes = np.array([row for row in rows if row < len(before)], dtype=np.intp)
        before[holes] = np.setdiff1d(np.arange(len(before), len(pixels)), rows)
        self._mark(np.flatnonzero(self.stored)[holes], True)
        for row in holes:
            pixels[row] = pixels[before[row]]
        pixels.flush()
        self._write_head(len(before))
        os.truncate(self.path, self._start + len(before) * image_bytes(*self._shape[1:]))
        return before

    def _mark(self, numbers: Sequence[int] | NDArray[np.intp], moved: bool) -> None:
        if len(numbers):
            self.records["moved"][numbers] = moved
            journal = np.memmap(self.journal, RECORD, mode="r+")
            journal["moved"][numbers] = moved
            journal.flush()

    def _write_head(self, n: int) -> None:
        with self.path.open("r+b") as file:
            file.write(_head((n, *self._shape)))
            _sync(file)


def _head(shape: tuple[int, ...]) -> bytes:
    """Give the head of the file; NumPy pads it so that its length does not depend on the number of images."""
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "|u1", "fortran_order": False, "shape": shape})
    return head.getvalue()


def _sync(file: io.BufferedIOBase) -> None:
    file.flush()
    os.fsync(file.fileno())
