"""Observers who chose among all labels: accuracy, confusions and error consistency, as model-vs-human has them.

Geirhos et al., *Partial success in closing the gap between human and machine vision*, NeurIPS 2021. As there, a missing answer
is wrong, and kappa is computed within each condition of seeing and then averaged; kappa over all answers stands beside it,
because observers who both fail in the harder conditions agree by that alone. Where two observers never differ, the authors
write 1; here kappa is NaN where it is not defined, because both are always right or both always wrong.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.confusion import normalise_rows
from fercore.comparison.error_consistency import Consistency
from fercore.comparison.intervals import Interval, bootstrap_mean, wilson
from fercore.comparison.mean_consistency import MeanConsistency, mean_consistency, no_consistency
from fercore.comparison.resamples import draw_images
from fercore.errors import MissingError
from fercore.humans.responses import accuracy, confusion_counts, right_answers
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study


@dataclass(frozen=True)
class Observer:
    """One person or network."""

    name: str
    person: bool
    n: int
    """Answers asked for."""
    n_missed: int
    accuracy: float
    """Share of right answers of all that were asked for."""
    ci: Interval
    """Wilson's."""
    time_s: float
    """Median; NaN where no times were recorded."""
    by_seeing: dict[str, float]
    """Accuracy in each condition of seeing that the observer met."""
    counts: NDArray[np.int64]
    """(L, L): row true label, column response."""


@dataclass(frozen=True)
class Pairing:
    """Error consistency of two observers on the images that both were asked about."""

    a: str
    b: str
    found: Consistency
    """Over all answers together."""
    by_seeing: dict[str, Consistency]
    """Within each condition of seeing that both met."""

    @property
    def kappa_mean(self) -> float:
        """Mean kappa over the conditions of seeing that have one, as model-vs-human gives it; NaN without any."""
        known = [c.kappa for c in self.by_seeing.values() if np.isfinite(c.kappa)]
        return float(np.mean(known)) if known else np.nan


@dataclass(frozen=True)
class Responses:
    """Everybody who answered: people first, then networks, each by name."""

    observers: tuple[Observer, ...]
    pairs: tuple[Pairing, ...]
    people_accuracy: float
    """Share of right answers of all people together; NaN without people."""
    people_ci: Interval
    """Percentile bootstrap over people; NaN with fewer than two."""
    people_counts: NDArray[np.int64]
    """(L, L): the answers of all people together."""
    near_people: dict[str, MeanConsistency]
    """Error consistency of each observer with all (other) people, within conditions of seeing; intervals over images."""
    among_people: MeanConsistency
    """The same of every two people."""

    @property
    def people(self) -> tuple[Observer, ...]:
        """The observers who are people."""
        return tuple(observer for observer in self.observers if observer.person)

    def with_people(self, name: str) -> float:
        """Give the mean `Pairing.kappa_mean` of an observer with all (other) people; NaN where there is none."""
        return self.near_people[name].kappa


def responses(study: Study, settings: ComparisonSettings) -> Responses:
    """Sum up everybody who chose among all labels; raises `MissingError` when the study has no such answers."""
    table = study.responses
    if table is None:
        raise MissingError(
            f"Study {study.name!r} has no answers among all labels. Such answers make a study of their own: "
            "`python -m fercore new NAME --source responses --path FILE_OR_FOLDER`."
        )
    own = {str(name): part for name, part in table.groupby("observer", sort=False)}
    observers = tuple(
        _observer(row, own[row["observer"]], study, settings) for row in accuracy(table).to_dict("records")
    )
    people = table[table["person"].to_numpy(bool)]
    right = right_answers(table)
    near, among = _with_people(right, [observer.name for observer in observers if observer.person], settings)
    return Responses(
        observers=observers,
        pairs=tuple(_pairings(right)),
        people_accuracy=float(people["correct"].astype(float).mean()),
        people_ci=bootstrap_mean(
            people["correct"].to_numpy(float),
            people["observer"].to_numpy(),
            np.random.default_rng(settings.seed),
            n_resamples=settings.n_bootstrap,
            level=settings.ci_level,
        ),
        people_counts=confusion_counts(people, study.label_set),
        near_people=near,
        among_people=among,
    )


