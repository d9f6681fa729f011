"""How well people did: accuracy, confusions, and accuracy, clicks and time per condition (paper 4.3, Fig. 2 and 3)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore import tables
from fercore.labels import LabelSet


def accuracy(trials: pd.DataFrame) -> float:
    """Share of correct trials, over all trials of the table; NaN without trials."""
    return float(trials["correct"].astype(float).mean())


def participants(trials: pd.DataFrame) -> pd.DataFrame:
    """Summarise each participant.

    Returns
    -------
    pandas.DataFrame
        Sorted by participant: participant, accuracy, clicks (mean number per trial), time_s (mean seconds from the first
        click to the decision, over trials with clicks), n (trials).
    """
    return _means(trials, ["participant"]).sort_values("participant", ignore_index=True)


def confusion_counts(trials: pd.DataFrame, label_set: LabelSet) -> NDArray[np.int64]:
    """Count trials by true label (row) and response (column), (n_labels, n_labels)."""
    labels = pd.Index(label_set.names)
    n = len(labels)
    rows, columns = (labels.get_indexer(pd.Index(trials[name])) for name in ("true_label", "response"))
    return np.bincount(rows * n + columns, minlength=n * n).reshape(n, n).astype(np.int64)


def confusion(trials: pd.DataFrame, label_set: LabelSet) -> NDArray[np.float64]:
    """Give the confusion matrix of the paper's Fig. 2.

    Returns
    -------
    numpy.ndarray
        (n_labels, n_labels): row true label, column response, each row divided by its sum; NaN in a row without trials.
        A false label can be chosen only where it was offered, so chance is not 1 / n_labels: with every false label
        offered equally often, an entry is (1 - accuracy of its condition) / (n_labels - 1).
    """
    counts = confusion_counts(trials, label_set).astype(np.float64)
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.full(counts.shape, np.nan)
    np.divide(counts, totals, out=shares, where=totals > 0)
    return shares


def condition_means(trials: pd.DataFrame, label_set: LabelSet) -> pd.DataFrame:
    """Average the trials of each condition.

    Returns
    -------
    pandas.DataFrame
        One row per condition of the label set, in its order (56 for eight labels): true_label, false_label, accuracy,
        clicks (mean number), time_s (mean seconds from the first click to the decision, over trials with clicks; NaN
        where there is none), n (trials). A condition without trials has NaN and n = 0.
    """
    conditions = pd.DataFrame(
        [(c.true_label, c.false_label) for c in label_set.conditions], columns=list(tables.PLAN[1:])
    )
    errors = ~np.eye(len(label_set), dtype=bool)  # both go row by row
    return conditions.assign(**{name: cells[errors] for name, cells in _by_labels(trials, label_set).items()})


def by_condition(trials: pd.DataFrame, label_set: LabelSet) -> dict[str, NDArray[np.float64]]:
    """Give the three tables of the paper's Fig. 3.

    Returns
    -------
    dict
        ``accuracy`` (share), ``clicks`` (mean number), ``time_s`` (mean seconds from the first click to the decision),
        each (n_labels, n_labels), row true label, column false label; NaN on the diagonal and without trials.
    """
    means = _by_labels(trials, label_set)
    shown = ~np.eye(len(label_set), dtype=bool)
    return {name: np.where(shown, means[name], np.nan) for name in ("accuracy", "clicks", "time_s")}


def _by_labels(trials: pd.DataFrame, label_set: LabelSet) -> dict[str, np.ndarray]:
    """Give accuracy, clicks, time_s and n as in `condition_means`, (n_labels, n_labels) each: true label, false label."""
    labels = pd.Index(label_set.names)
    n_labels = len(labels)
    true, false = (labels.get_indexer(pd.Index(trials[name])) for name in tables.PLAN[1:])
    there = (true >= 0) & (false >= 0)
    cell = true * n_labels + false
    means: dict[str, np.ndarray] = {}
    for name, column in (("accuracy", "correct"), ("clicks", "n_clicks"), ("time_s", "decision_time_s")):
        values = trials[column].to_numpy(np.float64)
        known = there & ~np.isnan(values)
        n = np.bincount(cell[known], minlength=n_labels**2)
        total = np.bincount(cell[known], values[known], n_labels**2)
        means[name] = np.divide(total, n, out=np.full(n_labels**2, np.nan), where=n > 0)
    means["n"] = np.bincount(cell[there], minlength=n_labels**2).astype(np.int64)
    return {name: cells.reshape(n_labels, n_labels) for name, cells in means.items()}


def _means(trials: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    groups = trials.groupby(by, sort=False)
    return pd.DataFrame(
        {
            "accuracy": groups["correct"].mean().astype(float),
            "clicks": groups["n_clicks"].mean().astype(float),
            "time_s": groups["decision_time_s"].mean().astype(float),
            "n": groups.size().astype("int64"),
        }
    ).reset_index()
