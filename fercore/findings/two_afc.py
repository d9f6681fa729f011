"""Everybody in the same 2AFC: people, and every regime with the full image, the blurred one, and what people had uncovered.

Beyond the paper: it holds people's 2AFC after a few discs against networks' choice among eight labels on the whole image,
two tasks with two chance levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.crossed_bootstrap import bootstrap_crossed_mean
from fercore.comparison.error_consistency import error_consistency
from fercore.comparison.intervals import Interval, bootstrap_mean, wilson
from fercore.comparison.mean_consistency import MeanConsistency, mean_consistency, no_consistency
from fercore.comparison.resamples import draw_images
from fercore.comparison.sensitivity import d_prime_2afc, d_prime_bounds, too_few_answers
from fercore.comparison.vote_consistency import among_voters, with_voters
from fercore.errors import MissingError
from fercore.findings.observer_groups import (
    PEOPLE,
    SINGLE_VOTERS,
    VOTERS,
    VoteCounts,
    answers_of_people,
    group_answers,
    groups_of_people,
    network_right,
    right_where,
    runs_of,
    vote_counts,
)
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study
from fercore.study.seeing import Seeing, read_seeing

NETWORK: Final = "network"
KINDS: Final = (PEOPLE, VOTERS, NETWORK)
"""What an observer is."""

FULL, BLURRED, REVEALED = "full", "blurred", "revealed"
SEEING = (FULL, BLURRED, REVEALED)
"""Conditions of seeing: the whole sharp image; the blurred one before the first click; what was uncovered at the decision."""

COLUMNS = (
    "observer", "kind", "seeing", "n", "accuracy", "ci_low", "ci_high", "d_prime", "d_prime_low", "d_prime_high", "kappa",
    "kappa_low", "kappa_high", "n_kappas", "n_shared", "warning",
)  # fmt: skip
"""One row per observer and condition of seeing. ``kind`` is one of `KINDS`. ``kappa`` is the mean error consistency with
people (with voters where there are no people), over the ``n_kappas`` comparisons that have one, of ``n_shared`` images at
least, with its bootstrap interval over images, each with all its trials. ``warning`` says where answers or
shared images are too few; else it is empty."""

_Row = dict[str, Any]


def two_afc_table(
    study: Study, run: Run | None, settings: ComparisonSettings, others: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Compare everybody who answered.

    Parameters
    ----------
    study
        The study; people are the participants that are kept, all together and by group
        (`fercore.findings.observer_groups.groups_of_people`).
    run
        Whose networks answered, called by their regime, or None.
    settings
        Level of intervals, resampling.
    others
        Further runs of the study by name, whose networks are called ``RUN: REGIME``.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`. Intervals are Wilson's over images; over participants and images together (people) and over images (single
        voters, and networks with what people had uncovered, several trials of each) by bootstrap; those of d' are the same on its scale.
        Kappa compares right and wrong on the same images, and with ``revealed`` on the same trials: the network has before
        it what that person had. People are compared with others of their group. An exact tie is wrong. What was not
        computed has no row.

    Raises
    ------
    MissingError
        When nobody answered.
    """
    people, votes = answers_of_people(study), vote_counts(study)
    rows = [*_people(study, settings)]
    if votes is not None:
        rows += [*_voters(votes, people, settings)]
    for name, (own, regime) in runs_of(study, run, others).items():
        rows += _network(study, own, regime, name, people, votes, settings)
    if not rows:
        raise MissingError(f"Nobody has answered in study {study.name!r} yet: import trials, or train a network.")
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    observer: str, kind: str, seeing: str, n: int, accuracy: float, ci: Interval, kappa: MeanConsistency, level: float
) -> _Row:
    bounds = d_prime_bounds(ci)
    return {
        "observer": observer,
        "kind": kind,
        "seeing": seeing,
        "n": n,
        "accuracy": accuracy,
        "ci_low": ci.low,
        "ci_high": ci.high,
        "d_prime": d_prime_2afc(round(accuracy * n) if n else 0, n, level).d_prime,
        "d_prime_low": bounds.low,
        "d_prime_high": bounds.high,
        "kappa": kappa.kappa,
        "kappa_low": kappa.ci.low,
        "kappa_high": kappa.ci.high,
        "n_kappas": kappa.n_pairs,
        "n_shared": kappa.n,
        "warning": " ".join(filter(None, [too_few_answers(n), kappa.warning])),
    }


def _of_answers(
    observer: str, kind: str, seeing: str, right: NDArray[np.float64], ci: Interval | None, kappa: MeanConsistency,
    settings: ComparisonSettings,
) -> _Row:  # fmt: skip
    """Give a row from answers; by default with Wilson's interval."""
    known = right[np.isfinite(right)]
    n = len(known)
    accuracy = float(known.mean()) if n else np.nan
    bounds = wilson(int(known.sum()), n, settings.ci_level) if ci is None else ci
    return _row(observer, kind, seeing, n, accuracy, bounds, kappa, settings.ci_level)


def _drawn(values: np.ndarray, clusters: np.ndarray, settings: ComparisonSettings) -> Interval:
    rng = np.random.default_rng(settings.seed)
    return bootstrap_mean(values, clusters, rng, n_resamples=settings.n_bootstrap, level=settings.ci_level)


