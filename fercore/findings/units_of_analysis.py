"""How the comparison of methods depends on what counts as one observation: a condition, an image, or a participant.

Beyond the paper, which takes 56 conditions under three methods as 168 independent values.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.anova import OneWay, one_way
from fercore.comparison.assumptions import Assumptions, check_assumptions
from fercore.comparison.binary_maps import binarise, scale_map
from fercore.comparison.crossed import Crossed, cross
from fercore.comparison.effect_sizes import kendall_w_interval
from fercore.comparison.intervals import Interval
from fercore.comparison.mixed_model import MixedModel, mixed_model
from fercore.comparison.paired import paired_contrasts
from fercore.comparison.rank_tests import Friedman, friedman
from fercore.comparison.repeated_measures import RepeatedMeasures, repeated_measures
from fercore.comparison.tukey import tukey_hsd
from fercore.errors import MissingError
from fercore.findings.attention import mean_maps, sweep_attention, sweep_images
from fercore.findings.dice_tests import (
    REFERENCE,
    assumption_values,
    contrast_values,
    explained_interval,
    friedman_values,
    mixed_values,
    repeated_values,
    tukey_values,
)
from fercore.humans.click_maps import participant_maps
from fercore.machines.runs import Run
from fercore.saliency.maps import METHOD_LABELS
from fercore.settings import ComparisonSettings
from fercore.study import Study

CONDITION, IMAGE, PARTICIPANT = "condition", "image", "participant"
UNITS = {
    CONDITION: "mean maps of people and method per condition, as in the paper",
    IMAGE: "people's map of an image against the method's map of the same image",
    PARTICIPANT: "one person's click maps against the method's maps, mean over the images answered correctly",
}
"""What is one observation, in words: that of which Dice is taken."""

LARGEST_GRID = 64
"""Largest side of the maps that single participants are compared on, in cells; larger ones are made smaller."""


@dataclass(frozen=True)
class UnitAnalysis:
    """Methods compared over one kind of observation."""

    unit: str
    """One of `UNITS`."""
    values: pd.DataFrame
    """unit, method, dice: one row per observation and method."""
    crossed: Crossed
    """The same, complete observations only."""
    independent: OneWay
    """Methods as if all values were independent of each other, as the paper takes them."""
    repeated: RepeatedMeasures
    """Methods within observations."""
    eta_squared_partial_ci: Interval
    ranks: Friedman
    kendall_w_ci: Interval
    """Bootstrap over observations."""
    contrasts: pd.DataFrame
    """Pairs of methods within observations, p by Holm."""
    assumptions: Assumptions
    ci_level: float

    @cached_property
    def tukey(self) -> pd.DataFrame:
        """Pairs of methods as if all values were independent (`fercore.comparison.tukey.COLUMNS`), as the paper takes them."""
        return tukey_hsd(self.independent, self.ci_level)

    @cached_property
    def mixed(self) -> MixedModel:
        """``dice ~ method + (1 | observation)``, which keeps observations that lack a method."""
        levels = self.crossed.levels
        reference = REFERENCE if REFERENCE in levels else levels[0]
        return mixed_model(self.values, "dice", "unit", "method", reference, self.ci_level)

    @property
    def first(self) -> str:
        """The method with the largest mean over complete observations."""
        return self.crossed.levels[int(self.crossed.values.mean(axis=0).argmax())]

    def in_words(self, tests: pd.DataFrame, p: str) -> str:
        """Say which methods tests (as in `apart`) tell apart: "EP above CAM; Grad-CAM and CAM not apart"."""
        apart = self.apart(tests, p)
        below = {a: [METHOD_LABELS.get(lower, lower) for higher, lower in apart if higher == a] for a, _ in apart}
        told = [f"{METHOD_LABELS.get(a, a)} above {' and '.join(names)}" for a, names in below.items()]
        pairs = list(zip(tests["a"], tests["b"], strict=True))
        together = [(a, b) for a, b in pairs if (a, b) not in apart and (b, a) not in apart]
        named = (f"{METHOD_LABELS.get(a, a)} and {METHOD_LABELS.get(b, b)} not apart" for a, b in together)
        return "; ".join([*told, *named])

    def apart(self, tests: pd.DataFrame, p: str) -> list[tuple[str, str]]:
        """Give the pairs of methods, the larger mean first, that tests (a, b, difference and the column ``p``) tell apart."""
        own = tests[tests[p] < 1 - self.ci_level].to_dict("records")
        return [(row["a"], row["b"]) if row["difference"] > 0 else (row["b"], row["a"]) for row in own]


def analyse_units(study: Study, run: Run, settings: ComparisonSettings) -> dict[str, UnitAnalysis]:
    """Compare methods by Dice at the threshold, over each kind of observation.

    Returns
    -------
    dict
        By unit; one in which fewer than two observations are complete is not there.

    Raises
    ------
    MissingError
        Without trials, or maps of two methods.
    """
    sweep = sweep_attention(mean_maps(study, run))
    if len(sweep.methods) < 2:
        raise MissingError(
            f"Run {run.name!r} has maps of one method only, so there is nothing to compare. Explain it by another."
        )
    by_condition = sweep.at(settings.threshold)[["condition", "method", "dice"]].rename(columns={"condition": "unit"})
    by_image = sweep_images(study, run, sweep.methods).dice[settings.threshold].T
    tables = {
        CONDITION: by_condition,
        IMAGE: _long(list(study.plan["image"]), sweep.methods, by_image),
        PARTICIPANT: _of_participants(study, sweep.methods, _binary(study, run, sweep.methods, settings.threshold)),
    }
    found = {unit: compare_methods(unit, table, sweep.methods, settings) for unit, table in tables.items()}
    return {unit: analysis for unit, analysis in found.items() if analysis is not None}


def compare_methods(
    unit: str, table: pd.DataFrame, methods: tuple[str, ...], settings: ComparisonSettings
) -> UnitAnalysis | None:
    """Compare methods over observations (columns unit, method, dice); None with fewer than two complete ones."""
    crossed = cross(table, "dice", "unit", "method", methods)
    if len(crossed.values) < 2:
        return None
    repeated = repeated_measures(crossed)
    rng = np.random.default_rng(settings.seed)
    return UnitAnalysis(
        unit=unit,
        values=table,
        crossed=crossed,
        independent=one_way(table, "dice", "method"),
        repeated=repeated,
        eta_squared_partial_ci=explained_interval(repeated, settings),
        ranks=friedman(crossed),
        kendall_w_ci=kendall_w_interval(crossed, rng, n_resamples=settings.n_bootstrap, level=settings.ci_level),
        contrasts=paired_contrasts(crossed, settings.ci_level),
        assumptions=check_assumptions(crossed),
        ci_level=settings.ci_level,
    )


def units_part(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, dict[str, Any]]:
    """Give the part ``units`` of the report by unit of analysis; raises `MissingError` as `analyse_units` does."""
    if run is None:
        raise MissingError(f"Study {study.name!r} has no finished run whose maps could be compared.")
    return {unit: unit_values(found) for unit, found in analyse_units(study, run, settings).items()}


def unit_values(found: UnitAnalysis) -> dict[str, Any]:
    """Give the numbers of one unit of analysis as the report has them."""
    independent = found.independent
    return {
        "means": dict(zip(found.crossed.levels, found.crossed.values.mean(axis=0), strict=True)),
        "independent": {
            "F": independent.F, "df": [independent.df_between, independent.df_within], "p": independent.p,
            "eta_squared": independent.eta_squared, "omega_squared": independent.omega_squared,
        },
        "tukey": tukey_values(found.tukey),
        "rm_anova": repeated_values(found.repeated, found.eta_squared_partial_ci),
        "friedman": friedman_values(found.ranks, found.kendall_w_ci),
        "mixed_model": mixed_values(found.mixed),
        "holm": contrast_values(found.contrasts),
        "conclusion": {
            "independent": found.in_words(found.tukey, "p"),
            "within": found.in_words(found.contrasts, "p_holm"),
        },
        "assumptions": assumption_values(found.assumptions),
    }  # fmt: skip


def _binary(study: Study, run: Run, methods: tuple[str, ...], threshold: int) -> NDArray[np.bool_]:
    """Cut the methods' maps: (M, n_plan, s, s); all False where there is no map."""
    cut = []
    for method in methods:
        block = study.maps(run, method)
        assert block is not None  # the sweep has it
        there = np.asarray(np.isfinite(block.maps).all(axis=(1, 2)))[:, None, None]
        cut.append(binarise(scale_map(np.where(there, block.maps, 0)), threshold) & there)
    return np.stack(cut)


