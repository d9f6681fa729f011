"""People's attention maps against saliency maps at every threshold (paper 5.3, Fig. 10).

`mean_maps` averages within conditions, `AttentionSweep` holds Dice at all 256 thresholds and gives, for the threshold
that is chosen, the values per condition and the analyses of variance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.anova import OneWay, one_way_of
from fercore.comparison.band import average
from fercore.comparison.binary_maps import LEFT_OUT, mean_map_per_condition
from fercore.comparison.dice_sweep import DiceSweep, sweep_dice
from fercore.comparison.intervals import Interval
from fercore.comparison.resamples import draw_images, known_mean
from fercore.comparison.tukey import tukey_hsd
from fercore.errors import MissingError
from fercore.labels import LabelSet
from fercore.machines.runs import Run
from fercore.saliency.maps import PAPER_METHODS
from fercore.settings import ComparisonSettings
from fercore.study import Study

PAPER_ORDER = ("extremal-perturbation", "cam", "grad-cam")
"""Order of methods in which the paper reports its pairwise tests; other methods follow."""


@dataclass(frozen=True)
class MeanMaps:
    """Mean maps per condition, in the order of ``label_set.conditions``; NaN where a condition has none."""

    label_set: LabelSet
    human: NDArray[np.float64]
    """(C, side, side): people's attention, in [0, 1]."""
    model: dict[str, NDArray[np.float64]]
    """Per method (C, side, side), as the method gives them, not normalised."""


@dataclass(frozen=True)
class AttentionSweep:
    """Agreement of people with every method at every threshold."""

    label_set: LabelSet
    methods: tuple[str, ...]
    """The M methods whose maps are there, in `PAPER_ORDER`."""
    sweep: DiceSweep
    """Areas and overlaps at thresholds 0..255, (256, M, C)."""

    @cached_property
    def dice(self) -> NDArray[np.float64]:
        """Dice, (256, M, C), NaN where there is none."""
        return self.sweep.dice

    @cached_property
    def mean_dice(self) -> NDArray[np.float64]:
        """Mean over the conditions that have a Dice, (256, M); NaN where none has."""
        return known_mean(self.dice)

    def at(self, threshold: int) -> pd.DataFrame:
        """Give one row per method and condition at a threshold.

        Columns: method, condition, true_label, false_label, dice, human_area, model_area, overlap, largest (the highest
        Dice that the two areas allow, 2 min(a, b) / (a + b)). Areas are shares of the image.
        """
        shape = self.dice.shape[1:]
        human = np.broadcast_to(self.sweep.human_area[threshold], shape)
        model = self.sweep.model_area[threshold]
        total = human + model
        largest = np.divide(2 * np.minimum(human, model), total, out=np.full(shape, np.nan), where=total > 0)
        numbers = {
            "dice": self.dice[threshold].ravel(),
            "human_area": human.ravel(),
            "model_area": model.ravel(),
            "overlap": self.sweep.overlap[threshold].ravel(),
            "largest": largest.ravel(),
        }
        return pd.concat([self._rows, pd.DataFrame(numbers)], axis=1)

    @cached_property
    def _rows(self) -> pd.DataFrame:
        """One row per method and condition: what `at` says of each at every threshold."""
        conditions, n = self.label_set.conditions, len(self.methods)
        return pd.DataFrame(
            {
                "method": np.repeat(np.array(self.methods, dtype=object), len(conditions)).astype(str),
                "condition": [str(c) for c in conditions] * n,
                "true_label": [c.true_label for c in conditions] * n,
                "false_label": [c.false_label for c in conditions] * n,
            }
        )

    def mean_intervals(self, threshold: int, settings: ComparisonSettings) -> dict[str, Interval]:
        """Give the interval of each method's mean Dice at a threshold: bootstrap over conditions."""
        draws = draw_images(self.dice.shape[2], np.random.default_rng(settings.seed), settings.n_bootstrap)
        return {
            method: average(dice, draws, settings.ci_level)[1]
            for method, dice in zip(self.methods, self.dice[threshold], strict=True)
        }

    def dice_matrix(self, method: str, threshold: int) -> NDArray[np.float64]:
        """Give Dice per condition as (L, L), row true label, column false label; NaN on the diagonal."""
        return condition_matrix(self.dice[threshold, self.methods.index(method)], self.label_set)

    def anova(self, threshold: int) -> OneWay:
        """Compare methods over conditions; a condition without Dice is left out of its method."""
        return self._one_way(threshold, "method")

    def tukey(self, threshold: int, level: float = 0.95) -> pd.DataFrame:
        """Compare each pair of methods (columns `fercore.comparison.tukey.COLUMNS`)."""
        return tukey_hsd(self.anova(threshold), level)

    def expression_anova(self, threshold: int) -> OneWay:
        """Compare true labels over conditions and methods together (168 values in the paper)."""
        return self._one_way(threshold, "true_label")

    def _one_way(self, threshold: int, column: str) -> OneWay:
        dice = self.dice[threshold].ravel()
        known = np.isfinite(dice)
        number, names = self._groups[column]
        return one_way_of(dice[known], number[known], names)

    @cached_property
    def _groups(self) -> dict[str, tuple[NDArray[np.intp], np.ndarray]]:
        """Number of each row's group, and the groups' names, by what groups."""
        return {column: pd.factorize(self._rows[column].to_numpy()) for column in ("method", "true_label")}


