"""Everybody in the same 2AFC: people, and every regime with the full image, the blurred one, and what people had uncovered.

Beyond the paper: it holds people's 2AFC after a few discs against networks' choice among eight labels on the whole image,
two tasks with two chance levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.error_consistency import error_consistency
from fercore.comparison.intervals import Interval, bootstrap_mean, wilson
from fercore.comparison.sensitivity import d_prime_2afc
from fercore.errors import MissingError
from fercore.findings.faces import margins
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study
from fercore.study.seeing import Seeing, read_seeing

PEOPLE, VOTERS = "people", "voters"
"""Observers that are no networks; networks are called by their regime."""

FULL, BLURRED, REVEALED = "full", "blurred", "revealed"
SEEING = (FULL, BLURRED, REVEALED)
"""Conditions of seeing: the whole sharp image; the blurred one before the first click; what was uncovered at the decision."""

COLUMNS = ("observer", "seeing", "n", "accuracy", "ci_low", "ci_high", "d_prime", "kappa", "n_kappas")
"""One row per observer and condition of seeing. ``kappa`` is the mean error consistency with people, over the ``n_kappas``
comparisons that have one."""


def two_afc_table(study: Study, run: Run | None, settings: ComparisonSettings) -> pd.DataFrame:
    """Compare everybody who answered.

    Parameters
    ----------
    study
        The study; people are the participants that are kept.
    run
        Whose networks answered, or None.
    settings
        Level of intervals, resampling.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`. Intervals are Wilson's over images; over participants (people) and over images (networks with what people
        had uncovered, several trials of each) by cluster bootstrap. Kappa compares right and wrong on the same images, and
        with ``revealed`` on the same trials: the network has before it what that person had. An exact tie is wrong. What
        was not computed has no row.

    Raises
    ------
    MissingError
        When nobody answered.
    """
    rows = [*_people(study, settings), *_voters(study, settings)]
    if run is not None:
        for regime in run.regimes:
            rows += _network(study, run, regime, settings)
    if not rows:
        raise MissingError(f"Nobody has answered in study {study.name!r} yet: import trials, or train a network.")
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    observer: str, seeing: str, right: np.ndarray, ci: Interval, level: float, kappas: list[float]
) -> tuple[str | float, ...]:
    known = right[np.isfinite(right)]
    n = len(known)
    sensitivity = d_prime_2afc(int(known.sum()), n, level)
    finite = [kappa for kappa in kappas if np.isfinite(kappa)]
    kappa = float(np.mean(finite)) if finite else np.nan
    return observer, seeing, n, float(known.mean()) if n else np.nan, *ci, sensitivity.d_prime, kappa, len(finite)


def _people(study: Study, settings: ComparisonSettings) -> Iterator[tuple[str | float, ...]]:
    if study.trials.empty or study.kept_trials.empty:
        return
    trials = study.kept_trials
    right = trials["correct"].to_numpy(float)
    rng = np.random.default_rng(settings.seed)
    ci = bootstrap_mean(
        right, trials["participant"].to_numpy(), rng, n_resamples=settings.n_bootstrap, level=settings.ci_level
    )
    yield _row(PEOPLE, REVEALED, right, ci, settings.ci_level, kappas_among(answers_of_people(study)))


def kappas_among(answers: NDArray[np.float64]) -> list[float]:
    """Give kappa of every two of several observers (n_observers, n_images); NaN where there is none."""
    return [error_consistency(a, b).kappa for a, b in combinations(answers, 2)]


def answers_of_people(study: Study) -> NDArray[np.float64]:
    """Give who was right on which experimental image: (n_people, n_plan), NaN where somebody did not answer."""
    if study.trials.empty:
        return np.empty((0, len(study.plan)))
    table = study.kept_trials.pivot_table(index="participant", columns="image", values="correct", aggfunc="first")
    return table.reindex(columns=list(study.plan["image"])).astype(float).to_numpy()


def _voters(study: Study, settings: ComparisonSettings) -> Iterator[tuple[str | float, ...]]:
    """Let the votes on an image decide between its two labels."""
    if study.votes is None:
        return
    plan = study.plan.merge(study.votes, on="image", how="left")
    counts = plan[list(study.label_set)].to_numpy(float)
    row = np.arange(len(plan))
    true, false = (
        counts[row, [study.label_set.index(label) for label in plan[c]]] for c in ("true_label", "false_label")
    )
    right = np.where(np.isfinite(true), true > false, np.nan)
    yield _over_images(study, VOTERS, FULL, right, settings)


def _network(study: Study, run: Run, regime: str, settings: ComparisonSettings) -> Iterator[tuple[str | float, ...]]:
    yield _over_images(study, regime, FULL, _right(margins(study, run, regime)), settings)
    seeing = read_seeing(study, run, regime)
    if seeing is None:
        return
    yield _over_images(study, regime, BLURRED, _right(seeing.blurred), settings)
    yield _revealed(study, regime, seeing, settings)


def _right(margins: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.where(np.isfinite(margins), margins > 0, np.nan)


def _over_images(
    study: Study, observer: str, seeing: str, right: NDArray[np.float64], settings: ComparisonSettings
) -> tuple[str | float, ...]:
    known = right[np.isfinite(right)]
    kappas = [error_consistency(right, person).kappa for person in answers_of_people(study)]
    return _row(
        observer, seeing, right, wilson(int(known.sum()), len(known), settings.ci_level), settings.ci_level, kappas
    )


def _revealed(study: Study, regime: str, seeing: Seeing, settings: ComparisonSettings) -> tuple[str | float, ...]:
    trials, right = study.kept_trials, _right(seeing.revealed)
    rng = np.random.default_rng(settings.seed)
    ci = bootstrap_mean(
        right, trials["image"].to_numpy(), rng, n_resamples=settings.n_bootstrap, level=settings.ci_level
    )
    correct = trials["correct"].to_numpy(float)
    own = trials.groupby("participant").indices.values()
    kappas = [error_consistency(right[rows], correct[rows]).kappa for rows in own]
    return _row(regime, REVEALED, right, ci, settings.ci_level, kappas)


def two_afc_part(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, Any]:
    """Give the part ``two_afc`` of the report: by observer and condition of seeing, None where there is none."""
    table = two_afc_table(study, run, settings)
    part: dict[str, Any] = {str(observer): dict.fromkeys(SEEING) for observer in dict.fromkeys(table["observer"])}
    for row in table.to_dict("records"):
        part[str(row["observer"])][row["seeing"]] = {
            "accuracy": row["accuracy"],
            "ci": [row["ci_low"], row["ci_high"]],
            "d_prime": row["d_prime"],
            "n": row["n"],
            "kappa": row["kappa"],
        }
    return part