def _of_participants(study: Study, methods: tuple[str, ...], model: NDArray[np.bool_]) -> pd.DataFrame:
    grid = min(study.side, LARGEST_GRID)
    maps, correct = participant_maps(study.kept_trials, study.plan, study.side, study.radius_px, grid=grid)
    small = np.stack([_smaller(each, grid) for own in model for each in own]).reshape(*model.shape[:2], grid * grid)
    dice = np.full((*maps.shape[:2], len(methods)), np.nan)
    for image in range(maps.shape[1]):
        own = maps[:, image].reshape(len(maps), -1).astype(np.float32)
        other = small[:, image].astype(np.float32)
        total = own.sum(axis=1)[:, None] + other.sum(axis=1)
        dice[:, image] = np.divide(2 * own @ other.T, total, out=np.full_like(total, np.nan), where=total > 0)
    dice[~correct] = np.nan
    known = np.isfinite(dice)
    mean = np.divide(
        np.nan_to_num(dice).sum(axis=1),
        known.sum(axis=1),
        out=np.full(dice.shape[::2], np.nan),
        where=known.any(axis=1),
    )
    return _long(sorted(study.kept_trials["participant"].unique()), methods, mean)


def _smaller(mask: NDArray[np.bool_], grid: int) -> NDArray[np.bool_]:
    if len(mask) == grid:
        return mask
    return np.asarray(cv2.resize(mask.astype(np.uint8), (grid, grid), interpolation=cv2.INTER_NEAREST), dtype=bool)


def _long(units: list[str], methods: tuple[str, ...], dice: NDArray[np.float64]) -> pd.DataFrame:
    """Lay (n_units, M) out as unit, method, dice."""
    return pd.DataFrame(
        {"unit": np.repeat(units, len(methods)), "method": list(methods) * len(units), "dice": dice.ravel()}
    )