def mean_maps(study: Study, run: Run, others: tuple[str, ...] = (), regime: str | None = None) -> MeanMaps:
    """Average people's maps and those of a regime's pair classifiers (by default the run's first) within conditions.

    Images that nobody answered correctly have no attention map and are left out of people's means. Of the paper's methods and
    ``others`` those take part whose maps are there.

    Raises
    ------
    MissingError
        When the study has no trials, or the run no saliency maps.
    """
    human = study.attention_maps
    mapped = sorted((m for m in {*PAPER_METHODS, *others} if study.has_maps(run, m, regime)), key=_rank)
    if not mapped:
        raise MissingError(
            f"Run {run.name!r} of study {study.name!r} has no saliency maps yet. "
            f"Make them: `python -m fercore explain {study.name} --run {run.name}`."
        )
    conditions = condition_numbers(study)
    n = len(study.label_set.conditions)
    model = {}
    for method in mapped:
        block = study.maps(run, method, regime=regime)
        if block is not None:
            model[method] = mean_map_per_condition(block.maps, conditions, n)
    seen = np.where(study.n_correct > 0, conditions, LEFT_OUT)
    return MeanMaps(study.label_set, mean_map_per_condition(human, seen, n), model)


def sweep_attention(maps: MeanMaps) -> AttentionSweep:
    """Compare mean maps at all 256 thresholds."""
    return AttentionSweep(
        maps.label_set, tuple(maps.model), sweep_dice(maps.human, np.stack(list(maps.model.values())))
    )


def sweep_images(study: Study, run: Run, methods: Iterable[str]) -> DiceSweep:
    """Compare people's map of each image with the methods' maps of the same image at all thresholds, (256, M, n_plan).

    NaN where nobody answered correctly, or a method has no map.
    """
    human = np.where((study.n_correct > 0)[:, None, None], study.attention_maps, np.nan)
    blocks = (study.maps(run, method) for method in methods)
    return sweep_dice(human, (np.full_like(human, np.nan) if block is None else block.maps for block in blocks))


def condition_numbers(study: Study) -> NDArray[np.intp]:
    """Give the number of each planned image's condition in ``label_set.conditions``, (n_plan,)."""
    numbers = {condition: number for number, condition in enumerate(map(str, study.label_set.conditions))}
    names = study.plan["true_label"] + "|" + study.plan["false_label"]
    return np.array([numbers[name] for name in names], dtype=np.intp)


def condition_matrix(values: NDArray[np.float64], labels: LabelSet) -> NDArray[np.float64]:
    """Lay values of all conditions out as (L, L), row true label, column false label; NaN on the diagonal."""
    matrix = np.full((len(labels), len(labels)), np.nan)
    matrix[~np.eye(len(labels), dtype=bool)] = values  # both go row by row
    return matrix


def _rank(method: str) -> tuple[int, str]:
    return (PAPER_ORDER.index(method) if method in PAPER_ORDER else len(PAPER_ORDER), method)