def _people(study: Study, settings: ComparisonSettings) -> Iterator[_Row]:
    for name, answers in group_answers(study).items():
        trials = groups_of_people(study)[name]
        ci = bootstrap_crossed_mean(
            answers, np.random.default_rng(settings.seed), n_resamples=settings.n_bootstrap, level=settings.ci_level
        )
        first, second = np.triu_indices(len(answers), 1)
        among = _consistency(answers[first], answers[second], settings)
        yield _of_answers(name, PEOPLE, REVEALED, trials["correct"].to_numpy(float), ci, among, settings)


def _consistency(a: NDArray[np.float64], b: NDArray[np.float64], settings: ComparisonSettings) -> MeanConsistency:
    """Average kappa of pairs, (n_pairs, n_images) each; without a pair there is none."""
    return mean_consistency(a, b, _draws(a.shape[1], settings), settings.ci_level) if len(a) else no_consistency()


def _with_people(
    right: NDArray[np.float64], people: NDArray[np.float64], settings: ComparisonSettings
) -> MeanConsistency:
    return _consistency(np.broadcast_to(right, people.shape), people, settings)


def kappas_among(answers: NDArray[np.float64]) -> list[float]:
    """Give kappa of every two of several observers (n_observers, n_images); NaN where there is none."""
    return [error_consistency(a, b).kappa for a, b in combinations(answers, 2)]


def _voters(votes: VoteCounts, people: NDArray[np.float64], settings: ComparisonSettings) -> Iterator[_Row]:
    """Let most of the votes on an image decide between its two labels, and each vote by itself."""
    right = votes.majority_right
    yield _of_answers(VOTERS, VOTERS, FULL, right, None, _with_people(right, people, settings), settings)
    share, draws = votes.share, _draws(len(right), settings)
    known = np.isfinite(share)
    found = (
        with_voters(people, votes.right, votes.wrong, draws, settings.ci_level)
        if len(people)
        else among_voters(votes.right, votes.wrong, draws, settings.ci_level)
    )
    accuracy = float(share[known].mean()) if known.any() else np.nan
    ci = _drawn(share, np.arange(len(share)), settings)
    yield _row(SINGLE_VOTERS, VOTERS, FULL, votes.n, accuracy, ci, found, settings.ci_level)


def _draws(n_images: int, settings: ComparisonSettings) -> NDArray[np.float64]:
    return draw_images(n_images, np.random.default_rng(settings.seed), settings.n_bootstrap)


def _network(
    study: Study, run: Run, regime: str, name: str, people: NDArray[np.float64], votes: VoteCounts | None,
    settings: ComparisonSettings,
) -> Iterator[_Row]:  # fmt: skip
    def over_images(seeing: str, right: NDArray[np.float64]) -> _Row:
        kappa = _with_people(right, people, settings)
        if not len(people) and votes is not None:
            kappa = with_voters(right, votes.right, votes.wrong, _draws(len(right), settings), settings.ci_level)
        return _of_answers(name, NETWORK, seeing, right, None, kappa, settings)

    yield over_images(FULL, network_right(study, run, regime))
    seeing = read_seeing(study, run, regime)
    if seeing is None:
        return
    yield over_images(BLURRED, right_where(seeing.blurred))
    yield _revealed(study, name, seeing, settings)


def _revealed(study: Study, name: str, seeing: Seeing, settings: ComparisonSettings) -> _Row:
    trials, right = study.kept_trials, right_where(seeing.revealed)
    who, person = np.unique(trials["participant"], return_inverse=True)
    image = pd.Index(study.plan["image"]).get_indexer(pd.Index(trials["image"]))
    shown = np.full((2, len(who), len(study.plan)), np.nan)
    shown[0, person, image], shown[1, person, image] = right, trials["correct"].to_numpy(float)
    return _of_answers(
        name, NETWORK, REVEALED, right, _drawn(right, trials["image"].to_numpy(), settings),
        _consistency(shown[0], shown[1], settings), settings,
    )  # fmt: skip


def two_afc_part(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, Any]:
    """Give the part ``two_afc`` of the report, all complete runs: by observer and condition of seeing, None where there is none."""
    chosen = run.name if run is not None else None
    others = tuple(name for name in study.run_names if name != chosen)
    table = two_afc_table(study, run, settings, others if run is not None else ())
    part: dict[str, Any] = {str(observer): dict.fromkeys(SEEING) for observer in dict.fromkeys(table["observer"])}
    for row in table.to_dict("records"):
        part[str(row["observer"])][row["seeing"]] = {
            "accuracy": row["accuracy"],
            "ci": [row["ci_low"], row["ci_high"]],
            "d_prime": row["d_prime"],
            "d_prime_ci": [row["d_prime_low"], row["d_prime_high"]],
            "n": row["n"],
            "kappa": row["kappa"],
            "kappa_ci": [row["kappa_low"], row["kappa_high"]],
            "n_kappas": row["n_kappas"],
            "n_shared": row["n_shared"],
            "warning": row["warning"],
        }
    return part
