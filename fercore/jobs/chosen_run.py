"""What has to be true of the run that a job looks at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from fercore.errors import InputError, MissingError
from fercore.machines.regime import MULTICLASS
from fercore.machines.runs import Run
from fercore.study import Study
from fercore.study.revealing import sources

OF_PAIRS: Final = "saliency maps are maps of pair classifiers"
"""Why pair classifiers are needed where maps are."""


def require_complete(run: Run, what: str) -> None:
    """Raise `InputError` unless a run is complete: ``what`` would not stay."""
    if not run.complete:
        raise InputError(f"Run {run.name!r} is not complete, so {what} would not stay. Resume it first.")


def pair_regime(run: Run, payload: Mapping[str, Any], why: str) -> str:
    """Give the regime of pair classifiers that is asked for, the run's first by default.

    Raises
    ------
    MissingError
        When the run has no pair classifiers; ``why`` says what they are needed for.
    InputError
        When it has none of this regime.
    """
    regime = payload.get("regime") or run.pair_regime
    if regime is None:
        raise MissingError(f"Run {run.name!r} has no pair classifiers, and {why}. Choose another run.")
    if regime == MULTICLASS or regime not in run.regimes:
        pairs = ", ".join(name for name in run.regimes if name != MULTICLASS)
        raise InputError(f"Run {run.name!r} has no pair classifiers of regime {regime!r}. It has: {pairs}.")
    return str(regime)


def known_sources(study: Study, run: Run, regime: str, what: str, controls: Collection[str] = ()) -> tuple[str, ...]:
    """Give whose maps there are; raises `MissingError` where there are none but ``controls``: there is nothing ``what``."""
    found = sources(study, run, regime)
    if not set(found) - set(controls):
        raise MissingError(
            f"Run {run.name!r} has no saliency maps, and nobody has clicked, so there is nothing {what}. "
            f"Compute maps: `python -m fercore explain {study.name} --run {run.name}`."
        )
    return found
