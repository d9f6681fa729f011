"""When work will be finished, judged by the work that is finished."""

from __future__ import annotations


def estimate_eta_s(done: float, total: float, *, elapsed_s: float, done_before: float = 0.0) -> float | None:
    """Give the seconds that are left at the pace so far, or None while there is nothing to judge by.

    Parameters
    ----------
    done, total
        Work finished and work in all, in any unit.
    elapsed_s
        Seconds in which the work grew from ``done_before`` to ``done``.
    done_before
        What was finished already when the clock started: work taken over from an earlier attempt costs no time.
    """
    gained = done - done_before
    if total <= 0 or gained <= 0 or elapsed_s <= 0:
        return None
    return max(total - done, 0.0) * elapsed_s / gained
