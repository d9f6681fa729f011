"""How a run's maps were made, in words for a paper, from the settings in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fercore import notation
from fercore.findings.apa import in_a_row
from fercore.machines.runs import Run
from fercore.saliency.maps import METHOD_LABELS
from fercore.saliency.settings_in_force import settings_in_force
from fercore.settings import ExtremalSettings, to_mapping

EXTREMAL: Final = "extremal-perturbation"

_TOLD: Final = ("target", "areas", "steps", "reward", "variant")
"""Settings of Extremal Perturbation that have words of their own."""

_REWARD: Final = {"simple": "the label's output", "contrastive": "the label's output minus the largest other one"}
_VARIANT: Final = {
    "preserve": "maximised {} over smooth masks that keep",
    "delete": "minimised {} over smooth masks that remove",
    "dual": "maximised {} inside, and minimised it outside, smooth masks of",
}


def targets(run: Run, methods: Sequence[str]) -> str:
    """Say whose evidence is mapped, and by which method another label's."""
    by_target: dict[str, list[str]] = {}
    for method in methods:
        by_target.setdefault(settings_in_force(run, method).target, []).append(METHOD_LABELS[method])
    if len(by_target) == 1:
        return f"the {next(iter(by_target))} label"
    return " and ".join(f"the {target} label ({in_a_row(labels)})" for target, labels in by_target.items())


def settings_sentences(run: Run, methods: Sequence[str]) -> str:
    """Say how Extremal Perturbation ran, and which other settings of any method are not the default ones.

    Every sentence begins with a space, so that there may be none.
    """
    said, other = "", []
    for method in methods:
        settings = settings_in_force(run, method)
        if method == EXTREMAL:
            said = _extremal(settings)
        told = _TOLD if method == EXTREMAL else ("target",)
        usual = to_mapping(type(settings)())
        changed = [
            f"{name.replace('_', ' ')} {_written(value)}"
            for name, value in to_mapping(settings).items()
            if name not in told and value != usual[name]
        ]
        if changed:
            other.append(f"{METHOD_LABELS[method]} {', '.join(changed)}")
    return said + (f" Settings other than the default ones were: {'; '.join(other)}." if other else "")


def _extremal(settings: ExtremalSettings) -> str:
    areas = ", ".join(notation.share(area) for area in settings.areas)
    what = _VARIANT[settings.variant].format(_REWARD[settings.reward])
    return f" EP {what} areas {areas}, in {settings.steps} steps."


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_written, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
