"""How far the maps of a run can be trusted: checks planned, put together and read. Needs no torch to read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from fercore.errors import MissingError
from fercore.machines.runs import Run
from fercore.saliency.maps import CONTROLS, MAPS, SETTINGS
from fercore.saliency.settings_in_force import changes_of, settings_in_force, with_changes
from fercore.saliency.trust import VERSION, TrustBlock, TrustSettings, put_together, read_block, write_block
from fercore.settings import from_mapping, to_mapping
from fercore.store import Store, make_key, write_json
from fercore.study.revealing import PEOPLE, keep_people, source_key, sources
from fercore.study.study import Study

if TYPE_CHECKING:
    from fercore.saliency.examine import TrustUnit

RANDOM: Final = "random"
"""Maps of noise, whose pixels come in a random order: what every check has to tell from a map."""


FILE: Final = "trust.json"
"""In a run's folder: settings of its checks that are not the default ones."""


def trust_settings(run: Run) -> TrustSettings:
    """Give the settings with which a run's maps are checked; raises `SettingsError` when its file names one that is none."""
    path = run.folder / FILE
    return from_mapping(TrustSettings, json.loads(path.read_text()) if path.is_file() else {})


def set_trust(run: Run, changed: Mapping[str, Any]) -> None:
    """Change settings of a run's checks. What was found with others is kept, and found again when they are set back."""
    if changed:
        write_json(run.folder / FILE, changes_of(with_changes(trust_settings(run), changed)))


def checked_sources(study: Study, run: Run, regime: str | None = None) -> tuple[str, ...]:
    """Give whose maps can be checked: methods with maps of this run, people who clicked, and `RANDOM`."""
    found = sources(study, run, regime)
    return (*found, RANDOM) if found else ()


def trust_key(study: Study, run: Run, source: str, regime: str | None = None, unit: str | None = None) -> str:
    """Give the store key of what checks found about one source of maps, or about one classifier's of them.

    It changes with the maps, the weights, the settings, the blur, the experimental images and the ground truth.
    """
    regime = regime or str(run.pair_regime)
    weights = run.weights_digest(regime) if unit is None else run.unit_card(regime, unit)["weights_digest"]
    return make_key(
        "trust",
        version=VERSION,
        settings=to_mapping(trust_settings(run)),
        maps=_maps_key(study, run, source, regime),
        regime=regime,
        unit=unit,
        weights=weights,
        input_side=run.input_side,
        blur_fraction=study.card.design.blur_fraction,
        plan=study.plan_digest,
        truth=_truth_key(study),
    )


def _maps_key(study: Study, run: Run, source: str, regime: str) -> str:
    if source != RANDOM:
        return source_key(study, run, source, regime)
    return make_key("random maps", side=run.input_side, n=len(study.plan), seed=trust_settings(run).seed)


def _truth_key(study: Study) -> str | None:
    return None if study.truth_digest is None else make_key("ground truth", file=study.truth_digest)


def trusted_sources(study: Study, run: Run, regime: str | None = None) -> tuple[str, ...]:
    """Give those whose maps have been checked, without reading what was found."""
    there = study.maps_store.has
    return tuple(name for name in checked_sources(study, run, regime) if there(trust_key(study, run, name, regime)))


def unchecked_sources(study: Study, run: Run, regime: str | None = None) -> tuple[str, ...]:
    """Give those whose maps are there, and have not been checked."""
    done = trusted_sources(study, run, regime)
    return tuple(name for name in checked_sources(study, run, regime) if name not in done)


def read_trust(study: Study, run: Run, regime: str | None = None) -> dict[str, TrustBlock]:
    """Give what checks found, by source of maps."""
    store = study.maps_store
    found = {
        name: read_block(store, trust_key(study, run, name, regime)) for name in checked_sources(study, run, regime)
    }
    return {name: block for name, block in found.items() if block is not None}


def map_controls(study: Study, run: Run, regime: str) -> None:
    """Compute the maps that know nothing of the network, where they are not there: it takes a moment."""
    from fercore.saliency.explain import assemble, explain_unit, plan_units

    for method in CONTROLS:
        if not study.has_maps(run, method, regime):
            units = plan_units(run, regime, method, settings_in_force(run, method, regime), study.plan_digest)
            for unit in units:
                explain_unit(unit, lambda _: None, study.maps_store)
            assemble(units, study.maps_store)


def plan_trust(study: Study, run: Run, regime: str, names: Sequence[str], threads: int = 1) -> list[TrustUnit]:
    """Divide the maps that are to be checked among the classifiers of a regime.

    Parameters
    ----------
    study, run, regime
        Whose classifiers the maps belong to.
    names
        Whose maps, of `checked_sources`.
    threads
        Threads of the CPU per unit.
    """
    from fercore.saliency.examine import Source, TrustUnit
    from fercore.saliency.explain import asked_classifiers  # loads torch

    store, settings = study.maps_store, trust_settings(run)
    if PEOPLE in names:
        keep_people(study, run, regime)
    if RANDOM in names:
        shape = (len(study.plan), run.input_side, run.input_side)
        noise = np.random.default_rng(settings.seed).random(shape, dtype=np.float32)
        store.put(_maps_key(study, run, RANDOM, regime), {MAPS: noise})
    truth_key = _truth_key(study)
    if truth_key is not None and study.truth is not None:
        store.put(truth_key, study.truth)
    return [
        TrustUnit(
            study_folder=study.folder,
            run=run.name,
            regime=regime,
            name=unit,
            sources=tuple(
                Source(
                    name,
                    settings_in_force(run, name, regime) if name in SETTINGS else None,
                    _maps_key(study, run, name, regime),
                    trust_key(study, run, name, regime, unit),
                )
                for name in names
            ),
            truth_key=truth_key,
            blur_fraction=study.card.design.blur_fraction,
            settings=settings,
            shelves=store.shelves,
            threads=threads,
        )
        for unit in asked_classifiers(run, regime, study.plan)
    ]


def is_finished(store: Store, unit: Any) -> bool:
    """Tell whether a unit has nothing left to do."""
    return all(store.has(source.key) for source in unit.sources)


def assemble_trust(study: Study, run: Run, units: Sequence[TrustUnit]) -> None:
    """Put what was found about a regime's classifiers together and keep it; raises `MissingError` when some is not there."""
    from fercore.saliency.explain import rows_of

    by_source: dict[str, list[tuple[TrustBlock, np.ndarray]]] = {}
    for unit in units:
        for source in unit.sources:
            part = read_block(study.maps_store, source.key)
            if part is None:
                raise MissingError(
                    f"The maps of {unit.name} by {source.name} were not checked, or what was found was lost. Start again."
                )
            by_source.setdefault(source.name, []).append((part, rows_of(study.plan, run.label_set, unit.name)))
    for name, parts in by_source.items():
        whole = put_together(parts, len(study.plan))
        write_block(study.maps_store, trust_key(study, run, name, units[0].regime), whole.arrays, whole.checks)
