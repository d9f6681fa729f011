"""``explain``: the saliency maps of a run's pair classifiers.

Payload: ``study``, ``run`` (name; None for the study's first complete run), ``regime`` (name; None for the run's first that
trains pair classifiers), ``methods`` (names; the paper's that are defined for the run's network when empty), ``preset`` (of
settings; ``full`` when None), ``settings`` (of the only method, that are to be others than those in force; they are in force once the
maps are there), ``executor`` and ``address``. Methods whose maps are there cost nothing; of the others every
classifier's maps are kept as soon as they are computed, so that a job that was stopped goes on with the next classifier.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fercore.errors import InputError, MissingError
from fercore.jobs.chosen_run import OF_PAIRS, require_complete
from fercore.jobs.executor import chosen_executor
from fercore.jobs.executors.local import usable_cores
from fercore.jobs.job import Job, Order
from fercore.jobs.kind import JOB_KINDS, JobKind, Progress
from fercore.jobs.tally import work_on
from fercore.machines.regime import MULTICLASS
from fercore.machines.runs import Run
from fercore.saliency.maps import METHOD_LABELS, methods_for
from fercore.saliency.presets import FULL, preset_settings
from fercore.saliency.settings_in_force import put_in_force, settings_in_force, with_changes
from fercore.store import Arrays
from fercore.study import open_study


@JOB_KINDS.register
class Explain(JobKind):
    """Compute saliency maps."""

    def prepare(self, payload: Mapping[str, Any]) -> Order:
        """Check that the run is complete and has pair classifiers, and that the methods exist."""
        study = open_study(payload["study"])
        run = study.run(payload.get("run"))
        regime = _pair_regime(run, payload.get("regime"))
        methods = list(methods_for(run, payload.get("methods") or ()))
        labels = ", ".join(METHOD_LABELS.get(method, method) for method in methods)
        preset = payload.get("preset") or FULL
        changed = dict(payload.get("settings") or {})
        if changed and len(methods) != 1:
            raise InputError(
                f"Settings are those of one method, and these are {len(methods)}: {labels}. Name one method."
            )
        if changed and preset != FULL:
            raise InputError(
                f"Settings stay in force for maps of the full run, so --set and the preset {preset!r} cannot stand together. "
                "Leave one of them out."
            )
        for method in methods:
            _settings(run, method, regime, changed, preset)
        asked = {"study": study.name, "run": run.name, "regime": regime, "methods": methods, "preset": preset}
        asked |= {"settings": changed}
        asked |= chosen_executor(payload)
        which = run.name if regime == run.pair_regime else f"{run.name} ({regime})"
        return Order(study.name, f"Explain {which}: {labels}", f"maps of {which}", asked)

    def run(self, job: Job, progress: Progress) -> str:
        """Explain classifier by classifier, methods that take one pass together first."""
        from fercore.machines.device import choose_device
        from fercore.saliency import explain

        study = open_study(job.payload["study"])
        run = study.run(job.payload["run"])
        regime = _pair_regime(run, job.payload["regime"])
        preset = job.payload.get("preset", FULL)
        changed = job.payload.get("settings", {})
        settings = {method: _settings(run, method, regime, changed, preset) for method in job.payload["methods"]}
        missing = [method for method in settings if not study.has_maps(run, method, regime, settings[method])]

        def keep_settings() -> None:
            if changed:  # of one method
                for method, chosen in settings.items():
                    put_in_force(run, method, chosen, regime)

        if not missing:
            keep_settings()
            return f"All maps of run {run.name!r} were there."
        threads = 1 if choose_device().kind == "cpu" else usable_cores()
        by_method = {
            method: explain.plan_units(run, regime, method, settings[method], study.plan_digest, threads)
            for method in missing
        }
        units = explain.in_one_pass(by_method)

        def keep(unit: explain.ExplainUnit, found: Arrays) -> None:
            if not study.maps_store.has(unit.key):  # a worker with a cache of its own
                study.maps_store.put(unit.key, found)

        work_on(
            explain.explain_unit,
            units,
            [(unit.method, unit.name) for unit in units],
            finished={number for number, unit in enumerate(units) if study.maps_store.has(unit.key)},
            progress=progress,
            keep=keep,
            executor=job.payload["executor"],
            address=job.payload["address"],
        )
        for method_units in by_method.values():
            explain.assemble(method_units, study.maps_store)
        keep_settings()
        return f"Run {run.name!r} has maps of {len(study.plan)} images by {', '.join(missing)}."


def _settings(run: Run, method: str, regime: str, changed: Mapping[str, Any], preset: str) -> Any:
    """Give a method's settings in force as they are changed, by a preset."""
    return preset_settings(method, preset, with_changes(settings_in_force(run, method, regime), changed))


def _pair_regime(run: Run, regime: str | None) -> str:
    """Give the regime whose classifiers are explained."""
    require_complete(run, "its maps")
    if run.pair_regime is None:
        raise MissingError(f"Run {run.name!r} has no pair classifiers, and {OF_PAIRS}. Choose another run.")
    if regime == MULTICLASS:
        raise InputError(
            f"{regime!r} has no pair classifiers to be explained. Name another regime of run {run.name!r}."
        )
    if regime is not None and regime not in run.regimes:
        raise MissingError(f"Run {run.name!r} has no regime {regime!r}. It has {', '.join(run.regimes)}.")
    return regime or run.pair_regime
