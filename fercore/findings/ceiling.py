"""How well people agree with each other about where to look: the ceiling of any model, and how it grows with their number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.band import average, ceiling, draw_images
from fercore.comparison.halves import Crowd, half_agreement
from fercore.comparison.measures import Measure, measures
from fercore.comparison.reliability import spearman_brown
from fercore.errors import MissingError
from fercore.humans.click_maps import click_maps
from fercore.humans.clicks import read_clicks
from fercore.settings import ComparisonSettings
from fercore.store import make_key
from fercore.study import Study

VERSION = 1
"""Raised when something else is computed from the same trials."""


def people_ceiling(
    study: Study, chosen: Mapping[str, Measure], settings: ComparisonSettings, n_splits: int = 200
) -> dict[str, NDArray[np.float64]]:
    """Give the ceiling of each measure image by image, (n_plan,); kept once it is worked out."""
    key = ceiling_key(study, chosen, settings, n_splits)
    found = study.maps_store.get(key)
    if found is None:
        found = ceiling(_crowds(study), chosen, np.random.default_rng(settings.seed), n_splits)
        study.maps_store.put(key, found)
    return found


def ceiling_key(study: Study, chosen: Mapping[str, Measure], settings: ComparisonSettings, n_splits: int = 200) -> str:
    """Give the store key of people's ceilings: it changes with whatever people did, and with whatever is measured."""
    seen = pd.util.hash_pandas_object(
        study.attention_trials[["participant", "image", "correct", "clicks"]], index=False
    )
    return make_key(
        "ceiling",
        version=VERSION,
        measures=list(chosen),
        threshold=settings.threshold,
        top_percent=settings.top_percent,
        seed=settings.seed,
        n_splits=n_splits,
        plan=study.plan_digest,
        side=study.side,
        radius_px=study.radius_px,
        trials=hashlib.sha256(seen.to_numpy().tobytes()).hexdigest(),
    )


def people_needed(study: Study, name: str, settings: ComparisonSettings, n_splits: int = 200) -> pd.DataFrame:
    """Tell how agreement between people grows with their number.

    Parameters
    ----------
    study
        The study.
    name
        A measure.
    settings
        Seed, resampling, level of intervals.
    n_splits
        Random pairs of groups per image.

    Returns
    -------
    pandas.DataFrame
        One row per number of people: ``n_people`` in each of two groups that share nobody, ``agreement`` between their maps
        with ``ci_low`` and ``ci_high`` (bootstrap over images), ``n_images``, ``extrapolated``. Measured up to the largest
        groups that at least half of the images allow, always over those images. For correlations Spearman and Brown's
        formula continues to four times as many, from the largest groups measured; for other measures nobody knows.

    Raises
    ------
    MissingError
        When there are fewer than two people.
    """
    (measure,) = measures(settings, [name]).values()
    crowds = list(_crowds(study))
    sizes = np.array([len(crowd.seen) for crowd in crowds if len(crowd.seen) > 1])
    if len(sizes) == 0:
        raise MissingError(f"No image of study {study.name!r} was answered correctly by two people or more.")
    largest = int(np.sort(sizes)[(len(sizes) - 1) // 2]) // 2
    chosen = [crowd for crowd in crowds if len(crowd.seen) >= 2 * largest]
    by_size: dict[int, NDArray[np.float64]] = {}
    for size in range(1, largest + 1):
        rng = np.random.default_rng([settings.seed, size])
        groups = (half_agreement(crowd, {name: measure}, rng, n_splits=n_splits, size=size) for crowd in chosen)
        by_size[size] = np.array([agreement[name] for agreement in groups])
    if measure.spearman_brown:
        for size in range(largest + 1, 4 * largest + 1):
            by_size[size] = spearman_brown(by_size[largest], size / largest)
    draws = draw_images(len(chosen), np.random.default_rng(settings.seed), settings.n_bootstrap)
    rows = []
    for size, values in by_size.items():
        mean, interval = average(values, draws, settings.ci_level)
        rows.append((size, mean, *interval, int(np.isfinite(values).sum()), size > largest))
    return pd.DataFrame(rows, columns=["n_people", "agreement", "ci_low", "ci_high", "n_images", "extrapolated"])


def _crowds(study: Study) -> Iterator[Crowd]:
    """Give the participants with a correct response, image by image in plan order."""
    trials = study.attention_trials
    columns = ["participant", "image", "correct", "clicks"]
    right = trials.loc[trials["correct"].to_numpy(bool), columns].sort_values("participant", kind="stable")
    by_image = right.groupby("image").indices
    for image in study.plan["image"]:
        own = right.iloc[by_image.get(image, [])]
        clicks = read_clicks(own["clicks"])
        seen = click_maps(own, study.side, study.radius_px)
        yield Crowd(seen, clicks.trial, clicks.pixels(study.side))
