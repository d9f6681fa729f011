"""Which settings a run's maps have: the default ones, unless its maps were last asked for with others. Needs no torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from fercore.machines.runs import Run
from fercore.saliency.maps import settings_of
from fercore.settings import from_mapping, to_mapping
from fercore.store import write_json

FILE: Final = "saliency.json"
"""In a run's folder: settings that are not the default ones, by regime and method. It is no part of what was trained."""


def with_changes(settings: Any, changes: Mapping[str, Any]) -> Any:
    """Give settings with other values; raises `SettingsError` as `fercore.settings.from_mapping` does."""
    return from_mapping(type(settings), to_mapping(settings) | dict(changes))


def changes_of(settings: Any) -> dict[str, Any]:
    """Give, as plain values, what settings have otherwise than the default ones of their kind."""
    usual = to_mapping(type(settings)())
    return {name: value for name, value in to_mapping(settings).items() if value != usual[name]}


def settings_in_force(run: Run, method: str, regime: str | None = None) -> Any:
    """Give the settings with which maps by a method of a regime's classifiers are made, read and compared.

    Parameters
    ----------
    run, method
        Whose maps, and by which method.
    regime
        The run's first that trains pair classifiers when None.

    Raises
    ------
    UnknownNameError
        For a method that does not exist.
    SettingsError
        When the run's file names a setting that the method does not have, or a value of another type.
    """
    own = _others(run).get(regime or str(run.pair_regime), {})
    return with_changes(settings_of(method)(), own.get(method, {}))


def put_in_force(run: Run, method: str, settings: Any, regime: str | None = None) -> None:
    """Keep settings as those of the maps by a method of a regime's classifiers."""
    before, name = _others(run), regime or str(run.pair_regime)
    own = {key: value for key, value in (before.get(name, {}) | {method: changes_of(settings)}).items() if value}
    after = {key: value for key, value in (before | {name: own}).items() if value}
    if after != before:
        write_json(run.folder / FILE, after)


def _others(run: Run) -> dict[str, dict[str, dict[str, Any]]]:
    path = run.folder / FILE
    try:
        found: dict[str, dict[str, dict[str, Any]]] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return found
