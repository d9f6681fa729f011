"""The columns of every table that is passed around. A function that takes a table names one of these.

All labels are strings of the study's label set; all positions are pixels of the stored image (x to the right, y down,
(0, 0) the upper left corner); events are in ms as recorded, durations in s as reported.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from fercore.errors import InputError

IMAGES = ("image", "label", "split", "digest", "source")
"""One row per image of a study: its id, label, split, SHA-256 of its stored pixels, and where it came from."""

SPLITS = ("train", "validation", "experimental")
"""What an image is used for; experimental images are in neither of the others."""

PLAN = ("image", "true_label", "false_label")
"""One row per experimental image: the condition under which everybody sees it."""

TRIALS = (
    "participant", "block", "trial", "image", "true_label", "false_label", "response", "correct",
    "n_clicks", "first_click_ms", "decision_ms", "decision_time_s", "clicks",
)  # fmt: skip
"""One row per trial; ``clicks`` is a JSON list of [x, y, t_ms]. Extra columns are kept as they are."""

RESPONSES = (
    "observer", "person", "session", "trial", "image", "seeing", "true_label", "response", "correct", "time_s",
)  # fmt: skip
"""One row per answer among all labels (N-way): no false label, no clicks. ``person`` tells people from networks; ``seeing`` is
the condition of seeing ("" where there is one alone); a missing answer has the ``response`` "" and is not correct."""

LOOKS = ("participant", "image", "clicks")
"""One row per participant and image that was uncovered without a choice; ``clicks`` as in trials, with times of 0."""

PROVENANCE = ("source", "seed", "parameters")
"""Extra columns of trials that nobody gave: ``source`` is "simulated", with the seed and the parameter digest."""

LANDMARKS = ("image", "left_eye_x", "left_eye_y", "right_eye_x", "right_eye_y", "mouth_x", "mouth_y")
"""One row per image, px. Left and right as seen in the picture."""


def require_columns(table: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    """Raise `InputError` naming what is missing when ``table`` lacks one of ``columns``."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise InputError(
            f"{name} lacks the column(s) {', '.join(missing)}; it has {', '.join(map(str, table.columns)) or 'none'}. "
            f"It needs {', '.join(columns)}."
        )
