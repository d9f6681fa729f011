"""Settings of methods by the purpose of their maps. Needs no torch."""

from __future__ import annotations

from typing import Any, Final

from fercore.errors import UnknownNameError
from fercore.saliency.maps import settings_of
from fercore.settings import ExtremalSettings

FULL, FAST = "full", "fast"

PRESETS: Final[dict[str, dict[str, Any]]] = {
    FULL: {},
    FAST: {"extremal-perturbation": ExtremalSettings(settled=0.007)},
}
"""``full``: every method as published, for results. ``fast``: for looking, images leave Extremal Perturbation when their masks
have settled. Methods that are not named have their default settings."""

FAST_STEPS: Final = 200
"""Steps after which most masks have settled by ``fast``, for those who wait (measured on the default study)."""


def preset_settings(method: str, preset: str = FULL) -> Any:
    """Give the settings of a method by a preset; raises `UnknownNameError` for unknown methods and presets."""
    if preset not in PRESETS:
        raise UnknownNameError("preset", preset, PRESETS)
    return PRESETS[preset].get(method) or settings_of(method)()
