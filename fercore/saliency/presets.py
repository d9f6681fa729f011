"""Settings of methods by the purpose of their maps. Needs no torch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from fercore.errors import UnknownNameError
from fercore.saliency.maps import settings_of

FULL, FAST = "full", "fast"

PRESETS: Final[dict[str, dict[str, dict[str, Any]]]] = {FULL: {}, FAST: {"extremal-perturbation": {"settled": 0.007}}}
"""What a preset changes of the settings of methods. ``full``: nothing, for results. ``fast``: for looking, images leave Extremal
Perturbation when their masks have settled."""

FAST_STEPS: Final = 200
"""Steps after which most masks have settled by ``fast``, for those who wait (measured on the default study)."""


def preset_settings(method: str, preset: str = FULL, settings: Any = None) -> Any:
    """Give a method's settings, by default its default ones, as a preset changes them.

    Raises `UnknownNameError` for unknown methods and presets.
    """
    if preset not in PRESETS:
        raise UnknownNameError("preset", preset, PRESETS)
    return replace(settings or settings_of(method)(), **PRESETS[preset].get(method, {}))
