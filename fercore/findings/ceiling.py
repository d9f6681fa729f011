"""How well people agree with each other about where to look: the ceiling of any model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.band import ceiling
from fercore.comparison.halves import Crowd
from fercore.comparison.measures import Measure
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
        found = ceiling(crowds(study), chosen, np.random.default_rng(settings.seed), n_splits)
        study.maps_store.put(key, found)
    return found


def ceiling_key(study: Study, chosen: Mapping[str, Measure], settings: ComparisonSettings, n_splits: int = 200) -> str:
    """Give the store key of people's ceilings: it changes with whatever people did, and with whatever is measured."""
    return make_key("ceiling", version=VERSION, n_splits=n_splits, **what_people_did(study, chosen, settings))


def what_people_did(study: Study, chosen: Mapping[str, Measure], settings: ComparisonSettings) -> dict[str, Any]:
    """Give the parts of a store key that agreement between people depends on."""
    seen = pd.util.hash_pandas_object(
        study.attention_trials[["participant", "image", "correct", "clicks"]], index=False
    )
    return {
        "measures": list(chosen),
        "threshold": settings.threshold,
        "top_percent": settings.top_percent,
        "seed": settings.seed,
        "plan": study.plan_digest,
        "side": study.side,
        "radius_px": study.radius_px,
        "trials": hashlib.sha256(seen.to_numpy().tobytes()).hexdigest(),
    }


def crowds(study: Study) -> Iterator[Crowd]:
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
