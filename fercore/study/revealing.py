"""What networks answer to images that maps uncover step by step: planned, put together and read. Needs no torch to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from fercore.errors import MissingError
from fercore.machines.runs import Run
from fercore.saliency.maps import MAPS, SETTINGS
from fercore.store import Arrays, digest_file, make_key
from fercore.study.files import LOOKS_FILE
from fercore.study.guidance import resized
from fercore.study.seeing import what_people_saw
from fercore.study.study import Study

if TYPE_CHECKING:
    from fercore.saliency.reveal import RevealUnit

VERSION = 1
"""Raised when something else is computed from the same input."""

PEOPLE = "people"
"""People's attention maps, among the methods."""

AREAS: Final = (0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.07, 0.09, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6)
"""Shares of the image that are uncovered: closest where people decided."""


@dataclass(frozen=True)
class Revealing:
    """One regime's answers along one method's maps: output of the true label minus output of the false one.

    NaN where no classifier was trained.
    """

    margins: NDArray[np.float32]
    """(n_plan, n_areas), at `AREAS`; NaN too where the map is flat."""
    blurred: NDArray[np.float32]
    """(n_plan,): on the blurred image alone."""
    whole: NDArray[np.float32]
    """(n_plan,): on the whole sharp image."""


def sources(study: Study, run: Run, regime: str | None = None) -> tuple[str, ...]:
    """Give whose maps there are to uncover images along: methods with maps of this run, then `PEOPLE`."""
    if run.pair_regime is None:
        return ()
    methods = [method for method in SETTINGS if study.has_maps(run, method, regime)]
    return (*methods, PEOPLE) if study.has_attention else tuple(methods)


def revealed_sources(study: Study, run: Run, regime: str | None = None) -> tuple[str, ...]:
    """Give those that a regime has answered along, without reading its answers."""
    there = study.maps_store.has
    return tuple(name for name in sources(study, run, regime) if there(revealing_key(study, run, name, regime)))


def missing_sources(study: Study, run: Run, regime: str | None = None) -> tuple[str, ...]:
    """Give those whose maps are there, and that the regime has not answered along."""
    done = revealed_sources(study, run, regime)
    return tuple(name for name in sources(study, run, regime) if name not in done)


def revealing_key(study: Study, run: Run, source: str, regime: str | None = None, unit: str | None = None) -> str:
    """Give the store key of a regime's answers along one method's maps, or of one of its classifiers'.

    It changes with the maps, the weights, the areas, the blur and the experimental images.
    """
    regime = regime or str(run.pair_regime)
    weights = run.weights_digest(regime) if unit is None else run.unit_card(regime, unit)["weights_digest"]
    return make_key(
        "revealing",
        version=VERSION,
        areas=AREAS,
        maps=source_key(study, run, source, regime),
        regime=regime,
        unit=unit,
        weights=weights,
        input_side=run.input_side,
        blur_fraction=study.card.design.blur_fraction,
        plan=study.plan_digest,
    )


def source_key(study: Study, run: Run, source: str, regime: str) -> str:
    """Give the store key of a block with the maps that images are uncovered along."""
    if source != PEOPLE:
        return study.maps_key(run, source, regime=regime)
    looks = study.folder / LOOKS_FILE
    return make_key(
        "people's maps",
        side=run.input_side,
        looks=digest_file(looks) if looks.is_file() else None,
        **what_people_saw(study),
    )


def read_revealing(study: Study, run: Run, regime: str | None = None) -> dict[str, Revealing]:
    """Give a regime's answers along every method's maps that they were computed for.

    ``regime`` is one that trains pair classifiers, by default the run's first.
    """
    found = {}
    for source in sources(study, run, regime):
        arrays = study.maps_store.get(revealing_key(study, run, source, regime))
        if arrays is not None:
            found[source] = Revealing(**arrays)
    return found


def plan_revealing(study: Study, run: Run, regime: str, names: Sequence[str], threads: int = 1) -> list[RevealUnit]:
    """Divide what is to be uncovered among the classifiers of a regime.

    Parameters
    ----------
    study, run, regime
        Whose classifiers answer.
    names
        Along whose maps, of `sources`.
    threads
        Threads of the CPU per unit.
    """
    from fercore.saliency.explain import asked_classifiers  # loads torch
    from fercore.saliency.reveal import RevealUnit, Uncovering

    if PEOPLE in names:
        keep_people(study, run, regime)
    return [
        RevealUnit(
            study_folder=study.folder,
            run=run.name,
            regime=regime,
            name=unit,
            uncoverings=tuple(
                Uncovering(name, source_key(study, run, name, regime), revealing_key(study, run, name, regime, unit))
                for name in names
            ),
            areas=AREAS,
            blur_fraction=study.card.design.blur_fraction,
            shelves=study.maps_store.shelves,
            threads=threads,
        )
        for unit in asked_classifiers(run, regime, study.plan)
    ]


def keep_people(study: Study, run: Run, regime: str) -> None:
    """Put people's attention maps where units read maps, at the side at which the networks see images."""
    maps = np.stack([resized(each, run.input_side) for each in study.attention_maps])
    study.maps_store.put(source_key(study, run, PEOPLE, regime), {MAPS: maps})


def assemble_revealing(study: Study, run: Run, units: Sequence[RevealUnit]) -> None:
    """Put the answers of a regime's classifiers together and keep them; raises `MissingError` when one is not there."""
    from fercore.saliency.reveal import put_together

    by_source: dict[str, list[Arrays]] = {}
    for unit in units:
        for one in unit.uncoverings:
            part = study.maps_store.get(one.key)
            if part is None:
                raise MissingError(
                    f"{unit.name} has not answered along {one.name}, or its answers were lost. Start again."
                )
            by_source.setdefault(one.name, []).append(part)
    for source, parts in by_source.items():
        key = revealing_key(study, run, source, units[0].regime)
        study.maps_store.put(key, put_together(parts, len(study.plan)))
