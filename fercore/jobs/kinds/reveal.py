"""``reveal``: a run's pair classifiers answer the experimental images as maps uncover them, area by area.

Payload: ``study``, ``run`` (name; None for the study's first complete run), ``regime`` (name; None for the run's first that
trains pair classifiers). All methods take part whose maps are there, and people's attention maps; what was answered before
costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fercore.jobs.chosen_run import known_sources, pair_regime, require_complete
from fercore.jobs.executor import Report
from fercore.jobs.job import Job, Order
from fercore.jobs.kind import JOB_KINDS, JobKind, Progress
from fercore.jobs.tally import work_on
from fercore.study import open_study
from fercore.study.revealing import assemble_revealing, missing_sources, plan_revealing


@JOB_KINDS.register
class Reveal(JobKind):
    """Show networks what maps uncover."""

    def prepare(self, payload: Mapping[str, Any]) -> Order:
        """Check that the run is complete, and that there are maps of its pair classifiers or of people."""
        study = open_study(payload["study"])
        run = study.run(payload.get("run"))
        require_complete(run, "its answers")
        regime = pair_regime(run, payload, "only those answer between two labels")
        known_sources(study, run, regime, "to uncover along")
        asked = {"study": study.name, "run": run.name, "regime": regime}
        return Order(study.name, f"Reveal to {run.name}", f"revealing of {run.name}", asked)

    def run(self, job: Job, progress: Progress) -> str:
        """Let classifier after classifier answer."""
        study = open_study(job.payload["study"])
        run, regime = study.run(job.payload["run"]), job.payload["regime"]
        missing = missing_sources(study, run, regime)
        if not missing:
            return f"Run {run.name!r} had answered along all maps."
        units = plan_revealing(study, run, regime, missing)
        work_on(
            uncover,
            units,
            [(unit.regime, unit.name) for unit in units],
            finished={
                number
                for number, unit in enumerate(units)
                if all(study.maps_store.has(one.key) for one in unit.uncoverings)
            },
            progress=progress,
        )
        assemble_revealing(study, run, units)
        return f"Run {run.name!r} has answered {len(study.plan)} images along the maps of {', '.join(missing)}."


def uncover(unit: Any, report: Report) -> None:
    """Let one classifier answer; the libraries for that are loaded in the process that does it, and there only."""
    from fercore.saliency.reveal import reveal_unit

    reveal_unit(unit, report)
