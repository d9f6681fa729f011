"""How observers did who chose among all labels: accuracy, confusions, and who was right on which image."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.labels import LabelSet


def accuracy(responses: pd.DataFrame) -> pd.DataFrame:
    """Summarise each observer.

    Parameters
    ----------
    responses
        `tables.RESPONSES`.

    Returns
    -------
    pandas.DataFrame
        In the order of the table: observer, person, n (answers asked for), n_missed, n_correct, accuracy (of all that were
        asked for: a missing answer is wrong), time_s (median over the answers with a time; NaN where there is none).
    """
    groups = responses.groupby("observer", sort=False)
    table = pd.DataFrame(
        {
            "person": groups["person"].first().astype(bool),
            "n": groups.size().astype("int64"),
            "n_missed": (responses["response"] == "").groupby(responses["observer"], sort=False).sum().astype("int64"),
            "n_correct": groups["correct"].sum().astype("int64"),
            "accuracy": groups["correct"].mean().astype(float),
            "time_s": groups["time_s"].median().astype(float),
        }
    )
    return table.reset_index(names="observer")


def confusion_counts(responses: pd.DataFrame, label_set: LabelSet) -> NDArray[np.int64]:
    """Count answers by true label (row) and response (column), (n_labels, n_labels); missing answers are left out."""
    labels = pd.Index(label_set.names)
    true, response = (labels.get_indexer(pd.Index(responses[column])) for column in ("true_label", "response"))
    n = len(labels)
    cells = (true * n + response)[response >= 0]
    return np.bincount(cells, minlength=n * n).reshape(n, n).astype(np.int64)


def right_answers(responses: pd.DataFrame) -> pd.DataFrame:
    """Tell who was right where.

    Returns
    -------
    pandas.DataFrame
        One row per image and condition of seeing (its index: seeing, image), one column per observer: 1.0 right, 0.0 wrong
        (a missing answer is wrong), NaN where the observer was not asked.
    """
    wide = responses.pivot_table(index=["seeing", "image"], columns="observer", values="correct", aggfunc="first")
    return wide[list(dict.fromkeys(responses["observer"]))].astype(float)
