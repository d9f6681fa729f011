"""``images.npy``: written image by image in order, shrunk in place, opened as a memory map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np


def image_bytes(side: int) -> int:
    """Give what one stored image takes on disk, bytes."""
    return side * side * 3


def write_pixels(path: Path, images: Iterable[np.ndarray], side: int) -> None:
    """Write images as one ``.npy`` array, (n, side, side, 3) uint8, without holding them in memory.

    Plain writes, not a memory map: a full disk is an ``OSError`` here and would end the process there.
    """
    n = 0
    with path.open("wb") as file:
        _write_header(file, 0, side)
        for image in images:
            file.write(np.ascontiguousarray(image, dtype=np.uint8).data)
            n += 1
        file.seek(0)
        _write_header(file, n, side)


def keep_rows(path: Path, rows: Sequence[int]) -> None:
    """Keep the given rows of ``images.npy``, ascending, in place: the others' space is given back."""
    pixels = np.lib.format.open_memmap(path, mode="r+")
    side = pixels.shape[1]
    for target, row in enumerate(rows):
        if target != row:
            pixels[target] = pixels[row]
    pixels.flush()
    with path.open("r+b") as file:
        _write_header(file, len(rows), side)
        file.truncate(file.tell() + len(rows) * image_bytes(side))


def _write_header(file: BinaryIO, n: int, side: int) -> None:
    """Write the head of the file; NumPy pads it so that its length does not depend on ``n``."""
    head = {"descr": "|u1", "fortran_order": False, "shape": (n, side, side, 3)}
    np.lib.format.write_array_header_1_0(file, head)
