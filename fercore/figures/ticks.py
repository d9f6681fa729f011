"""Round places on an axis, and how they are written."""

from __future__ import annotations

import numpy as np

from fercore.notation import share


def round_ticks(low: float, high: float, n: int = 5) -> list[float]:
    """Give about ``n`` multiples of 1, 2 or 5 times a power of ten within ``low`` and ``high``; one for a tiny span."""
    if not np.isfinite(high - low) or high - low < 1e-6:
        return [float(low)] if np.isfinite(low) else []
    raw = (high - low) / n
    power = 10.0 ** np.floor(np.log10(raw))
    step = float(power * next(factor for factor in (1, 2, 5, 10) if factor * power >= raw - 1e-12))
    first = np.ceil(low / step - 1e-9) * step
    ticks: list[float] = np.arange(first, high + 1e-9 * step, step).round(9).tolist()
    return ticks


def share_axis(*values: np.ndarray, low: float | None = None, high: float | None = None) -> dict[str, object]:
    """Give plotly's ticks for an axis of shares: written without the leading zero, as everywhere else.

    Parameters
    ----------
    values
        What is drawn along the axis, any shape; NaN is left out.
    low, high
        Ends of the axis, where they are not those of the values.
    """
    finite = np.concatenate([np.ravel(v)[np.isfinite(np.ravel(v))] for v in values]) if values else np.zeros(0)
    ends = [end for end in (low, high) if end is not None]
    everything = np.concatenate([finite, ends])
    ticks = round_ticks(float(everything.min()), float(everything.max()), 6) if everything.size else []
    return {"tickvals": ticks, "ticktext": [short(share(tick)) for tick in ticks]}


def short(number: str) -> str:
    """Drop the zeros at the end of a decimal: ``.900`` is ``.9`` on an axis."""
    return (number.rstrip("0").rstrip(".") or "0") if "." in number else number
