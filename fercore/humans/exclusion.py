"""Who is left out of the analysis, and why (paper 4.1).

In this order: (a) participants who miss a whole block, or more planned trials than allowed; (b) those whose accuracy is
more than three sample SDs (ddof 1) below the mean of the participants that (a) leaves. (b) is applied once. The paper
names its two cases (a skipped block, an outlier at 3 SDs) but not the order of the rules; it is this one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fercore import tables
from fercore.settings import ExclusionSettings


@dataclass(frozen=True)
class Exclusion:
    """The outcome of the exclusion rules."""

    kept: tuple[str, ...]
    """Participants that stay, sorted."""
    participants: pd.DataFrame
    """One row per participant, sorted: participant, n_trials, n_missing, accuracy (of the trials that are there), z
    (SDs from the mean of those that rule (a) leaves; NaN for the others), kept, reason (empty for those kept)."""
    cutoff: float
    """Accuracy below which rule (b) leaves a participant out; NaN when it cannot be computed."""
    note: str
    """What the reader should know about the rules here; empty when there is nothing."""


def exclude(trials: pd.DataFrame, plan: pd.DataFrame, settings: ExclusionSettings) -> Exclusion:
    """Apply the exclusion rules.

    Parameters
    ----------
    trials
        `tables.TRIALS`, of all participants; may be empty.
    plan
        `tables.PLAN`: the trials that everybody should have.
    settings
        Allowed missing trials and the cut-off in SDs.
    """
    tables.require_columns(trials, ("participant", "block", "image", "correct"), "The trial table")
    of_participant = trials.groupby("participant", sort=True)
    planned = trials["image"].where(trials["image"].isin(plan["image"]))
    people = pd.DataFrame(
        {
            "n_trials": of_participant.size(),
            "n_missing": len(plan) - planned.groupby(trials["participant"]).nunique(),
            "accuracy": of_participant["correct"].mean().astype(float),
        }
    ).reset_index(names="participant")
    n_missing = people["n_missing"].to_numpy(dtype=int)
    gaps = _missing_blocks(trials, people["participant"])
    incomplete = (n_missing > settings.max_missing_trials) | np.array([len(gap) > 0 for gap in gaps], dtype=bool)
    left = people.loc[~incomplete, "accuracy"]
    mean, sd = float(left.mean()), float(left.std(ddof=1))
    cutoff = mean - settings.sd_cutoff * sd
    spread = sd if sd > 0 else math.nan
    people["z"] = ((people["accuracy"] - mean) / spread).where(~incomplete)
    outlier = ~incomplete & (people["accuracy"] < cutoff).to_numpy()
    people["kept"] = ~incomplete & ~outlier
    reasons = [""] * len(people)
    for row in np.flatnonzero(incomplete):
        reasons[row] = _missing_reason(int(n_missing[row]), len(plan), gaps[row])
    for row in np.flatnonzero(outlier):
        reasons[row] = (
            f"accuracy {people['accuracy'].iloc[row]:.3f} is more than {settings.sd_cutoff:g} SD below the mean "
            f"{mean:.3f} (cut-off {cutoff:.3f})"
        )
    people["reason"] = pd.Series(reasons, index=people.index, dtype="str")
    kept = tuple(people.loc[people["kept"], "participant"])
    return Exclusion(kept, people, cutoff, _note(len(left), settings.sd_cutoff))


def _missing_blocks(trials: pd.DataFrame, participants: pd.Series) -> list[list[int]]:
    """Give, per participant, the blocks that others have and they have not."""
    number, blocks = pd.factorize(trials["block"], sort=True)
    there = np.zeros((len(participants), len(blocks)), dtype=bool)
    there[pd.Index(participants).get_indexer(pd.Index(trials["participant"])), number] = True
    return [[int(block) for block in blocks[~own]] for own in there]


def _missing_reason(n_missing: int, n_planned: int, blocks: list[int]) -> str:
    reason = f"{n_missing} of {n_planned} planned trials are missing"
    if not blocks:
        return reason
    names = ", ".join(map(str, blocks))
    return f"{reason}; {'blocks' if len(blocks) > 1 else 'block'} {names} missing as a whole"


def _note(n: int, sd_cutoff: float) -> str:
    """Say when the SD rule cannot fire: the largest possible z of n values is (n - 1) / sqrt(n)."""
    if n and (n - 1) / math.sqrt(n) <= sd_cutoff:
        return (
            f"With {n} participant(s) nobody can lie more than {sd_cutoff:g} SD below the mean "
            f"(the largest possible distance is {(n - 1) / math.sqrt(n):.2f} SD), so the accuracy rule cannot leave anybody out."
        )
    return ""
