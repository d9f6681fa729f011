"""Which settings a run's maps have: the default ones, unless its maps were last asked for with others. Needs no torch."""

from __future__ import annotations

import json
from typing import Any, Final

from fercore.machines.runs import Run
from fercore.saliency.maps import settings_of
from fercore.settings import from_mapping, to_mapping
from fercore.store import write_json

FILE: Final = "saliency.json"
"""In a run's folder: settings that are not the default ones, by method."""


def settings_in_force(run: Run, method: str) -> Any:
    """Give the settings with which a run's maps by a method are made, read and compared.

    Raises
    ------
    UnknownNameError
        For a method that does not exist.
    SettingsError
        When the run's file names a setting that the method does not have, or a value of another type.
    """
    return from_mapping(settings_of(method), _others(run).get(method, {}))


def put_in_force(run: Run, method: str, settings: Any) -> None:
    """Keep settings as those of a run's maps by a method."""
    usual = to_mapping(settings_of(method)())
    changed = {name: value for name, value in to_mapping(settings).items() if value != usual[name]}
    others = {name: own for name, own in (_others(run) | {method: changed}).items() if own}
    if others != _others(run):
        write_json(run.folder / FILE, others)


def _others(run: Run) -> dict[str, dict[str, Any]]:
    path = run.folder / FILE
    try:
        found: dict[str, dict[str, Any]] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return found
