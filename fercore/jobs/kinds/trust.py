"""``trust``: how far the maps of a run's pair classifiers can be trusted.

Payload: ``study``, ``run`` (name; None for the study's first complete run), ``regime`` (name; None for the run's first that
trains pair classifiers), ``methods`` (whose maps; empty for all that are there). People's attention maps and maps of noise take
part, and two controls, which are mapped on the way. What was checked before costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fercore.errors import InputError, MissingError
from fercore.jobs.executor import Report
from fercore.jobs.job import Job, Order
from fercore.jobs.kind import JOB_KINDS, JobKind, Progress
from fercore.jobs.tally import work_on
from fercore.machines.regime import MULTICLASS
from fercore.saliency.maps import CONTROLS
from fercore.study import open_study
from fercore.study.revealing import PEOPLE, sources
from fercore.study.trusting import (
    RANDOM,
    assemble_trust,
    is_finished,
    map_controls,
    plan_trust,
    unchecked_sources,
)


@JOB_KINDS.register
class Trust(JobKind):
    """Check maps."""

    def prepare(self, payload: Mapping[str, Any]) -> Order:
        """Check that the run is complete, and that there are maps of its pair classifiers or of people."""
        study = open_study(payload["study"])
        run = study.run(payload.get("run"))
        regime = payload.get("regime") or run.pair_regime
        if not run.complete:
            raise InputError(f"Run {run.name!r} is not complete, so what is found would not stay. Resume it first.")
        if regime is None:
            raise MissingError(
                f"Run {run.name!r} has no pair classifiers, and saliency maps are maps of pair classifiers. Choose another run."
            )
        if regime == MULTICLASS or regime not in run.regimes:
            pairs = ", ".join(name for name in run.regimes if name != MULTICLASS)
            raise InputError(f"Run {run.name!r} has no pair classifiers of regime {regime!r}. It has: {pairs}.")
        there = (*sources(study, run, regime), *CONTROLS, RANDOM)
        if not set(there) - {*CONTROLS, RANDOM}:
            raise MissingError(
                f"Run {run.name!r} has no saliency maps, and nobody has clicked, so there is nothing to check. "
                f"Compute maps: `python -m fercore explain {study.name} --run {run.name}`."
            )
        methods = list(payload.get("methods") or ())
        for method in methods:
            if method not in there:
                raise InputError(
                    f"There are no maps by {method!r} of run {run.name!r}. There are: {', '.join(dict.fromkeys(there))}. "
                    f"Others: `python -m fercore explain {study.name} --run {run.name} --method NAME`."
                )
        asked = {"study": study.name, "run": run.name, "regime": regime, "methods": methods}
        return Order(study.name, f"Check maps of {run.name}", f"trust in {run.name}", asked)

    def run(self, job: Job, progress: Progress) -> str:
        """Check the maps of classifier after classifier."""
        study = open_study(job.payload["study"])
        run, regime, methods = study.run(job.payload["run"]), job.payload["regime"], job.payload["methods"]
        map_controls(study, run, regime)
        missing = [name for name in unchecked_sources(study, run, regime) if not methods or name in methods]
        if not missing:
            return f"The maps of run {run.name!r} had been checked."
        units = plan_trust(study, run, regime, missing)
        work_on(
            examine,
            units,
            [(unit.regime, unit.name) for unit in units],
            finished={number for number, unit in enumerate(units) if is_finished(study.maps_store, unit)},
            progress=progress,
        )
        assemble_trust(study, run, units)
        named = ("people" if name == PEOPLE else "noise" if name == RANDOM else name for name in missing)
        return f"Maps of {len(study.plan)} images by {', '.join(named)} of run {run.name!r} have been checked."


def examine(unit: Any, report: Report) -> None:
    """Check one classifier's maps; the libraries for that are loaded in the process that does it, and there only."""
    from fercore.saliency.examine import examine_unit

    examine_unit(unit, report)
