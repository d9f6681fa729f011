"""What people did with the experimental images, as networks learn from it: a file of its own in the run's folder.

It holds all that training needs, so that a run can be taken up again, here or elsewhere, whatever became of the trials.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from fercore.errors import DamagedError, InputError
from fercore.machines.regime import OWN
from fercore.store import write_arrays

GUIDANCE_FILE = "people.safetensors"


@dataclass(frozen=True)
class Guidance:
    """Trials and attention maps of the participants that are kept; images at the side at which networks see them.

    ``n_plan`` images in the order of the plan, side ``s``.
    """

    rows: NDArray[np.int64]
    """(n_plan,): where the images are in the image index."""
    true_labels: NDArray[np.int64]
    """(n_plan,): position of each image's true label in the label set."""
    false_labels: NDArray[np.int64]
    """(n_plan,): position of its false label."""
    blurred: NDArray[np.uint8]
    """(n_plan, s, s): how the image looks before the first click."""
    attention: NDArray[np.float32]
    """(n_plan, s, s) in [0, 1]: people's attention map; zeros where nobody was right."""
    trials: NDArray[np.int64]
    """(n_trials,): plan row of every trial."""
    correct: NDArray[np.bool_]
    """(n_trials,): whether the response was right."""
    uncovered: NDArray[np.uint8]
    """(n_trials, ceil(s² / 8)): the pixels that were uncovered, packed bits, row by row."""

    @property
    def side(self) -> int:
        """Side of images and maps, px."""
        return int(self.blurred.shape[1])

    def images_of(self, labels: tuple[int, int], which: str) -> NDArray[np.intp]:
        """Give plan rows that a classifier of two labels (positions in the label set) may be shown.

        ``which`` is `regime.OWN`: the images of its pair; or `regime.OTHERS`: images of its labels whose false label is
        a third one.
        """
        own = np.isin(self.true_labels, labels) & np.isin(self.false_labels, labels)
        chosen = own if which == OWN else np.isin(self.true_labels, labels) & ~own
        return np.flatnonzero(chosen)

    def masks(self, trials: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Give what was uncovered in some trials: (len(trials), s, s), True where the sharp image showed."""
        bits = np.unpackbits(self.uncovered[trials], axis=1, count=self.side**2)
        return bits.reshape(-1, self.side, self.side).astype(bool)


def write_guidance(folder: Path, guidance: Guidance) -> None:
    """Write the file into a run's folder."""
    write_arrays(
        folder / GUIDANCE_FILE, {field.name: np.asarray(getattr(guidance, field.name)) for field in fields(guidance)}
    )


def read_guidance(folder: Path) -> Guidance:
    """Read what a run learns from people; raises `DamagedError` when it is not what was written."""
    path = folder / GUIDANCE_FILE
    try:
        return Guidance(**load_file(path))
    except (OSError, SafetensorError, TypeError) as error:
        raise DamagedError(
            f"{path}, from which the run learns what people did, cannot be read ({error}). Start a new run."
        ) from error


def require_guidance(guidance: Guidance | None, regime: str) -> Guidance:
    """Give the guidance back, or raise `InputError` when there is none, or no correct trial in it."""
    if guidance is None or not guidance.correct.any():
        raise InputError(
            f"The regime {regime!r} learns from people, and the study has no correct trial of anybody who is kept. Import "
            "or simulate trials first, or train another regime."
        )
    return guidance