def draw_answers(right: pd.DataFrame, settings: ComparisonSettings) -> NDArray[np.float64]:
    """Draw images, each in all its conditions of seeing: (n_resamples, n), for the rows of `right_answers`."""
    image, names = pd.factorize(right.index.get_level_values("image"))
    return draw_images(len(names), np.random.default_rng(settings.seed), settings.n_bootstrap)[:, image]


def _with_people(
    right: pd.DataFrame, people: list[str], settings: ComparisonSettings
) -> tuple[dict[str, MeanConsistency], MeanConsistency]:
    """Compare each observer with the (other) people, and every two people."""
    draws = draw_answers(right, settings).astype(np.float32)
    seeing = right.index.get_level_values("seeing").to_numpy()

    def compare(pairs: list[tuple[str, str]]) -> MeanConsistency:
        first, second = (right[[pair[side] for pair in pairs]].to_numpy(float).T for side in (0, 1))
        return mean_consistency(first, second, draws, settings.ci_level, within=seeing) if pairs else no_consistency()

    near = {str(name): compare([(name, one) for one in people if one != name]) for name in right.columns}
    return near, compare(list(combinations(people, 2)))


def _observer(row: Mapping[Hashable, Any], own: pd.DataFrame, study: Study, settings: ComparisonSettings) -> Observer:
    by_seeing = own.groupby("seeing")["correct"].mean().astype(float)
    return Observer(
        name=row["observer"],
        person=row["person"],
        n=row["n"],
        n_missed=row["n_missed"],
        accuracy=row["accuracy"],
        ci=wilson(row["n_correct"], row["n"], settings.ci_level),
        time_s=row["time_s"],
        by_seeing={str(seeing): float(value) for seeing, value in by_seeing.items()},
        counts=confusion_counts(own, study.label_set),
    )


def _pairings(right: pd.DataFrame) -> Iterator[Pairing]:
    """Compare every two observers; ``right`` as `right_answers` gives it."""
    codes, names = pd.factorize(right.index.get_level_values("seeing"), sort=True)
    answers = {str(name): right[name].to_numpy(float) for name in right.columns}
    for (a, one), (b, other) in combinations(answers.items(), 2):
        both = np.isfinite(one) & np.isfinite(other)
        cell = (2 * (one[both] == 0) + (other[both] == 0)).astype(np.intp)  # both right, only a, only b, neither
        counts = np.bincount(4 * codes[both] + cell, minlength=4 * len(names)).reshape(-1, 4)
        cells = {str(name): Consistency(*own.tolist()) for name, own in zip(names, counts, strict=True) if own.any()}
        yield Pairing(a, b, Consistency(*counts.sum(axis=0).tolist()), cells)


def responses_part(study: Study, _run: Run | None, settings: ComparisonSettings) -> dict[str, Any]:
    """Give the key ``responses`` of the report; raises `MissingError` when the study has no such answers."""
    found = responses(study, settings)
    return {
        "people": {
            "n": len(found.people),
            "accuracy": found.people_accuracy,
            "accuracy_ci": found.people_ci,
            "confusion": normalise_rows(found.people_counts),
        }
        if found.people
        else None,
        "observers": {
            observer.name: {
                "person": observer.person,
                "n": observer.n,
                "n_missed": observer.n_missed,
                "accuracy": observer.accuracy,
                "accuracy_ci": observer.ci,
                "time_s": observer.time_s,
                "by_seeing": observer.by_seeing,
                "confusion": normalise_rows(observer.counts),
                "kappa_people": found.with_people(observer.name),
                "kappa_people_ci": found.near_people[observer.name].ci,
            }
            for observer in found.observers
        },
        "error_consistency": [_pair(pairing, settings) for pairing in found.pairs],
    }


def _pair(pairing: Pairing, settings: ComparisonSettings) -> dict[str, Any]:
    found = pairing.found
    return {
        "a": pairing.a,
        "b": pairing.b,
        "n": found.n,
        "n_pairs": int(np.isfinite(found.kappa)),
        "observed": found.observed,
        "expected": found.expected,
        "kappa": found.kappa,
        "kappa_max": found.kappa_max,
        "ci": found.bootstrap(
            np.random.default_rng(settings.seed), n_resamples=settings.n_bootstrap, level=settings.ci_level
        ),
        "kappa_mean": pairing.kappa_mean,
        "by_seeing": {seeing: cell.kappa for seeing, cell in pairing.by_seeing.items()},
        "warning": found.warning,
    }
