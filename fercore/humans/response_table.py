"""Answers among all labels as model-vs-human writes them: one CSV file per observer and session (Geirhos et al. 2021).

Columns ``subj, session, trial, rt, object_response, category, condition, imagename``, in any case (the authors' files of people
have ``Session``); others are left out. Names of images begin with what changes between observers (number of the trial, code of
the experiment and the subject), which is cut off as the authors do. ``na`` is an answer that came too late or not at all: it
counts as wrong, as there. Networks have the ``rt`` NaN throughout, and that is how they are told from people.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from fercore import tables
from fercore.errors import InputError, RowFault, TrialTableError
from fercore.humans.csv_table import read_csv
from fercore.labels import EXPRESSIONS, LabelSet, canonical_label

COLUMNS: Final = ("subj", "session", "trial", "rt", "object_response", "category", "condition", "imagename")

_NONE: Final = ("", "na", "nan")
"""How these files write that there is nothing, in lower case."""

_MOST_DIGITS: Final = 9


def read_responses(path: Path, labels: Sequence[str] | None = None) -> tuple[pd.DataFrame, LabelSet]:
    """Read the answers of all observers of one experiment.

    Parameters
    ----------
    path
        A CSV file, or a folder with one or more (subfolders are other experiments and are not read).
    labels
        The labels to choose among; the categories that occur when None, in the paper's order and then by alphabet.

    Returns
    -------
    table, label_set
        `tables.RESPONSES` by observer, session and trial. Text: observer, image, seeing, labels. bool: person, correct. int64:
        session, trial. float64: time_s, NaN where none was recorded.

    Raises
    ------
    InputError
        When there is no file, or one cannot be read, is empty or lacks columns.
    TrialTableError
        When cells of a file are wrong, or somebody answered an image twice in one condition of seeing; it lists them all.
    """
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    if not files:
        raise InputError(
            f"The folder {str(path)!r} holds no .csv file. Give the folder of one experiment, such as raw-data/colour."
        )
    read = [_read(file) for file in files]
    label_set = _label_set([cells for _, cells, _ in read], labels)
    typed = []
    for file, cells, faults in read:
        _raise_sorted(file, [*faults, *_faults(cells, label_set)])
        typed.append(_typed(cells).assign(file=file.name, line=cells["line"]))
    table = pd.concat(typed, ignore_index=True)
    _refuse_twice(table)
    table["person"] = table.groupby("observer")["time_s"].transform("count") > 0
    ordered = table.sort_values(["person", "observer", "session", "trial"], ascending=[False, True, True, True])
    return ordered[list(tables.RESPONSES)].reset_index(drop=True), label_set


def short_name(image: str) -> str:
    """Give an image's own name: model-vs-human puts number, experiment, subject and condition before it.

    ``0001_cl_s01_cr_oven_40_n04111531_14126.png`` is ``n04111531_14126.png``, ``airplane1-bicycle2.png`` stays.
    """
    parts = image.split("_")
    return "_".join(parts[-2:]) if len(parts) > 1 and parts[-2].startswith("n0") else parts[-1]


def _read(file: Path) -> tuple[Path, pd.DataFrame, list[RowFault]]:
    table, lines, ragged = read_csv(file, COLUMNS, kind="table of responses", any_case=True)
    if table.empty and not ragged:
        raise InputError(f"{file.name} has a header but no answers. Write one row per answer, or remove the file.")
    cells = table[list(COLUMNS)].apply(lambda column: column.str.strip())
    for column in ("object_response", "category"):
        cells[column] = cells[column].map(lambda name: "" if name.lower() in _NONE else canonical_label(name))
    return file, cells.assign(line=lines), ragged


def _label_set(read: Sequence[pd.DataFrame], labels: Sequence[str] | None) -> LabelSet:
    if labels is not None:
        return LabelSet.of(labels)
    found = {name for cells in read for name in cells["category"]} - {""}
    return LabelSet((*(name for name in EXPRESSIONS if name in found), *sorted(found - set(EXPRESSIONS))))


def _faults(cells: pd.DataFrame, label_set: LabelSet) -> Iterator[RowFault]:
    known = ", ".join(label_set)
    for row in cells.to_dict("records"):
        line = row["line"]
        for column in ("subj", "imagename"):
            if not row[column]:
                yield RowFault(line, column, row[column], "is empty")
        for column in ("session", "trial"):
            if not row[column].isdecimal() or len(row[column]) > _MOST_DIGITS:
                yield RowFault(line, column, row[column], "is not a number such as 1, 2, ...")
        if row["category"] not in label_set:
            yield RowFault(line, "category", row["category"], f"is not one of {known}")
        if row["object_response"] and row["object_response"] not in label_set:
            yield RowFault(line, "object_response", row["object_response"], f"is not one of {known}, nor na")
        time = _number(row["rt"])
        if time is None or time < 0 or math.isinf(time):
            yield RowFault(line, "rt", row["rt"], "is not a time in seconds, nor NaN")


def _number(text: str) -> float | None:
    if text.lower() in _NONE:
        return math.nan
    try:
        return float(text)
    except ValueError:
        return None


def _typed(cells: pd.DataFrame) -> pd.DataFrame:
    true, response = cells["category"], cells["object_response"]
    return pd.DataFrame(
        {
            "observer": cells["subj"],
            "session": cells["session"].astype("int64"),
            "trial": cells["trial"].astype("int64"),
            "image": cells["imagename"].map(short_name),
            "seeing": cells["condition"].where(~cells["condition"].str.lower().isin(_NONE), ""),
            "true_label": true,
            "response": response,
            "correct": (response == true).astype(bool),
            "time_s": np.array([_number(text) for text in cells["rt"]], float),
        }
    )


def _refuse_twice(table: pd.DataFrame) -> None:
    """Refuse a second answer of an observer to an image in the same condition of seeing, and an image of two categories."""
    answered: dict[tuple[str, str, str], str] = {}
    category: dict[str, str] = {}
    faults: dict[str, list[RowFault]] = {}
    for row in table.to_dict("records"):
        image, place = row["image"], f"{row['file']}, line {row['line']}"
        before = answered.setdefault((row["observer"], image, row["seeing"]), place)
        true = category.setdefault(image, row["true_label"])
        reason = f"{row['observer']} answered it in {before} already" if before != place else ""
        reason = reason or (f"is {true} elsewhere and {row['true_label']} here" if true != row["true_label"] else "")
        if reason:
            faults.setdefault(row["file"], []).append(RowFault(row["line"], "imagename", image, reason))
    for name, own in faults.items():
        _raise_sorted(Path(name), own)


def _raise_sorted(file: Path, faults: Sequence[RowFault]) -> None:
    if faults:
        raise TrialTableError(file.name, sorted(faults, key=lambda fault: fault.line))
