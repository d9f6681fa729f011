"""How numbers are written: one rule for tables, figures and pages.

Shares and correlations lose the leading zero, since they cannot exceed 1 (``.842``); intervals stand in brackets;
times are in s; what cannot be had is an en dash, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

NONE = "–"
"""Stands for a number that cannot be had."""


def decimal(value: float | None, digits: int = 2) -> str:
    """Write a number that may exceed 1: ``4.62``, ``−1.30``."""
    if value is None or not math.isfinite(value):
        return NONE
    text = f"{abs(value):.{digits}f}"
    return f"−{text}" if value < 0 and float(text) else text


def share(value: float | None, digits: int = 3) -> str:
    """Write a number between -1 and 1 without its leading zero: ``.842``, ``−.56``, ``1.000``."""
    return decimal(value, digits).replace("0.", ".", 1) if value is None or abs(value) < 1 else decimal(value, digits)


def interval(bounds: Sequence[float | None], digits: int = 3) -> str:
    """Write a confidence interval of shares: ``[.825, .859]``, with a space at which no line breaks."""
    low, high = bounds
    return f"[{share(low, digits)},\N{NO-BREAK SPACE}{share(high, digits)}]"


def estimate(value: float | None, bounds: Sequence[float | None], n: int, digits: int = 3) -> str:
    """Write a share with its uncertainty: ``.842 [.825, .859], n = 22``."""
    return f"{share(value, digits)} {interval(bounds, digits)}, n = {n}"


def probability(p: float | None) -> str:
    """Write a p value: ``p < .001`` or ``p = .037``."""
    if p is None or not math.isfinite(p):
        return f"p {NONE}"
    return "p < .001" if p < 0.001 else f"p = {share(p)}"


def f_test(f: float | None, df: Sequence[float], p: float | None) -> str:
    """Write an F test: ``F(2, 165) = 85.45, p < .001``."""
    return f"F({', '.join(f'{d:g}' for d in df)}) = {decimal(f)}, {probability(p)}"


def seconds(value: float | None) -> str:
    """Write a short time: ``4.3 s``."""
    return NONE if value is None or not math.isfinite(value) else f"{value:.1f} s"


def duration(value: float | None) -> str:
    """Write how long something takes: ``41 s``, ``2 min 41 s``, ``3 h 5 min``."""
    if value is None or not math.isfinite(value) or value < 0:
        return NONE
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def count(n: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: ``1 person``, ``22 people``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def counts(ns: Iterable[int], one: str, many: str | None = None) -> str:
    """Write the smallest and the largest of some counts with their noun: ``277 to 280 images``, ``56 images``."""
    numbers = list(ns)
    fewest, most = min(numbers), max(numbers)
    return f"{'' if fewest == most else f'{fewest:,} to '}{count(most, one, many)}"
