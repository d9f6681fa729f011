"""Values of the same subjects under every level of one factor, as tests of repeated measures need them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.errors import InputError


@dataclass(frozen=True)
class Crossed:
    """A complete table of subjects by levels."""

    values: NDArray[np.float64]
    """(n, k), all finite."""
    subjects: tuple[str, ...]
    """n of them, such as conditions."""
    levels: tuple[str, ...]
    """k of them, such as saliency methods."""
    n_left_out: int
    """Subjects that lack a value under some level."""


def cross(table: pd.DataFrame, value: str, subject: str, within: str, levels: Sequence[str] | None = None) -> Crossed:
    """Lay a long table out by subject and level; a subject without a finite value under every level is left out.

    Parameters
    ----------
    table
        One row per subject and level.
    value, subject, within
        Names of its columns: the number, whose it is, and under which level of the factor.
    levels
        Order of the levels; that of their first rows by default.

    Raises
    ------
    InputError
        When a subject has several values under one level.
    """
    twice = table.duplicated([subject, within])
    if twice.any():
        first = table.loc[twice, [subject, within]].iloc[0]
        raise InputError(
            f"{subject} {first[subject]!r} has several values for {within} {first[within]!r}, and a test of repeated "
            "measures takes one. Average them first."
        )
    names = list(table[within].unique()) if levels is None else list(levels)
    wide = table.pivot_table(value, subject, within, aggfunc="first").reindex(columns=names).astype(float)
    complete = wide[np.isfinite(wide.to_numpy(float)).all(axis=1)]
    return Crossed(
        complete.to_numpy(float),
        tuple(map(str, complete.index)),
        tuple(map(str, names)),
        table[subject].nunique() - len(complete),
    )
