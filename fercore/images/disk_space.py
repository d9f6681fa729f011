"""How much room the faces of a study take, said before anything is written."""

from __future__ import annotations

import shutil
from pathlib import Path

from fercore.errors import InputError
from fercore.images.pixel_file import image_bytes

MUCH_BYTES, MUCH_SHARE = 10e9, 0.25
"""From this size on, or from this part of the free disk on, a smaller side is proposed."""


def require_space(folder: Path, n: int, side: int, channels: int, smallest_side: int, n_bytes_there: int = 0) -> str:
    """Say how much room images take and how much there is.

    Parameters
    ----------
    folder
        Where they will lie.
    n, side, channels
        How many there are at most, and their shape.
    smallest_side
        The smallest side that may be proposed, px.
    n_bytes_there
        What an earlier attempt has written of them already.

    Raises
    ------
    InputError
        When they do not fit; the largest side that fits is named, if there is one.
    """
    whole, free = n * image_bytes(side, channels), shutil.disk_usage(folder).free
    need = f"{n:,} images at {side} px{' in gray' if channels == 1 else ''}: {_size(whole)}"
    if n_bytes_there:
        need += f", {_size(n_bytes_there)} of it from before"
    if whole - n_bytes_there > free:
        fitting = int((free / n / channels) ** 0.5)
        smaller = f", or take a --side of at most {fitting}" if fitting >= smallest_side else ""
        raise InputError(f"{need}, but the disk of the studies has only {_size(free)} free. Free space{smaller}.")
    need += f"; {_size(free)} free."
    if (whole > MUCH_BYTES or whole > MUCH_SHARE * free) and side // 2 >= smallest_side:
        need += f" At --side {side // 2} it would be {_size(n * image_bytes(side // 2, channels))}."
    return need


def _size(n_bytes: float) -> str:
    return f"{n_bytes / 1e9:,.1f} GB" if n_bytes >= 1e8 else f"{n_bytes / 1e6:,.1f} MB"
