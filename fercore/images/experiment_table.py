"""A table that says which images the experiment shows, and under which conditions: a plan from outside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pandas as pd

from fercore import tables
from fercore.errors import InputError
from fercore.labels import LabelSet, canonical_label

N_SHOWN = 10


def read_experiment(path: Path, label_set: LabelSet) -> pd.DataFrame:
    """Read a plan from a CSV or Parquet file with the columns `tables.PLAN`; a whole trial table is one.

    Returns
    -------
    pandas.DataFrame
        `tables.PLAN`, one row per image, in the order of their first rows.

    Raises
    ------
    InputError
        When the file cannot be read or lacks a column, and for rows with an empty image, an unknown label, two equal
        labels, or an image that another row gives other labels: all of them are listed.
    """
    try:
        table = (
            pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=str, keep_default_na=False)
        )
    except (OSError, ValueError) as error:
        raise InputError(
            f"The experiment {str(path)!r} cannot be read as a table ({error}). Give a CSV file."
        ) from error
    tables.require_columns(table, tables.PLAN, f"The experiment {str(path)!r}")
    plan = table[list(tables.PLAN)].astype(str)
    plan = plan.assign(
        image=plan["image"].str.strip(),
        true_label=plan["true_label"].map(canonical_label),
        false_label=plan["false_label"].map(canonical_label),
    ).drop_duplicates()
    if plan.empty:
        raise InputError(f"The experiment {str(path)!r} has no rows. It needs one row per experimental image.")
    twice = plan["image"].duplicated(keep=False)
    faults = [
        f"line {line + 2}: {reason}"
        for (line, *row), again in zip(plan.itertuples(name=None), twice, strict=True)
        for reason in _faults(row, again, label_set)
    ]
    raise_listed(f"The experiment {str(path)!r}", faults)
    return plan.reset_index(drop=True)


def _faults(row: Sequence[str], again: bool, label_set: LabelSet) -> list[str]:
    image, true_label, false_label = row
    unknown = [label for label in (true_label, false_label) if label not in label_set]
    faults = [f"the label {label!r} is not one of {', '.join(label_set)}" for label in unknown]
    if not image:
        faults.append("no image is named")
    elif again:
        faults.append(f"image {image!r} has the condition {true_label}|{false_label} here and another one elsewhere")
    if true_label == false_label and not unknown:
        faults.append(f"true and false label are both {true_label!r}")
    return faults


def find_images(plan: pd.DataFrame, index: pd.DataFrame) -> pd.Series[str]:
    """Find the images of a plan among those of a source.

    A plan may name an image by its key, its file name, its file name without the ending, or its path.

    Parameters
    ----------
    plan
        `tables.PLAN`, images as somebody named them.
    index
        `source.INDEX`.

    Returns
    -------
    pandas.Series
        Keys of the source, in the plan's rows.

    Raises
    ------
    InputError
        For images that are not there, that fit several files, that appear under two names, or whose true label is not
        that of the source: all of them are listed.
    """
    keys: dict[str, set[str]] = {}
    for key, source in zip(index["key"], index["source"], strict=True):
        path = PurePosixPath(source)
        for name in {key, source, path.name, path.stem}:
            keys.setdefault(name, set()).add(key)
    labels = dict(zip(index["key"], index["label"], strict=True))
    found: dict[str, str] = {}
    faults = []
    for image, true_label in zip(plan["image"], plan["true_label"], strict=True):
        fitting = {image} & set(labels) or keys.get(image, set())
        if len(fitting) != 1:
            seen = f"fits {len(fitting)} files" if fitting else "is not among the usable images of the source"
            faults.append(f"image {image!r} {seen}")
            continue
        (key,) = fitting
        if key in found.values():
            faults.append(f"image {image!r} is in the table under another name, too")
        elif labels[key] != true_label:
            faults.append(f"image {image!r} is {labels[key]!r} in the source, but {true_label!r} in the table")
        found[image] = key
    raise_listed("The experiment", faults)
    return plan["image"].map(found)


def raise_listed(name: str, faults: Sequence[str]) -> None:
    """Raise one `InputError` with all faults (the first ten in words), if there are any."""
    if faults:
        more = f"\n  ... and {len(faults) - N_SHOWN} more" if len(faults) > N_SHOWN else ""
        lines = "\n".join(f"  {fault}" for fault in faults[:N_SHOWN])
        raise InputError(
            f"{name} cannot be used, {len(faults)} row(s) are wrong. Mend them and try again:\n{lines}{more}"
        )
