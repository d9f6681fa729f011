"""Saliency methods compared at equal area, image by image: what stands beside the paper's Dice of mean maps at a threshold.

At a threshold Dice mostly tells how large maps are, and mean maps of any two faces look alike. Here each map of people and
of a method keeps the same share of its pixels, the largest ones, and each image is scored by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.band import Agreement, Band, average, sum_up
from fercore.comparison.measures import measures
from fercore.comparison.mixed_model import MixedModel, mixed_model
from fercore.comparison.rank_tests import KruskalWallis, kruskal_wallis
from fercore.comparison.resamples import draw_images
from fercore.comparison.two_way import two_way
from fercore.errors import MissingError
from fercore.findings.agreement import raise_to_zero, read_human_maps
from fercore.findings.attention import condition_matrix, condition_numbers, mean_maps, sweep_attention
from fercore.findings.ceiling import people_ceiling
from fercore.findings.dice_tests import REFERENCE, mixed_values
from fercore.findings.units_of_analysis import CONDITION, UnitAnalysis, compare_methods, unit_values
from fercore.labels import LabelSet
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

MEASURE = "dice-top20"


@dataclass(frozen=True)
class EqualArea:
    """Dice with people of M methods in C conditions, each map cut to its top percentage."""

    label_set: LabelSet
    methods: tuple[str, ...]
    """In the order in which the paper reports them."""
    percent: float
    """Share of the pixels that each map keeps."""
    of_mean_maps: NDArray[np.float64]
    """(M, C): of the mean maps of a condition; NaN where either is missing."""
    of_images: NDArray[np.float64]
    """(M, C): mean over the images of a condition, each scored by itself."""
    of_images_ci: NDArray[np.float64]
    """(M, C, 2): its interval, bootstrap over the images of the condition; NaN with fewer than two."""
    images: pd.DataFrame
    """One row per method: method, mean, ci_low, ci_high (bootstrap over images), floor (with people's maps of other images),
    n_images."""
    sweep_area: NDArray[np.float64]
    """(M,): area under mean Dice over all thresholds, in [0, 1]; NaN where there is none at any."""
    within: UnitAnalysis | None
    """Methods within conditions, by ``of_images``; None with fewer than two complete conditions or methods."""
    mixed: MixedModel
    """``value ~ method + (1 | condition)``, by ``of_images``."""
    method_by_expression: pd.DataFrame
    """`fercore.comparison.two_way.COLUMNS`: whether methods differ alike for every true label."""
    expressions: KruskalWallis
    """True labels by ranks, on one value per condition: the mean of its methods."""
    by_image: tuple[Agreement, ...] = field(repr=False)
    """Image by image, one per method."""

    def bands(self, ceiling: NDArray[np.float64], settings: ComparisonSettings) -> dict[str, Band]:
        """Sum each method up over images between floor and ceiling, all in the same resamples.

        Parameters
        ----------
        ceiling
            (n_plan,), from `equal_area_image_ceilings`.
        settings
            Level of intervals, resampling.
        """
        draws = draw_images(len(ceiling), np.random.default_rng(settings.seed), settings.n_bootstrap)
        measure = measures(settings, [MEASURE])[MEASURE]
        return {
            method: sum_up(found, ceiling, measure, draws, settings.ci_level)
            for method, found in zip(self.methods, self.by_image, strict=True)
        }

    def matrix(self, method: str) -> NDArray[np.float64]:
        """Give Dice of mean maps per condition as (L, L), row true label, column false label; NaN on the diagonal."""
        return condition_matrix(self.of_mean_maps[self.methods.index(method)], self.label_set)

    def image_matrix(self, method: str) -> NDArray[np.float64]:
        """Give the same of the images, each scored by itself."""
        return condition_matrix(self.of_images[self.methods.index(method)], self.label_set)


def equal_area(study: Study, run: Run, settings: ComparisonSettings, others: tuple[str, ...] = ()) -> EqualArea:
    """Compare the paper's methods and ``others`` at equal area; raises `MissingError` without people or saliency maps."""
    maps = mean_maps(study, run, others)
    sweep = sweep_attention(maps)
    dice = measures(settings, [MEASURE])
    by_image = _image_by_image(study, run, sweep.methods, settings)
    numbers = condition_numbers(study)
    n_conditions = len(study.label_set.conditions)
    of_images = np.stack([_mean_per_condition(found.own, numbers, n_conditions) for found in by_image])
    table = _long(of_images, sweep.methods, study.label_set)
    by_condition = table.groupby(["unit", "true_label"], sort=False)["dice"].mean().reset_index()
    reference = REFERENCE if REFERENCE in sweep.methods else sweep.methods[0]
    return EqualArea(
        label_set=study.label_set,
        methods=sweep.methods,
        percent=settings.top_percent,
        of_mean_maps=np.stack([dice[MEASURE](maps.human, maps.model[method]) for method in sweep.methods]),
        of_images=of_images,
        of_images_ci=np.stack(
            [_bounds_per_condition(found.own, numbers, n_conditions, settings) for found in by_image]
        ),
        images=_images(by_image, sweep.methods, settings),
        sweep_area=np.array([_mean(own) for own in sweep.mean_dice.T]),
        within=compare_methods(CONDITION, table, sweep.methods, settings) if len(sweep.methods) > 1 else None,
        mixed=mixed_model(table, "dice", "unit", "method", reference, settings.ci_level),
        method_by_expression=two_way(table, "dice", "method", "true_label"),
        expressions=kruskal_wallis(by_condition, "dice", "true_label"),
        by_image=tuple(by_image),
    )


def equal_area_ceilings(study: Study, settings: ComparisonSettings) -> NDArray[np.float64]:
    """Give the ceiling at equal area per condition: halves of people, mean over its images, (C,)."""
    by_image = equal_area_image_ceilings(study, settings)
    return _mean_per_condition(by_image, condition_numbers(study), len(study.label_set.conditions))


def equal_area_image_ceilings(study: Study, settings: ComparisonSettings) -> NDArray[np.float64]:
    """Give the ceiling at equal area of each image, (n_plan,)."""
    return people_ceiling(study, measures(settings), settings)[MEASURE]


def equal_area_part(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, Any]:
    """Give the part ``equal_area`` of the report; raises `MissingError` as `equal_area` does, and without a run."""
    if run is None:
        raise MissingError(f"Study {study.name!r} has no finished run whose maps could be compared.")
    found = equal_area(study, run, settings)
    bands = found.bands(equal_area_image_ceilings(study, settings), settings)
    of_people = next(iter(bands.values()))
    return {
        "percent": found.percent,
        "ceiling": of_people.ceiling,
        "ceiling_ci": of_people.ceiling_ci,
        "ceiling_by_condition": condition_matrix(equal_area_ceilings(study, settings), study.label_set),
        "methods": {
            row["method"]: {
                "mean": row["mean"],
                "ci": [row["ci_low"], row["ci_high"]],
                "floor": row["floor"],
                "score": bands[row["method"]].score,
                "score_ci": bands[row["method"]].score_ci,
                "n_images": row["n_images"],
                "dice_by_condition": found.image_matrix(row["method"]),
                "mean_maps": _mean(found.of_mean_maps[number]),
                "mean_maps_by_condition": found.matrix(row["method"]),
                "sweep_area": found.sweep_area[number],
            }
            for number, row in enumerate(found.images.to_dict("records"))
        },
        "within": unit_values(found.within) if found.within else None,
        "mixed_model": mixed_values(found.mixed),
        "method_by_expression": found.method_by_expression.to_dict("records"),
        "expressions": {"H": found.expressions.H, "df": found.expressions.df, "p": found.expressions.p},
    }


def _image_by_image(study: Study, run: Run, methods: tuple[str, ...], settings: ComparisonSettings) -> list[Agreement]:
    human = read_human_maps(study, measures(settings, [MEASURE]))
    found = []
    for method in methods:
        block = study.maps(run, method)
        if block is None:
            raise MissingError(f"Run {run.name!r} has lost its maps by {method!r}. Explain it again.")
        found.append(human.compare(raise_to_zero(block.maps))[MEASURE])
    return found


def _images(by_image: list[Agreement], methods: tuple[str, ...], settings: ComparisonSettings) -> pd.DataFrame:
    draws = draw_images(len(by_image[0].own), np.random.default_rng(settings.seed), settings.n_bootstrap)
    rows = []
    for method, found in zip(methods, by_image, strict=True):
        mean, ci = average(found.own, draws, settings.ci_level)
        rows.append((method, mean, *ci, _mean(found.floor), int(np.isfinite(found.own).sum())))
    return pd.DataFrame(rows, columns=["method", "mean", "ci_low", "ci_high", "floor", "n_images"])


def _long(of_images: NDArray[np.float64], methods: tuple[str, ...], labels: LabelSet) -> pd.DataFrame:
    conditions = labels.conditions
    return pd.DataFrame(
        {
            "unit": [str(condition) for condition in conditions] * len(methods),
            "true_label": [condition.true_label for condition in conditions] * len(methods),
            "method": np.repeat(np.array(methods, dtype=object), len(conditions)).astype(str),
            "dice": of_images.ravel(),
        }
    )


def _mean_per_condition(values: NDArray[np.float64], numbers: np.ndarray, n_conditions: int) -> NDArray[np.float64]:
    return np.array([_mean(values[numbers == number]) for number in range(n_conditions)])


def _bounds_per_condition(
    values: NDArray[np.float64], numbers: np.ndarray, n_conditions: int, settings: ComparisonSettings
) -> NDArray[np.float64]:
    bounds = []
    for number in range(n_conditions):
        own = values[numbers == number]
        draws = draw_images(len(own), np.random.default_rng(settings.seed), settings.n_bootstrap)
        bounds.append(average(own, draws, settings.ci_level)[1])
    return np.array(bounds)


def _mean(values: NDArray[np.float64]) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.nan
