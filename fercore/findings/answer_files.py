"""Error consistency of any two observers, each from a file of answers: ``fercore kappa A.csv B.csv``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from fercore.comparison.error_consistency import error_consistency
from fercore.errors import InputError
from fercore.humans.response_table import short_name
from fercore.settings import ComparisonSettings

FORMS: Final = (("image", "correct"), ("image", "response", "true_label"), ("imagename", "object_response", "category"))
"""Columns that a file may have, others beside them: whether the answer was right; the answer and the right one; and the same
as model-vs-human has them (Geirhos et al. 2021)."""

CONDITION: Final = ("condition", "seeing")
"""Columns of which one may say how an image was shown: the same image in two conditions is answered twice."""

_IN_CONDITION: Final = " in the same condition"
_TRUTH: Final = {"1": 1.0, "true": 1.0, "1.0": 1.0, "0": 0.0, "false": 0.0, "0.0": 0.0, "": np.nan}


def compare_answers(a: Path, b: Path, settings: ComparisonSettings) -> dict[str, Any]:
    """Compare two observers on the images that both files have, in the same condition where both say in which.

    Returns
    -------
    dict
        The keys of a row of the report's ``error_consistency`` (``ci`` by bootstrap over images), and accuracy_a,
        accuracy_b, kappa_min, se_analytic, ci_analytic, se_jackknife, ci_jackknife, and warning ("" or a sentence).

    Raises
    ------
    InputError
        When a file cannot be used, the two share no answered image, or one alone has an image in several conditions.
    """
    both = pd.concat([own.rename(name) for own, name in zip(_alike(a, b), "ab", strict=True)], axis=1, join="inner")
    found = error_consistency(both["a"].to_numpy(float), both["b"].to_numpy(float))
    if found.n == 0:
        raise InputError(
            f"{a.name!r} and {b.name!r} have no answered image in common{_IN_CONDITION if both.index.nlevels > 1 else ''}. "
            "Name images alike in both files."
        )
    level = settings.ci_level
    rng = np.random.default_rng(settings.seed)
    return {
        "a": str(a),
        "b": str(b),
        "n": found.n,
        "n_pairs": 1,
        "observed": found.observed,
        "expected": found.expected,
        "kappa": found.kappa,
        "kappa_max": found.kappa_max,
        "ci": found.bootstrap(rng, n_resamples=settings.n_bootstrap, level=level),
        "accuracy_a": found.accuracy_a,
        "accuracy_b": found.accuracy_b,
        "kappa_min": found.kappa_min,
        "se_analytic": found.se_analytic,
        "ci_analytic": found.interval(level),
        "se_jackknife": found.se_jackknife,
        "ci_jackknife": found.interval(level, jackknife=True),
        "warning": found.warning,
    }


def _alike(a: Path, b: Path) -> tuple[pd.Series, pd.Series]:
    """Read both files, by image and condition where both have conditions, else by image."""
    found = read_answers(a), read_answers(b)
    if all(own.index.nlevels == found[0].index.nlevels for own in found):
        return found
    (first, second), names = found, (a.name, b.name)
    having = 0 if first.index.nlevels > 1 else 1
    named = found[having]
    images = named.index.get_level_values("image")
    if images.has_duplicates:
        raise InputError(
            f"{names[having]!r} has image {images[images.duplicated()][0]!r} in several conditions, and {names[1 - having]!r} does not "
            f"say in which it was shown. Give both a column {' or '.join(CONDITION)}."
        )
    flat = named.set_axis(images)
    return (flat, second) if having == 0 else (first, flat)


def read_answers(path: Path) -> pd.Series:
    """Read the answers of one observer from a CSV file (UTF-8, comma) in one of `FORMS`.

    Returns
    -------
    pandas.Series
        By image, or by image and condition where the file has one of `CONDITION`: 1.0 right, 0.0 wrong, NaN for an empty
        answer. Names of images in model-vs-human's form lose what stands before the image's own name, as there.

    Raises
    ------
    InputError
        When the file cannot be read, has other columns, an image twice (in one condition), or a ``correct`` that is neither 0 nor 1.
    """
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        reason = getattr(error, "strerror", None) or str(error).strip().splitlines()[0]
        raise InputError(f"{str(path)!r} cannot be read as CSV: {reason}. Give a UTF-8 file with commas.") from error
    form = next((form for form in FORMS if set(form) <= set(table.columns)), None)
    if form is None:
        wanted = " or ".join(", ".join(form) for form in FORMS)
        raise InputError(f"{path.name!r} has the columns {', '.join(table.columns)!r}. It needs {wanted}.")
    images = table[form[0]].map(short_name) if form == FORMS[-1] else table[form[0]]
    condition = next((column for column in CONDITION if column in table.columns), None)
    index: pd.Index = pd.Index(images, name="image")
    if condition is not None:
        index = pd.MultiIndex.from_arrays([images, table[condition]], names=["image", "condition"])
    if index.has_duplicates:
        twice = images.iloc[int(index.duplicated().argmax())]
        where = "" if condition is None else f" in one {condition}"
        raise InputError(
            f"{path.name!r} has image {twice!r} more than once{where}. A file holds one observer's answers, one row per image"
            f"{' and condition' if condition else ''}."
        )
    return pd.Series(_right(table, form, path), index=index)


def _right(table: pd.DataFrame, form: tuple[str, ...], path: Path) -> np.ndarray:
    if len(form) == 3:
        response, truth = table[form[1]], table[form[2]]
        return np.where(response == "", np.nan, response == truth)
    words = table["correct"].str.lower()
    odd = table.loc[~words.isin(list(_TRUTH)), "correct"]
    if len(odd):
        raise InputError(f"{path.name!r} says correct = {odd.iloc[0]!r} in line {odd.index[0] + 2}. Write 1 or 0.")
    return words.map(_TRUTH).to_numpy(float)
