"""How alike maps are, image by image: those of several methods, and those of one method on networks of several seeds.

Rank correlations over pixels, at no more than `SIDE` px: maps are smooth, and what is finer than a pixel of that grid is not
what tells methods apart. What was worked out is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.map_stack import MapStack
from fercore.comparison.measures import SIMILARITY, Side
from fercore.machines.runs import Run
from fercore.saliency.maps import MAPS, SETTINGS
from fercore.store import make_key
from fercore.study import Study
from fercore.study.guidance import resized
from fercore.study.revealing import PEOPLE, source_key, sources

VERSION: Final = 1
"""Raised when something else is computed from the same input."""

SIDE: Final = 64
"""Side in px at which maps are compared, where they are not smaller."""


ALIKE: Final = ("network", "input_side", "weights", "max_images_per_label")
"""What runs of other seeds share: with fewer images a network learns something else, not the same by chance."""


@dataclass(frozen=True)
class Likeness:
    """Spearman's correlations of maps of the same image."""

    sources: tuple[str, ...]
    """Methods, and people where they have maps."""
    values: NDArray[np.float32]
    """(n_sources, n_sources, n_plan); NaN where one of two maps is constant or not there."""


def likeness_of_sources(study: Study, run: Run, regime: str | None = None) -> Likeness:
    """Compare all methods that have maps, and people, with each other."""
    names = sources(study, run, regime)
    key = likeness_key(study, run, regime)
    found = study.maps_store.get(key)
    if found is None:
        sides = [_read(study, run, name, regime) for name in names]
        values = np.full((len(names), len(names), len(study.plan)), np.nan, np.float32)
        for a, first in enumerate(sides):
            for b, second in enumerate(sides[: a + 1]):
                values[a, b] = values[b, a] = SIMILARITY.get("spearman")().pair(first, second)
        found = {"values": values}
        study.maps_store.put(key, found)
    return Likeness(names, found["values"])


def likeness_key(study: Study, run: Run, regime: str | None = None) -> str:
    """Give the store key of how alike the maps are."""
    return _key(*(source_key(study, run, name, regime or str(run.pair_regime)) for name in sources(study, run, regime)))


def _key(*maps: str) -> str:
    return make_key("likeness of maps", version=VERSION, side=SIDE, maps=maps)


def other_seeds(study: Study, run: Run, regime: str | None = None) -> tuple[Run, ...]:
    """Give the complete runs that trained the same network by the same regime on as many images to other weights."""
    regime = regime or str(run.pair_regime)
    others = (study.run(name) for name in study.run_names if name != run.name)
    return tuple(
        other
        for other in others
        if regime in other.regimes
        and all(getattr(other.training, name) == getattr(run.training, name) for name in ALIKE)
        and other.weights_digest(regime) != run.weights_digest(regime)
    )


def likeness_of_seeds(study: Study, run: Run, regime: str | None = None) -> dict[str, NDArray[np.float64]]:
    """Compare the maps of each method with those by networks of other seeds.

    Returns
    -------
    dict
        By method that has maps of both, (n_plan,): the correlation, averaged over `other_seeds`; NaN where a map is constant or
        not there.
    """
    found: dict[str, list[NDArray[np.float32]]] = {}
    regime = regime or str(run.pair_regime)
    for other in other_seeds(study, run, regime):
        for method in SETTINGS:
            if study.has_maps(run, method, regime) and study.has_maps(other, method, regime):
                found.setdefault(method, []).append(_between_runs(study, run, other, method, regime))
    return {method: np.mean(values, axis=0, dtype=np.float64) for method, values in found.items()}


def _between_runs(study: Study, run: Run, other: Run, method: str, regime: str) -> NDArray[np.float32]:
    key = _key(*(source_key(study, each, method, regime) for each in (run, other)))
    kept = study.maps_store.get(key)
    if kept is None:
        first, second = (_read(study, each, method, regime) for each in (run, other))
        kept = {"values": SIMILARITY.get("spearman")().pair(first, second).astype(np.float32)}
        study.maps_store.put(key, kept)
    values: NDArray[np.float32] = kept["values"]
    return values


def _read(study: Study, run: Run, source: str, regime: str | None) -> Side:
    """Read what Spearman's correlation takes from the maps of a source."""
    if source == PEOPLE:
        maps = study.attention_maps
    else:
        block = study.maps_store.get(study.maps_key(run, source, regime=regime))
        maps = np.full((len(study.plan), 1, 1), np.nan, np.float32) if block is None else block[MAPS]
    small = [resized(one.astype(np.float32), SIDE) for one in maps]
    return SIMILARITY.get("spearman")().human(MapStack(np.stack(small)))
