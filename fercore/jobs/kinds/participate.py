"""``participate``: a run's classifiers answer people's trials with what people saw.

Payload: ``study``, ``run`` (name; None for the study's first complete run). All regimes of the run take part; what was
answered before costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fercore.errors import MissingError
from fercore.jobs.chosen_run import require_complete
from fercore.jobs.executor import Report
from fercore.jobs.job import Job, Order
from fercore.jobs.kind import JOB_KINDS, JobKind, Progress
from fercore.jobs.tally import work_on
from fercore.study import open_study


@JOB_KINDS.register
class Participate(JobKind):
    """Let networks take part in the experiment."""

    def prepare(self, payload: Mapping[str, Any]) -> Order:
        """Check that the run is complete and that people took part."""
        study = open_study(payload["study"])
        run = study.run(payload.get("run"))
        require_complete(run, "its answers")
        if study.trials.empty:
            raise MissingError(
                f"Study {study.name!r} has no trials, so there is nothing that people saw. Import or simulate some first."
            )
        asked = {"study": study.name, "run": run.name}
        return Order(study.name, f"Trials for {run.name}", f"trials of {run.name}", asked)

    def run(self, job: Job, progress: Progress) -> str:
        """Let classifier after classifier answer."""
        from fercore.study.seeing import assemble_seeing, plan_seeing

        study = open_study(job.payload["study"])
        run = study.run(job.payload["run"])
        by_regime = {regime: plan_seeing(study, run, regime) for regime in run.regimes}
        units = [unit for own in by_regime.values() for unit in own]
        work_on(
            see,
            units,
            [(unit.regime, unit.name) for unit in units],
            finished={number for number, unit in enumerate(units) if study.maps_store.has(unit.key)},
            progress=progress,
        )
        for regime, own in by_regime.items():
            assemble_seeing(study, run, regime, own)
        return f"Run {run.name!r} has answered {len(study.kept_trials)} trials as people saw them."


def see(unit: Any, report: Report) -> None:
    """Let one classifier answer; the libraries for that are loaded in the process that does it, and there only."""
    from fercore.machines.seeing import see_unit

    see_unit(unit, report)
