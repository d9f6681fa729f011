"""The range of Extremal Perturbation's settings."""

from __future__ import annotations

from fercore.errors import SettingsError
from fercore.settings import ExtremalSettings

_CHOICES = {
    "reward": ("simple", "contrastive"),
    "variant": ("preserve", "delete", "dual"),
    "padding": ("zero", "replicate"),
    "precision": ("float32", "bfloat16"),
    "perturbation": ("blur-pyramid", "fade", "click-reveal"),
    "ties": ("shared", "position"),
}


def check_range(settings: ExtremalSettings) -> None:
    """Raise `SettingsError` for a setting outside its range."""
    for name, choices in _CHOICES.items():
        if getattr(settings, name) not in choices:
            raise SettingsError(f"{name} is {getattr(settings, name)!r}; it must be one of {', '.join(choices)}.")
    if not settings.areas or not all(0 < area < 1 for area in settings.areas):
        raise SettingsError(f"areas are {settings.areas!r}; give at least one, each between 0 and 1.")
    for name, least in {"steps": 1, "n_levels": 2, "smooth_fraction": 0, "settled": 0}.items():
        if getattr(settings, name) < least:
            raise SettingsError(f"{name} is {getattr(settings, name)!r}; it must be at least {least}.")
    for name in ("cell_fraction", "sigma_cells", "blur_fraction", "learning_rate", "reveal_blur_fraction"):
        if not getattr(settings, name) > 0:
            raise SettingsError(f"{name} is {getattr(settings, name)!r}; it must be greater than 0.")
