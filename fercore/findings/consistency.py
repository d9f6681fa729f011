"""Whether networks and people fail on the same images: the part ``error_consistency`` of the report.

Everybody is asked people's 2AFC on the experimental images; networks see them whole (what they do with what people saw is
the part ``two_afc``). In a study of answers among all labels everybody is asked those, in each condition of seeing. People
enter in three ways, because each leaves something out: as their majority, which errs less than any of them; one by one,
where each person's chance errors lower kappa; and among themselves, the kappa that a network would need to pass for one of
them. Of votes single ones enter in the same way, as of people who are not known from image to image.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.mean_consistency import MeanConsistency, mean_consistency, no_consistency, share_of_ceiling
from fercore.comparison.resamples import draw_images
from fercore.comparison.vote_consistency import among_voters, with_voters
from fercore.errors import MissingError
from fercore.findings.observer_groups import (
    PEOPLE,
    SINGLE_VOTERS,
    VoteCounts,
    group_answers,
    network_right,
    runs_of,
    vote_counts,
)
from fercore.findings.responses import draw_answers
from fercore.humans.responses import right_answers
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

MAJORITY_SUFFIX, SINGLE_SUFFIX = ", majority", ", one by one"
CROWDS: Final = (MAJORITY_SUFFIX, SINGLE_SUFFIX)
"""How observers end who are several: no network does."""

MAJORITY: Final = f"{PEOPLE}{MAJORITY_SUFFIX}"
"""Right where more than half of those who answered were; a tie is no answer."""

ONE_BY_ONE: Final = f"{PEOPLE}{SINGLE_SUFFIX}"
"""Means over the participants."""

_Answers = NDArray[np.float64]
_Row = tuple[str, str, MeanConsistency]


def consistency_part(study: Study, run: Run | None, settings: ComparisonSettings) -> list[dict[str, Any]]:
    """Compare every regime with people, voters and every other regime, and people among themselves.

    Groups of people (`fercore.findings.observer_groups.groups_of_people`) are called by their name instead of ``people``. In a
    study of answers among all labels, networks are compared with people alone: with each other they are in ``responses``.

    Raises
    ------
    MissingError
        When there are no two observers.
    """
    if study.responses is not None and study.trials.empty and run is None:
        found = _of_responders(study, settings)
    else:
        found = _of_two_afc(study, run, settings)
    pairs = list(found)
    ceilings = {b: one for a, b, one in pairs if a == b}
    rows = []
    for a, b, one in pairs:
        ceiling = no_consistency() if a == b else ceilings.get(b, no_consistency())
        score, score_ci = share_of_ceiling(one, ceiling, settings.ci_level)
        rows.append({"a": a, "b": b} | consistency_values(one) | {"score": score, "score_ci": score_ci})
    if not rows:
        raise MissingError(f"Study {study.name!r} has no two observers yet: import trials, or train a network.")
    return rows


def _of_two_afc(study: Study, run: Run | None, settings: ComparisonSettings) -> Iterator[_Row]:
    """Compare everybody who was asked people's 2AFC."""
    crowds, votes = group_answers(study), vote_counts(study)
    networks = {name: network_right(study, own, regime) for name, (own, regime) in runs_of(study, run, ()).items()}
    sizes = [right.shape[-1] for right in (*networks.values(), *crowds.values(), *([votes.right] if votes else []))]
    n = max(sizes, default=1)  # all answer the same images
    draws = draw_images(n, np.random.default_rng(settings.seed), settings.n_bootstrap)
    yield from _with_people(networks, crowds, draws, settings.ci_level)
    yield from _with_votes(networks, crowds, votes, draws, settings.ci_level)
    yield from _among(networks, draws, settings.ci_level)


def _of_responders(study: Study, settings: ComparisonSettings) -> Iterator[_Row]:
    """Compare networks with people who chose among all labels, within conditions of seeing."""
    assert study.responses is not None
    right = right_answers(study.responses)
    person = study.responses.groupby("observer")["person"].first()
    people = [name for name in right.columns if person[name]]
    answers = right.to_numpy(float).T
    networks = {str(name): answers[number] for number, name in enumerate(right.columns) if not person[name]}
    crowds = {PEOPLE: right[people].to_numpy(float).T} if people else {}
    seeing = right.index.get_level_values("seeing").to_numpy()
    yield from _with_people(networks, crowds, draw_answers(right, settings), settings.ci_level, seeing)


def _with_people(
    networks: dict[str, _Answers], crowds: dict[str, _Answers], draws: NDArray[np.float64], level: float,
    seeing: np.ndarray | None = None,
) -> Iterator[_Row]:  # fmt: skip
    """Compare networks with each group of people, and each group with itself."""
    for name, right in networks.items():
        for crowd, people in crowds.items():
            majority = mean_consistency(right, majority_right(people), draws, level, seeing)
            yield name, f"{crowd}{MAJORITY_SUFFIX}", majority
            single = mean_consistency(np.broadcast_to(right, people.shape), people, draws, level, seeing)
            yield name, f"{crowd}{SINGLE_SUFFIX}", single
    for crowd, people in crowds.items():
        if len(people) > 1:
            first, second = np.triu_indices(len(people), 1)
            each = f"{crowd}{SINGLE_SUFFIX}"
            yield each, each, mean_consistency(people[first], people[second], draws, level, seeing)


def _with_votes(
    networks: dict[str, _Answers], crowds: dict[str, _Answers], votes: VoteCounts | None, draws: NDArray[np.float64],
    level: float,
) -> Iterator[_Row]:  # fmt: skip
    """Compare networks and people with single votes, and single votes with each other."""
    if votes is None:
        return
    observers = networks | {f"{crowd}{SINGLE_SUFFIX}": people for crowd, people in crowds.items()}
    for name, right in observers.items():
        yield name, SINGLE_VOTERS, with_voters(right, votes.right, votes.wrong, draws, level)
    yield SINGLE_VOTERS, SINGLE_VOTERS, among_voters(votes.right, votes.wrong, draws, level)


def _among(networks: dict[str, _Answers], draws: NDArray[np.float64], level: float) -> Iterator[_Row]:
    for a, b in combinations(networks, 2):
        yield a, b, mean_consistency(networks[a], networks[b], draws, level)


def majority_right(people: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tell where more than half of the people (n_people, n_plan) were right, (n_plan,); NaN for a tie or no answer."""
    n = np.isfinite(people).sum(axis=0)
    surplus = 2 * np.nansum(people, axis=0) - n
    return np.where(surplus == 0, np.nan, surplus > 0)


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
        "warning": found.warning,
    }
