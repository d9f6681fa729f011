"""Splits by subject: nobody's face is in training and in validation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from fercore.images.report import Tally
from fercore.images.source import VALIDATION_FRACTION


def divide_by_subject(index: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, Sequence[Tally]]:
    """Divide the images of people into training and validation, person by person.

    Labels are taken from the rarest to the most frequent. For each, subjects who show it go to validation, in an order drawn by
    ``seed``, until `VALIDATION_FRACTION` of its images are there. A subject who is the last to show some label in training stays.

    Parameters
    ----------
    index
        `source.INDEX` and ``subject``.
    seed
        Seed of the order of subjects.

    Returns
    -------
    tuple
        The index with its splits, and tallies that say what was done.
    """
    shown = {str(subject): Counter(labels) for subject, labels in index.groupby("subject")["label"]}
    subjects = sorted(shown)
    order = [subjects[i] for i in np.random.default_rng(seed).permutation(len(subjects))]
    n_left = Counter(label for labels in shown.values() for label in labels)  # subjects in training, by label
    n_images = Counter(index["label"])
    validating: set[str] = set()
    for label in sorted(n_images, key=lambda label: (n_images[label], label)):
        wanted = max(1, round(VALIDATION_FRACTION * n_images[label]))
        for subject in order:
            if sum(shown[one][label] for one in validating) >= wanted:
                break
            if subject not in validating and label in shown[subject] and all(n_left[one] > 1 for one in shown[subject]):
                validating.add(subject)
                n_left.subtract(shown[subject].keys())
    split = np.where(index["subject"].isin(validating), "validation", "train")
    what = f"subjects divided by seed {seed}, about {VALIDATION_FRACTION:.0%} of each label for validation; of these for validation"
    return index.assign(split=split), [
        Tally("note", "subjects; nobody is in training and in validation", len(shown)),
        Tally.of("note", what, sorted(validating)),
    ]
