"""The faces of a study: an index and one memory-mapped array, decoded once and shared by everybody."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore import tables
from fercore.errors import DamagedError, InputError, MissingError
from fercore.images.pixel_file import as_rgb

INDEX_FILE, PIXELS_FILE = "images.parquet", "images.npy"


@dataclass(frozen=True)
class ImageSet:
    """All images of a study.

    Parameters
    ----------
    index
        One row per image (`tables.IMAGES`, extra columns kept), row *i* describes ``pixels[i]``; its index is 0..n-1.
    pixels
        (n, side, side, 3), uint8, RGB, 0..255; read-only views of a memory map when it was opened from a folder. Gray
        faces that are stored with one channel are seen with three equal ones (`pixel_file.as_rgb`): not contiguous.
    """

    index: pd.DataFrame
    pixels: np.ndarray

    @classmethod
    def open(cls, folder: Path) -> ImageSet:
        """Open ``images.parquet`` and ``images.npy`` of a study's folder.

        Raises
        ------
        MissingError
            When one of the two is not there.
        DamagedError
            When they are not what was written, or do not belong together.
        """
        for name in (INDEX_FILE, PIXELS_FILE):
            if not (folder / name).is_file():
                raise MissingError(f"{folder} has no {name}, so the study has no faces. Make the study again.")
        try:
            index = pd.read_parquet(folder / INDEX_FILE)
            pixels = np.load(folder / PIXELS_FILE, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise DamagedError(f"The faces in {folder} cannot be read ({error}). Make the study again.") from error
        tables.require_columns(index, tables.IMAGES, str(folder / INDEX_FILE))
        n = len(index)
        fits = pixels.ndim == 4 and pixels.shape == (n, *pixels.shape[1:2] * 2, pixels.shape[3])
        if pixels.dtype != np.uint8 or not fits or pixels.shape[3] not in (1, 3):
            raise DamagedError(
                f"{folder / PIXELS_FILE} holds {pixels.dtype} {pixels.shape}; {INDEX_FILE} describes {n} images of "
                "uint8 (side, side, 3), or 1 where they are gray. The two do not belong together: make the study again."
            )
        return cls(index.reset_index(drop=True), as_rgb(pixels))

    def __len__(self) -> int:
        return len(self.index)

    @property
    def side(self) -> int:
        """Side of every image, px."""
        return int(self.pixels.shape[1])

    @cached_property
    def _rows(self) -> pd.Index[str]:
        rows: pd.Index[str] = pd.Index(self.index["image"])
        return rows

    def positions(self, images: Sequence[str]) -> NDArray[np.intp]:
        """Give the rows of the named images, in the order asked for; raises `InputError` for an unknown image."""
        rows: NDArray[np.intp] = self._rows.get_indexer(pd.Index(list(images), dtype=self._rows.dtype))
        unknown = [image for image, row in zip(images, rows, strict=True) if row < 0]
        if unknown:
            others = f" (and {len(unknown) - 1} other unknown ones)" if len(unknown) > 1 else ""
            raise InputError(
                f"The study has no image {unknown[0]!r}{others}. Its {len(self)} images are listed in {INDEX_FILE}."
            )
        return rows

    def of_split(self, split: str) -> pd.DataFrame:
        """Give the index rows of one of `tables.SPLITS`; their index is the row in ``pixels``."""
        if split not in tables.SPLITS:
            raise InputError(f"{split!r} is not a split of the images. Known: {', '.join(tables.SPLITS)}.")
        return self.index[self.index["split"] == split]

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the digests of all images, in order."""
        return hashlib.sha256("\n".join(self.index["digest"]).encode()).hexdigest()
