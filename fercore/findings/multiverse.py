"""Which method comes nearest to people, over every choice that could have been made otherwise: a multiverse.

Steegen, Tuerlinckx, Gelman, Vanpaemel, *Increasing transparency through a multiverse analysis*, 2016. The choices are the
threshold, the measure, and what is averaged before maps are compared: those of a condition, as in the paper, those of all people
who saw an image, or nothing, so that every person is compared alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t

from fercore.comparison.binary_maps import LEFT_OUT, mean_map_per_condition
from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import Measure, measures
from fercore.comparison.resamples import known_mean
from fercore.errors import MissingError
from fercore.findings.agreement import MapAgreement, raise_to_zero
from fercore.findings.attention import MeanMaps, condition_numbers, mean_maps, sweep_attention, sweep_images
from fercore.findings.person_agreement import person_agreement
from fercore.humans.click_maps import click_counts
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

THRESHOLDS = tuple(range(10, 251, 10))
"""Thresholds on maps scaled to 0..255."""

UNITS = ("mean maps of conditions", "image by image", "person by person")
"""What maps are compared of, in words."""

AT_A_THRESHOLD = ("dice-50", "iou-50")
"""Measures whose threshold is one of the choices, and that are therefore not among the measures without one."""


EQUAL_AREA = "dice-top20"
"""The measure whose percentage stands in the names of its universes."""

COLUMNS = ("universe", "threshold", "method", "lead", "lead_low", "lead_high", "order")


@dataclass(frozen=True)
class Multiverse:
    """Every universe, and who comes first in it."""

    values: pd.DataFrame
    """universe, threshold (NaN: none), method, value: larger is nearer to people."""
    winners: pd.DataFrame
    """`COLUMNS`: who comes first, and by how much before the second, with the t interval of the paired difference over what the
    universe compares (conditions, images or people; NaN with fewer than two); ``order``, all methods from the first to the last. A
    universe in which nothing can be said, because no map reaches the threshold, has no row."""

    def shares(self) -> pd.Series:
        """Give the share of universes in which each method comes first, the most successful one first."""
        return self.winners["method"].value_counts(normalize=True)

    @property
    def lead_holds(self) -> float:
        """Share of universes in which the interval of the lead leaves out 0; NaN without any."""
        return float((self.winners["lead_low"] > 0).mean())


def multiverse(study: Study, run: Run, agreement: MapAgreement, settings: ComparisonSettings) -> Multiverse:
    """Compare methods in every universe.

    Parameters
    ----------
    study, run
        The study, and the run whose maps are compared.
    agreement
        Their agreement image by image, by the same settings.
    settings
        Percentage of equal areas, level of intervals.

    Raises
    ------
    MissingError
        Without trials, or maps of two methods.
    """
    maps = mean_maps(study, run)
    sweep = sweep_attention(maps)
    if len(sweep.methods) < 2:
        raise MissingError(
            f"Run {run.name!r} has maps of one method only, so nothing can come first. Explain it by another."
        )
    chosen = {name: measure for name, measure in measures(settings).items() if name not in AT_A_THRESHOLD}
    thresholds = list(THRESHOLDS)
    conditions, images = sweep.dice[thresholds], sweep_images(study, run, sweep.methods).dice[thresholds]
    alone = person_agreement(study, run, sweep.methods, chosen)
    cut = {
        UNITS[0]: (conditions, conditions / (2 - conditions)),
        UNITS[1]: (images, images / (2 - images)),
        UNITS[2]: (alone.dice[thresholds], alone.iou[thresholds]),
    }
    uncut = {
        UNITS[0]: _of_conditions(study, maps, chosen),
        UNITS[1]: {name: np.stack([agreement.methods[m][name].own for m in sweep.methods]) for name in chosen},
        UNITS[2]: alone.values,
    }
    found = [
        _Universe(f"{label}, {unit}", float(threshold), values)
        for unit, both in cut.items()
        for label, over in zip(("Dice", "IoU"), both, strict=True)
        for threshold, values in zip(THRESHOLDS, over, strict=True)
    ]
    found += [
        _Universe(f"{_label(name, chosen[name])}, {unit}", np.nan, values if chosen[name].higher_is_better else -values)
        for unit, by_measure in uncut.items()
        for name, values in by_measure.items()
    ]
    winners = [row for universe in found if (row := universe.winner(sweep.methods, settings.ci_level)) is not None]
    values = pd.concat([universe.means(sweep.methods) for universe in found], ignore_index=True)
    return Multiverse(values, pd.DataFrame(winners, columns=list(COLUMNS)))


def multiverse_values(found: Multiverse) -> dict[str, Any]:
    """Give the part ``multiverse`` of the report."""
    kept = ("universe", "threshold", "method", "lead", "order")
    return {
        "n_universes": len(found.winners),
        "shares": found.shares().to_dict(),
        "lead_holds": found.lead_holds,
        "winners": [
            {key: row[key] for key in kept} | {"lead_ci": [row["lead_low"], row["lead_high"]]}
            for row in found.winners.to_dict("records")
        ],
    }


@dataclass(frozen=True)
class _Universe:
    name: str
    threshold: float
    values: NDArray[np.float64]
    """(M, n): of each method what is compared, one by one; larger is nearer to people."""

    def means(self, methods: tuple[str, ...]) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "universe": self.name,
                "threshold": self.threshold,
                "method": list(methods),
                "value": known_mean(self.values),
            }
        )

    def winner(self, methods: tuple[str, ...], level: float) -> tuple[Any, ...] | None:
        """Give `COLUMNS`; None where fewer than two methods have a value."""
        means = known_mean(self.values)
        order = [number for number in np.argsort(-means, kind="stable") if np.isfinite(means[number])]
        if len(order) < 2:
            return None
        first, second = order[:2]
        apart = self.values[first] - self.values[second]
        apart = apart[np.isfinite(apart)]
        margin = np.nan
        if len(apart) > 1:
            margin = float(t.ppf((1 + level) / 2, len(apart) - 1) * apart.std(ddof=1) / np.sqrt(len(apart)))
        lead, middle = float(means[first] - means[second]), float(apart.mean()) if len(apart) else np.nan
        named = [methods[number] for number in order]
        return self.name, self.threshold, named[0], lead, middle - margin, middle + margin, named


def _label(name: str, measure: Measure) -> str:
    return f"{measure.label} (top {measure.settings.top_percent:g} %)" if name == EQUAL_AREA else measure.label


def _of_conditions(study: Study, maps: MeanMaps, chosen: Mapping[str, Measure]) -> dict[str, NDArray[np.float64]]:
    """Compare mean maps of conditions by every measure: (M, C) each. People's clicks are those of all images of a condition."""
    seen = np.where(study.n_correct > 0, condition_numbers(study), LEFT_OUT)
    counts = click_counts(study.attention_trials, study.plan, study.side)
    people = {
        False: MapStack(maps.human),
        True: MapStack(mean_map_per_condition(counts, seen, len(study.label_set.conditions))),
    }
    stacks = [MapStack(raise_to_zero(own)) for own in maps.model.values()]
    found = {}
    for name, measure in chosen.items():
        side = measure.human(people[measure.needs_clicks])
        found[name] = np.stack([measure.pair(side, measure.model(stack)) for stack in stacks])
    return found
