"""BubbleView's ``.mat`` files, read by ``python -m fercore.humans.bubbleview_mat FILE``: a process that a file may bring down."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import loadmat

from fercore.errors import InputError


def main(path: Path) -> None:
    """Print one JSON object: ``clicks``, or ``error`` with a sentence."""
    try:
        print(json.dumps({"clicks": mat_rows(path)}))
    except InputError as error:
        print(json.dumps({"error": str(error)}))


def mat_rows(path: Path) -> list[tuple[str, str, float, float]]:
    """Give the clicks of a ``.mat`` file, `bubbleview.COLUMNS`; raises `InputError`, or takes the process down, as it is damaged."""
    try:
        data = BytesIO(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}. Check the path and its permissions.") from error
    try:
        held = loadmat(data, variable_names=["bubble"], simplify_cells=True)
    except NotImplementedError as error:
        raise InputError(
            f"{path.name} is of MATLAB 7.3, which is not read. Save it again: save('clicks.mat', 'bubble', '-v7')."
        ) from error
    except Exception as error:  # whatever SciPy stumbles over
        raise InputError(
            f"{path.name} is not a MATLAB file ({error or type(error).__name__}). Fetch it again."
        ) from error
    if "bubble" not in held:
        raise InputError(f"{path.name} has no variable bubble, in which BubbleView keeps clicks. Give another file.")
    try:
        return [row for image in _structs(held["bubble"]) for row in _clicks(image)]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InputError(
            f"The variable bubble of {path.name} is not BubbleView's struct with filename and userdata.fixations.enc of x and y "
            f"({error}). Give another file."
        ) from error


def _clicks(image: dict[str, Any]) -> Iterator[tuple[str, str, float, float]]:
    """Give the clicks on one image, participants counted from 1; raises for what is not in BubbleView's form."""
    name = str(image["filename"])
    for number, user in enumerate(_structs(image["userdata"]), start=1):
        for fixations in _structs(user["fixations"]):
            places = np.atleast_2d(np.asarray(fixations["enc"], float))
            if not places.size:
                continue
            if places.shape[1:] != (2,) or not np.isfinite(places).all():
                raise ValueError(f"enc of {name!r} is {places.shape}, or has positions that are no numbers")
            for x, y in places.tolist():
                yield name, str(number), x, y


def _structs(value: Any) -> list[dict[str, Any]]:
    """Give the elements of a struct array as SciPy simplifies it: a struct, a list of them, or an empty array."""
    if isinstance(value, dict):
        return [value]
    if isinstance(value, np.ndarray) and not value.size:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise TypeError(f"{type(value).__name__} instead of a struct")
    return value


if __name__ == "__main__":
    main(Path(sys.argv[1]))
