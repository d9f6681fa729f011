"""``trust``: how far the maps of a run's pair classifiers can be trusted.

Payload: ``study``, ``run`` (name; None for the study's first complete run), ``regime`` (name; None for the run's first that
trains pair classifiers), ``methods`` (whose maps; empty for all that are there), ``settings`` (of the checks, that are to be others
than those in force). People's attention maps and maps of noise take part, and two controls, which are mapped on the way. What
was checked before costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fercore.errors import InputError
from fercore.jobs.chosen_run import OF_PAIRS, known_sources, pair_regime, require_complete
from fercore.jobs.executor import Report
from fercore.jobs.job import Job, Order
from fercore.jobs.kind import JOB_KINDS, JobKind, Progress
from fercore.jobs.tally import work_on
from fercore.saliency.maps import CONTROLS
from fercore.saliency.settings_in_force import with_changes
from fercore.study import open_study
from fercore.study.revealing import PEOPLE
from fercore.study.trusting import (
    RANDOM,
    assemble_trust,
    is_finished,
    map_controls,
    plan_trust,
    set_trust,
    trust_settings,
    unchecked_sources,
)


@JOB_KINDS.register
class Trust(JobKind):
    """Check maps."""

    def prepare(self, payload: Mapping[str, Any]) -> Order:
        """Check that the run is complete, and that there are maps of its pair classifiers or of people."""
        study = open_study(payload["study"])
        run = study.run(payload.get("run"))
        require_complete(run, "what is found")
        regime = pair_regime(run, payload, OF_PAIRS)
        there = (*known_sources(study, run, regime, "to check", CONTROLS), *CONTROLS, RANDOM)
        methods = list(payload.get("methods") or ())
        for method in methods:
            if method not in there:
                raise InputError(
                    f"There are no maps by {method!r} of run {run.name!r}. There are: {', '.join(dict.fromkeys(there))}. "
                    f"Others: `python -m fercore explain {study.name} --run {run.name} --method NAME`."
                )
        changed = dict(payload.get("settings") or {})
        with_changes(trust_settings(run), changed)
        asked = {"study": study.name, "run": run.name, "regime": regime, "methods": methods, "settings": changed}
        return Order(study.name, f"Check maps of {run.name}", f"trust in {run.name}", asked)

    def run(self, job: Job, progress: Progress) -> str:
        """Check the maps of classifier after classifier."""
        study = open_study(job.payload["study"])
        run, regime, methods = study.run(job.payload["run"]), job.payload["regime"], job.payload["methods"]
        set_trust(run, job.payload.get("settings", {}))
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
