"""Everybody who can be asked people's 2AFC: groups of participants, voters, and networks.

Participants are one group; a trial table with a column ``group`` divides them into several. Votes have no voters that are
known from image to image: they enter as counts, for and against the label of an image among its two options.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.errors import MissingError
from fercore.findings.faces import margins
from fercore.machines.runs import Run
from fercore.study import Study

PEOPLE: Final = "people"
"""All participants that are kept."""

VOTERS: Final = "voters"
"""Votes on an image, as one observer who goes with most of them; a tie is wrong."""

SINGLE_VOTERS: Final = "voters, one by one"
"""Whoever votes, drawn anew on each image."""

GROUP: Final = "group"
"""Extra column of a trial table that divides participants into groups."""


@dataclass(frozen=True)
class VoteCounts:
    """Votes on the experimental images for the two options that people had, (n_plan,) each."""

    right: NDArray[np.float64]
    wrong: NDArray[np.float64]

    @property
    def n(self) -> int:
        """All votes on the two options."""
        return int(self.right.sum() + self.wrong.sum())

    @property
    def share(self) -> NDArray[np.float64]:
        """Share of the votes that are right, (n_plan,); NaN without any."""
        total = self.right + self.wrong
        share: NDArray[np.float64] = np.divide(self.right, total, out=np.full(len(total), np.nan), where=total > 0)
        return share

    @property
    def majority_right(self) -> NDArray[np.float64]:
        """Whether most of the votes are right, (n_plan,): 1 or 0; a tie is wrong, NaN without votes on the image."""
        return np.where(np.isfinite(self.share), self.right > self.wrong, np.nan)


def vote_counts(study: Study) -> VoteCounts | None:
    """Count the votes on the two options of each experimental image; None where the study has no votes."""
    if study.votes is None:
        return None
    plan = study.plan.merge(study.votes, on="image", how="left")
    counts = plan[list(study.label_set)].fillna(0).to_numpy(float)
    row = np.arange(len(plan))
    return VoteCounts(
        *(counts[row, [study.label_set.index(label) for label in plan[c]]] for c in ("true_label", "false_label"))
    )


def answers_of_people(study: Study) -> NDArray[np.float64]:
    """Give who was right on which experimental image: (n_people, n_plan), NaN where somebody did not answer."""
    return _answers(study, study.trials if study.trials.empty else study.kept_trials)


def groups_of_people(study: Study) -> dict[str, pd.DataFrame]:
    """Give the trials of all that are kept as `PEOPLE`, and of each group by itself where there are two groups or more."""
    if study.trials.empty or study.kept_trials.empty:
        return {}
    trials = study.kept_trials
    groups = {PEOPLE: trials}
    if GROUP in trials.columns:
        named = {str(name): own.reset_index(drop=True) for name, own in trials.groupby(GROUP, sort=True)}
        groups |= {f"{PEOPLE}: {name}": own for name, own in named.items()} if len(named) > 1 else {}
    return groups


def group_answers(study: Study) -> dict[str, NDArray[np.float64]]:
    """Give the same as `answers_of_people` does, by group of `groups_of_people`."""
    return {name: _answers(study, trials) for name, trials in groups_of_people(study).items()}


def _answers(study: Study, trials: pd.DataFrame) -> NDArray[np.float64]:
    if trials.empty:
        return np.empty((0, len(study.plan)))
    return by_person(study, trials, "correct")


def by_person(study: Study, trials: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Lay a column of trials out by participant and planned image, (n_people, n_plan); NaN where there is no value."""
    table = trials.pivot_table(index="participant", columns="image", values=column, aggfunc="first", dropna=False)
    return table.reindex(columns=list(study.plan["image"])).astype(float).to_numpy()


def network_right(study: Study, run: Run, regime: str) -> NDArray[np.float64]:
    """Tell where a regime is right in people's 2AFC, (n_plan,), NaN without a classifier; an exact tie is wrong."""
    return right_where(margins(study, run, regime))


def right_where(margins: NDArray[np.floating]) -> NDArray[np.float64]:
    """Tell where margins are above 0; NaN where there is none."""
    return np.where(np.isfinite(margins), margins > 0, np.nan)


def runs_of(study: Study, run: Run | None, others: tuple[str, ...]) -> dict[str, tuple[Run, str]]:
    """Give networks by name, each with its run and regime: those of ``run`` by regime, of others by ``RUN: REGIME``.

    Raises
    ------
    MissingError
        When one of the others is not finished.
    """
    named = {regime: (run, regime) for regime in run.regimes} if run is not None else {}
    for name in others:
        other = study.run(name)
        if not other.complete:
            raise MissingError(f"Run {name!r} of study {study.name!r} is not finished, so that it cannot be compared.")
        named |= {f"{name}: {regime}": (other, regime) for regime in other.regimes}
    return named
