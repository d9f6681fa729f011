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

from fercore.comparison.binary_maps import LEFT_OUT, mean_map_per_condition
from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import Measure, measures
from fercore.comparison.resamples import known_mean
from fercore.errors import MissingError
from fercore.findings.agreement import raise_to_zero
from fercore.findings.attention import MeanMaps, condition_numbers, mean_maps, sweep_attention, sweep_images
from fercore.findings.person_agreement import person_agreement
from fercore.humans.click_maps import click_counts
from fercore.machines.runs import Run
from fercore.study import Study

THRESHOLDS = tuple(range(10, 251, 10))
"""Thresholds on maps scaled to 0..255."""

UNITS = ("mean maps of conditions", "image by image", "person by person")
"""What maps are compared of, in words."""

AT_A_THRESHOLD = ("dice-50", "iou-50")
"""Measures whose threshold is one of the choices, and that are therefore not among the measures without one."""


@dataclass(frozen=True)
class Multiverse:
    """Every universe, and who comes first in it."""

    values: pd.DataFrame
    """universe, threshold (NaN: none), method, value: larger is nearer to people."""
    winners: pd.DataFrame
    """universe, threshold, method, lead: who comes first, and by how much before the second. A universe in which nothing can
    be said, because no map reaches the threshold, has no row."""

    def shares(self) -> pd.Series:
        """Give the share of universes in which each method comes first, the most successful one first."""
        return self.winners["method"].value_counts(normalize=True)


def multiverse(study: Study, run: Run, agreement: pd.DataFrame) -> Multiverse:
    """Compare methods in every universe.

    Parameters
    ----------
    study, run
        The study, and the run whose maps are compared.
    agreement
        Their agreement image by image (`fercore.findings.agreement.MapAgreement.table`).

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
    chosen = {name: measure for name, measure in measures().items() if name not in AT_A_THRESHOLD}
    thresholds = list(THRESHOLDS)
    conditions, images = sweep.dice[thresholds], sweep_images(study, run, sweep.methods).dice[thresholds]
    alone = person_agreement(study, run, sweep.methods, chosen)
    cut = {
        UNITS[0]: (known_mean(conditions), known_mean(conditions / (2 - conditions))),
        UNITS[1]: (known_mean(images), known_mean(images / (2 - images))),
        UNITS[2]: (alone.dice[thresholds], alone.iou[thresholds]),
    }
    uncut = {
        UNITS[0]: _of_conditions(study, maps, chosen),
        UNITS[1]: _of_images(agreement, sweep.methods, chosen),
        UNITS[2]: alone.values,
    }
    parts = [
        _over_thresholds(f"{label}, {unit}", values, sweep.methods)
        for unit, both in cut.items()
        for label, values in zip(("Dice", "IoU"), both, strict=True)
    ]
    parts += [
        _without_threshold(f"{chosen[name].label}, {unit}", values, sweep.methods, chosen[name])
        for unit, by_measure in uncut.items()
        for name, values in by_measure.items()
    ]
    values = pd.concat(parts, ignore_index=True)
    return Multiverse(values, _winners(values))


def multiverse_values(found: Multiverse) -> dict[str, Any]:
    """Give the part ``multiverse`` of the report."""
    return {
        "n_universes": len(found.winners),
        "shares": found.shares().to_dict(),
        "winners": found.winners.to_dict("records"),
    }


def _of_conditions(study: Study, maps: MeanMaps, chosen: Mapping[str, Measure]) -> dict[str, NDArray[np.float64]]:
    """Compare mean maps of conditions by every measure: (M,) each. People's clicks are those of all images of a condition."""
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
        found[name] = np.array([known_mean(measure.pair(side, measure.model(stack))) for stack in stacks])
    return found


def _of_images(
    agreement: pd.DataFrame, methods: tuple[str, ...], chosen: Mapping[str, Measure]
) -> dict[str, NDArray[np.float64]]:
    means = agreement.pivot_table(index="measure", columns="method", values="mean", dropna=False).reindex(
        index=list(chosen), columns=list(methods)
    )
    return {name: means.loc[name].to_numpy(float) for name in chosen}


def _without_threshold(
    universe: str, values: NDArray[np.float64], methods: tuple[str, ...], measure: Measure
) -> pd.DataFrame:
    sign = 1.0 if measure.higher_is_better else -1.0
    return pd.DataFrame({"universe": universe, "threshold": np.nan, "method": list(methods), "value": sign * values})


def _over_thresholds(universe: str, means: NDArray[np.float64], methods: tuple[str, ...]) -> pd.DataFrame:
    """Lay (n_thresholds, M) out."""
    return pd.DataFrame(
        {
            "universe": universe,
            "threshold": np.repeat(np.array(THRESHOLDS, float), len(methods)),
            "method": list(methods) * len(THRESHOLDS),
            "value": means.ravel(),
        }
    )


def _winners(values: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (universe, threshold), own in values.dropna(subset=["value"]).groupby(
        ["universe", "threshold"], sort=False, dropna=False
    ):
        ordered = own.sort_values("value", ascending=False)
        lead = float(ordered["value"].iloc[0] - ordered["value"].iloc[1]) if len(ordered) > 1 else np.nan
        if len(ordered) > 1:
            rows.append((universe, threshold, ordered["method"].iloc[0], lead))
    return pd.DataFrame(rows, columns=["universe", "threshold", "method", "lead"])
