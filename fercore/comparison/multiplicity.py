"""p values of many tests at once: corrections for having looked several times."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import false_discovery_control


def holm(p: np.ndarray) -> NDArray[np.float64]:
    """Adjust p values so that the chance of *any* false alarm stays at the level (Holm 1979); NaN stays and is no test."""
    return _adjust(p, _step_down)


def benjamini_hochberg(p: np.ndarray) -> NDArray[np.float64]:
    """Adjust p values so that the expected *share* of false alarms among the hits stays at the level; NaN as in `holm`.

    Benjamini and Hochberg (1995). Holds for independent and positively dependent tests. For exploring: a cell that
    passes is a lead for another study.
    """
    return _adjust(p, false_discovery_control)


def _step_down(p: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.argsort(p)
    adjusted = np.empty_like(p)
    adjusted[order] = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)).clip(max=1)
    return adjusted


def _adjust(p: np.ndarray, method: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> NDArray[np.float64]:
    p = np.asarray(p, float)
    adjusted = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    if known.any():
        adjusted[known] = method(p[known])
    return adjusted
