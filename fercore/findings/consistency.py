"""Whether networks and people fail on the same images: the part ``error_consistency`` of the report.

Everybody is asked people's 2AFC on the experimental images; networks see them whole (what they do with what people saw is
the part ``two_afc``). People enter in three ways, because each leaves something out: as their majority, which errs less
than any of them; one by one, where each person's chance errors lower kappa; and among themselves, the kappa that a network
would need to pass for one of them.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.mean_consistency import MeanConsistency, mean_consistency
from fercore.errors import MissingError
from fercore.findings.faces import margins
from fercore.findings.two_afc import answers_of_people
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

MAJORITY: Final = "people, majority"
"""Right where more than half of those who answered were; a tie is no answer."""

ONE_BY_ONE: Final = "people, one by one"
"""Means over the participants."""


def consistency_part(study: Study, run: Run | None, settings: ComparisonSettings) -> list[dict[str, Any]]:
    """Compare every regime with people and with every other regime, and people among themselves.

    Raises
    ------
    MissingError
        When there are no two observers.
    """
    people = answers_of_people(study)
    networks = {regime: network_right(study, run, regime) for regime in run.regimes} if run else {}
    majority = majority_right(people)
    rows = []
    for regime, right in networks.items():
        if len(people):
            rows.append(_row(regime, MAJORITY, right, majority, settings))
            rows.append(_row(regime, ONE_BY_ONE, np.broadcast_to(right, people.shape), people, settings))
    if len(people) > 1:
        first, second = np.triu_indices(len(people), 1)
        rows.append(_row(ONE_BY_ONE, ONE_BY_ONE, people[first], people[second], settings))
    rows += [_row(a, b, networks[a], networks[b], settings) for a, b in combinations(networks, 2)]
    if not rows:
        raise MissingError(f"Study {study.name!r} has no two observers yet: import trials, or train a network.")
    return rows


def network_right(study: Study, run: Run, regime: str) -> NDArray[np.float64]:
    """Tell where a regime is right in people's 2AFC, (n_plan,), NaN without a classifier; an exact tie is wrong."""
    margin = margins(study, run, regime)
    return np.where(np.isfinite(margin), margin > 0, np.nan)


def majority_right(people: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tell where more than half of the people (n_people, n_plan) were right, (n_plan,); NaN for a tie or no answer."""
    n = np.isfinite(people).sum(axis=0)
    surplus = 2 * np.nansum(people, axis=0) - n
    return np.where(surplus == 0, np.nan, surplus > 0)


def _row(a: str, b: str, right_a: np.ndarray, right_b: np.ndarray, settings: ComparisonSettings) -> dict[str, Any]:
    rng = np.random.default_rng(settings.seed)
    found = mean_consistency(right_a, right_b, rng, n_resamples=settings.n_bootstrap, level=settings.ci_level)
    return {"a": a, "b": b} | consistency_values(found)


def consistency_values(found: MeanConsistency) -> dict[str, Any]:
    """Give the numbers of a row of the report."""
    return {
        "n": found.n,
        "n_pairs": found.n_pairs,
        "observed": found.observed,
        "expected": found.expected,
        "kappa": found.kappa,
        "kappa_max": found.kappa_max,
        "ci": found.ci,
    }
