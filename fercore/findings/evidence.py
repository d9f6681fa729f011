"""What a study has found that claims are decided by: worked out once, and only when a claim asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from fercore.comparison.crossed import Crossed, cross
from fercore.errors import MissingError
from fercore.findings.agreement import MapAgreement, map_agreement
from fercore.findings.attention import AttentionSweep, mean_maps, sweep_attention
from fercore.findings.confusions import confusion_part
from fercore.findings.dice_tests import dice_tests
from fercore.findings.multiverse import Multiverse, multiverse
from fercore.findings.networks import Readout, readouts
from fercore.findings.people import People, people
from fercore.findings.trial_relations import TrialRelations, trial_relations
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

HOLDS, IN_PART, FAILS, UNKNOWN = "holds", "holds only in part", "does not hold", "cannot be told"
VERDICTS: Final = (HOLDS, IN_PART, FAILS, UNKNOWN)

_PARTS: Final[dict[str, Callable[[Study, Run | None, ComparisonSettings], Any]]] = {
    "confusion": confusion_part,
    "tests": dice_tests,
}


@dataclass(frozen=True)
class Decision:
    """What a study says about one claim."""

    ours: str
    """The paper's statistic on the study."""
    rigorous: str
    """What stands beside it."""
    verdict: str
    """One of `VERDICTS`."""
    because: str
    """In a few words, without a full stop."""


class Evidence:
    """A study, a run, and what they have found. Everything raises `MissingError` where the study does not have it.

    Parameters
    ----------
    study, run, settings
        What is looked at.
    parts
        Parts of the report that are there already, by key; None for those that the study does not have.
    maps
        Agreement of maps by method and measure (`MapAgreement.table`) with its multiverse, where they are there already.
    """

    def __init__(
        self,
        study: Study,
        run: Run | None,
        settings: ComparisonSettings,
        parts: Mapping[str, Any] | None = None,
        maps: tuple[pd.DataFrame, Multiverse] | None = None,
    ) -> None:
        self.study, self._run, self.settings = study, run, settings
        self._parts: dict[str, Any] = dict(parts or {})
        self._maps = maps

    @property
    def alpha(self) -> float:
        """Below it p counts as significant."""
        return 1 - self.settings.ci_level

    def rng(self) -> np.random.Generator:
        """Give a source of resampling, the same for every claim."""
        return np.random.default_rng(self.settings.seed)

    @property
    def chosen_run(self) -> Run | None:
        """The run, or None."""
        return self._run

    @property
    def run(self) -> Run:
        """The run."""
        if self._run is None:
            raise MissingError(f"Study {self.study.name!r} has no finished run")
        return self._run

    def part(self, key: str) -> Any:
        """Give a part of the report."""
        if key not in self._parts:
            self._parts[key] = _PARTS[key](self.study, self._run, self.settings)
        if self._parts[key] is None:
            raise MissingError(f"Study {self.study.name!r} does not have what the part {key!r} of the report needs")
        return self._parts[key]

    @cached_property
    def people(self) -> People:
        """What people answered."""
        return people(self.study, self.settings)

    @cached_property
    def relations(self) -> TrialRelations:
        """How clicks, time and accuracy go together over single trials, people and images as random."""
        return trial_relations(self.study, self.settings)

    @cached_property
    def _readouts(self) -> dict[str, dict[str, Readout]]:
        return readouts(self.study, self.run, self.settings)

    def readout(self, regime: str, rule: str, split: str = "experimental") -> Readout:
        """Give the answers of a regime, among which there are those by a rule."""
        self.require_regime(regime)
        found = self._readouts[regime].get(split)
        if found is None or rule not in found.winners:
            raise MissingError(f"{regime!r} gave no answers by {rule!r} to {split} images")
        return found

    def require_regime(self, regime: str) -> None:
        """Raise `MissingError` where the run was not trained by a regime."""
        if regime not in self.run.regimes:
            raise MissingError(f"run {self.run.name!r} has no regime {regime!r}")

    @property
    def fixed_epochs(self) -> str:
        """The regime with a fixed number of epochs."""
        names = [name for name in self.run.regimes if name.startswith("epochs-")]
        if not names:
            raise MissingError(
                f"run {self.run.name!r} has no regime with a fixed number of epochs, such as 'epochs-30'"
            )
        return names[0]

    @cached_property
    def sweep(self) -> AttentionSweep:
        """Dice of mean maps at every threshold."""
        return sweep_attention(mean_maps(self.study, self.run))

    def require_methods(self, *methods: str) -> None:
        """Raise `MissingError` where a method has no maps."""
        lost = [method for method in methods if method not in self.sweep.methods]
        if lost:
            raise MissingError(f"run {self.run.name!r} has no maps by {lost[0]!r}")

    @cached_property
    def dice(self) -> pd.DataFrame:
        """Dice per method and condition at the threshold, see `AttentionSweep.at`."""
        return self.sweep.at(self.settings.threshold)

    @cached_property
    def crossed(self) -> Crossed:
        """The same, conditions by methods."""
        return cross(self.dice, "dice", "condition", "method", self.sweep.methods)

    @cached_property
    def images(self) -> MapAgreement:
        """Agreement of maps with people's, image by image."""
        return map_agreement(self.study, self._run, self.settings)

    @cached_property
    def agreement(self) -> pd.DataFrame:
        """The same summed up by method and measure, see `MapAgreement.table`."""
        return self._maps[0] if self._maps is not None else self.images.table(self.settings)

    @cached_property
    def universes(self) -> Multiverse:
        """Which method comes first under every choice."""
        return self._maps[1] if self._maps is not None else multiverse(self.study, self.run, self.images, self.settings)


def side(interval: tuple[float, float]) -> int:
    """Tell on which side of 0 an interval lies: 1, -1, or 0 where it holds 0 or is not there."""
    return int(interval[0] > 0) - int(interval[1] < 0)
