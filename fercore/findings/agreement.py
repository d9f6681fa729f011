"""People's maps against saliency maps image by image, by every measure, between floor and ceiling.

Beyond the paper: it averages maps within conditions, which makes faces alike, and has one measure, which grows with the
areas of the maps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.band import Agreement, Band, HumanMaps, sum_up
from fercore.comparison.measures import Measure, measures
from fercore.comparison.resamples import draw_images
from fercore.errors import MissingError
from fercore.findings.ceiling import people_ceiling, what_people_did
from fercore.humans.click_maps import click_counts
from fercore.machines.runs import Run
from fercore.saliency.maps import PAPER_METHODS
from fercore.settings import ComparisonSettings
from fercore.store import make_key
from fercore.study import Study

VERSION = 1
"""Raised when something else is computed from the same maps and trials."""

_PARTS = [part.name for part in fields(Agreement)]
"""What is kept of each measure, image by image."""

COLUMNS = (
    "method", "measure", "n_images", "mean", "ci_low", "ci_high", "ceiling", "ceiling_low", "ceiling_high",
    "floor", "group_floor", "score", "score_low", "score_high",
)  # fmt: skip
"""One row per method and measure, see `fercore.comparison.band.Band`."""


@dataclass(frozen=True)
class MapAgreement:
    """Agreement of a run's saliency maps with people, image by image."""

    methods: dict[str, dict[str, Agreement]]
    """By method whose maps are there, and by measure, over the images of the plan."""
    ceiling: dict[str, NDArray[np.float64]]
    """By measure, (n_plan,): agreement between halves of people."""
    measures: dict[str, Measure]

    def bands(self, settings: ComparisonSettings) -> dict[str, dict[str, Band]]:
        """Sum up by method and measure; all intervals from the same resamples."""
        n = len(next(iter(self.ceiling.values())))
        draws = draw_images(n, np.random.default_rng(settings.seed), settings.n_bootstrap)
        return {
            method: {
                name: sum_up(own, self.ceiling[name], self.measures[name], draws, settings.ci_level)
                for name, own in by_measure.items()
            }
            for method, by_measure in self.methods.items()
        }

    def table(self, settings: ComparisonSettings) -> pd.DataFrame:
        """Give `COLUMNS`."""
        rows = [
            (
                method, name, band.n_images, band.mean, *band.ci, band.ceiling, *band.ceiling_ci,
                band.floor, band.group_floor, band.score, *band.score_ci,
            )
            for method, by_measure in self.bands(settings).items()
            for name, band in by_measure.items()
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(COLUMNS))


def map_agreement(
    study: Study,
    run: Run | None,
    settings: ComparisonSettings,
    *,
    regime: str | None = None,
    names: Iterable[str] | None = None,
    n_splits: int = 200,
) -> MapAgreement:
    """Compare each saliency map with people's map of the same image, of other images, and people with each other.

    Parameters
    ----------
    study, run
        The study, and the run whose maps are compared.
    settings
        Threshold, percentage, seed of the halves.
    regime
        Whose pair classifiers; the run's first regime with any by default.
    names
        Measures; by default all but the optional ones.
    n_splits
        Random halves of people per image.

    Raises
    ------
    MissingError
        When there are no people, no run, or no saliency maps.

    Notes
    -----
    A saliency map with negative values (evidence against the label, in CAM) is raised to a minimum of 0, which only SIM and
    KL can tell.
    """
    chosen = measures(settings, names)
    if run is None:
        raise MissingError(
            f"Study {study.name!r} has no finished run. Train one: `python -m fercore train {study.name}`."
        )
    _require_people(study)
    compared = _Comparison(study, run, regime, chosen, settings)
    found = {method: own for method in PAPER_METHODS if (own := compared.with_method(method)) is not None}
    if not found:
        raise MissingError(
            f"Run {run.name!r} of study {study.name!r} has no saliency maps yet. "
            f"Make them: `python -m fercore explain {study.name} --run {run.name}`."
        )
    return MapAgreement(found, people_ceiling(study, chosen, settings, n_splits), chosen)


class _Comparison:
    """People's maps against a run's, method by method; kept once worked out, so that people's side is read only when needed."""

    def __init__(
        self, study: Study, run: Run, regime: str | None, chosen: Mapping[str, Measure], settings: ComparisonSettings
    ) -> None:
        self.study, self.run, self.regime, self.chosen, self.settings = study, run, regime, chosen, settings

    @cached_property
    def _human(self) -> HumanMaps:
        return read_human_maps(self.study, self.chosen)

    def with_method(self, method: str) -> dict[str, Agreement] | None:
        """Give agreement by measure; None where the method has no maps."""
        if not self.study.has_maps(self.run, method, self.regime):
            return None
        key = agreement_key(self.study, self.run, method, self.chosen, self.settings, self.regime)
        kept = self.study.maps_store.get(key)
        if kept is not None:
            return {name: Agreement(*kept[name]) for name in self.chosen}
        block = self.study.maps(self.run, method, regime=self.regime)
        if block is None:
            return None
        found = self._human.compare(raise_to_zero(block.maps))
        parts = {name: np.stack([getattr(own, part) for part in _PARTS]) for name, own in found.items()}
        self.study.maps_store.put(key, parts)
        return found


def agreement_key(
    study: Study,
    run: Run,
    method: str,
    chosen: Mapping[str, Measure],
    settings: ComparisonSettings,
    regime: str | None = None,
) -> str:
    """Give the store key of a method's agreement with people: it changes with the maps, what people did and what is measured."""
    maps = study.maps_key(run, method, regime=regime)
    return make_key("agreement", version=VERSION, parts=_PARTS, maps=maps, **what_people_did(study, chosen, settings))


def _require_people(study: Study) -> None:
    if not (study.n_correct > 0).any():
        raise MissingError(f"Nobody who is kept answered correctly in study {study.name!r}, so people have no maps.")


def read_human_maps(study: Study, chosen: Mapping[str, Measure]) -> HumanMaps:
    """Read people's side of all images; raises `MissingError` when nobody answered one correctly."""
    _require_people(study)
    maps, counted = study.attention_maps, study.n_correct > 0
    needs_clicks = any(measure.needs_clicks for measure in chosen.values())
    clicks = click_counts(study.attention_trials, study.plan, study.side) if needs_clicks else None
    return HumanMaps(maps, clicks, counted, chosen)


def raise_to_zero(maps: np.ndarray) -> NDArray[np.floating]:
    """Subtract the minimum from maps (n, height, width) that have negative values."""
    raised: NDArray[np.floating] = maps - np.minimum(maps.min(axis=(1, 2), keepdims=True), 0)
    return raised


def agreement_values(table: pd.DataFrame) -> dict[str, Any]:
    """Give the part ``agreement`` of the report from a `MapAgreement.table`: by method and measure.

    A method of the paper without maps is None.
    """
    return {
        method: {
            row["measure"]: {
                "mean": row["mean"],
                "ci": [row["ci_low"], row["ci_high"]],
                "n_images": row["n_images"],
                "ceiling": row["ceiling"],
                "ceiling_ci": [row["ceiling_low"], row["ceiling_high"]],
                "floor": row["floor"],
                "group_floor": row["group_floor"],
                "score": row["score"],
                "score_ci": [row["score_low"], row["score_high"]],
            }
            for row in table[table["method"] == method].to_dict("records")
        }
        or None
        for method in PAPER_METHODS
    }
