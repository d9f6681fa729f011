"""``train``: a run of one or more regimes, one classifier after the other on every core.

Payload of a new run: ``study``, ``regimes`` (names), ``pairs`` (names; all when None), ``seed``, ``run`` (name; a free one
when None), ``network`` (the study's when None), ``epochs`` (cap of ``accuracy-N``, and number of ``multiclass``; the
settings' when None) and ``settings`` (`TrainingSettings` by name that shall differ). Payload of a run to be taken up
again: ``study`` and ``resume`` (its name); everything else stands in the run. Both: ``executor`` and ``address``.

A run that was stopped stays where it is, and the next attempt goes on after the last finished epoch of each classifier.
A complete run is never touched.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fercore.errors import InputError, JobError
from fercore.jobs.executor import Report, chosen_executor
from fercore.jobs.executors.local import n_fitting, usable_cores
from fercore.jobs.job import Job, Order
from fercore.jobs.kind import JOB_KINDS, JobKind, Progress
from fercore.jobs.table import JobTable
from fercore.jobs.tally import work_on
from fercore.labels import Pair
from fercore.machines.plan_run import TrainingUnit, plan_units, start_run, with_bases
from fercore.machines.presets import training_settings, with_whole_paths
from fercore.machines.regime import find_regime
from fercore.machines.runs import Run
from fercore.settings import TrainingSettings, from_mapping, to_mapping
from fercore.study import Study, open_study
from fercore.study.card import check_name
from fercore.study.guidance import guidance_of

_WEIGHTS_BYTES = {"small": 1_000_000, "resnet50": 95_000_000}
_SPARE_BYTES = 200_000_000
_PROCESS_BYTES = 600_000_000
_BYTES_PER_PX = 2000


@JOB_KINDS.register
class Train(JobKind):
    """Train the classifiers of a run."""

    def prepare(self, payload: Mapping[str, Any]) -> Order:
        """Check names, regimes, pairs, settings, training images, the network and disk space."""
        study = open_study(payload["study"])
        asked = _taken_up(study, payload["resume"]) if payload.get("resume") else _made_new(study, payload)
        asked |= chosen_executor(payload)
        settings = from_mapping(TrainingSettings, asked["training"])
        pairwise = [find_regime(regime, settings).pairwise for regime in asked["regimes"]]
        n_units = sum(len(asked["pairs"]) if by_pair else 1 for by_pair in pairwise)
        _require_images(study, asked["pairs"], all_labels=not all(pairwise))
        _require_disk(study, n_units, settings)
        what = f"{', '.join(asked['regimes'])} ({n_units} classifier{'s' if n_units > 1 else ''})"
        return Order(study.name, f"Train {asked['run']}: {what}", f"run {asked['run']}", asked)

    def run(self, job: Job, progress: Progress) -> str:
        """Train what is not trained yet, then finish the run."""
        study = open_study(job.payload["study"])
        run = _open_or_start(study, job)
        if run.complete:
            return f"Run {run.name!r} was complete."
        units = plan_units(run)
        work_on(
            train,
            units,
            [(unit.regime, unit.name) for unit in units],
            finished={number for number, unit in enumerate(units) if run.state(unit.regime, unit.name) == "done"},
            last={number for number, unit in enumerate(units) if unit.base is not None},
            progress=progress,
            memory_bytes=memory_bytes(run.training),
            executor=job.payload["executor"],
            address=job.payload["address"],
        )
        from fercore.machines.finish_run import finish_run

        finish_run(run)
        return f"Run {run.name!r} is complete: {', '.join(run.regimes)} on study {study.name!r}."


def _made_new(study: Study, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Complete what is asked for a new run."""
    settings = training_settings(payload.get("network") or study.card.network)
    settings = with_whole_paths(
        from_mapping(TrainingSettings, to_mapping(settings) | dict(payload.get("settings") or {}))
    )
    asked_for = list(dict.fromkeys(payload.get("regimes") or ("accuracy-90",)))
    epochs = payload.get("epochs")
    if epochs is not None:
        if epochs < 1:
            raise InputError(f"{epochs!r} epochs train nothing. Ask for at least one.")
        if fixed := [regime for regime in asked_for if regime.startswith("epochs-")]:
            raise InputError(f"{fixed[0]!r} says already how many epochs there are. Name no other number beside it.")
        settings = replace(settings, max_epochs=epochs, multiclass_epochs=epochs)
    regimes = with_bases(asked_for, settings)
    _require_people(study, regimes, settings)
    asked = payload.get("pairs")
    chosen = set(study.label_set.pairs if asked is None else map(study.label_set.parse_pair, asked))
    if not chosen:
        raise InputError(f"No pair was named. Name one, such as {study.label_set.pairs[0]}, or leave --pairs out.")
    return {
        "study": study.name,
        "run": _free_name(study, payload.get("run"), asked_for),
        "regimes": regimes,
        "pairs": [str(pair) for pair in study.label_set.pairs if pair in chosen],
        "seed": payload.get("seed") or 0,
        "training": to_mapping(settings),
        "resume": False,
    }


def _taken_up(study: Study, name: str) -> dict[str, Any]:
    """Read what an unfinished run is to train."""
    run = study.run(name)
    if run.complete:
        raise InputError(f"Run {name!r} is complete, and complete runs are never changed. Train a new one.")
    same = {key: run.card[key] for key in ("run", "regimes", "pairs", "seed", "training")}
    return {"study": study.name, **same, "resume": True}


def _free_name(study: Study, name: str | None, regimes: Sequence[str]) -> str:
    promised = {job.payload.get("run") for job in JobTable().active() if job.study == study.name}
    taken = {path.name for path in (study.folder / "runs").glob("*")} | promised
    if name is not None:
        if check_name(name, "run") in taken:
            raise InputError(
                f"Study {study.name!r} has a run {name!r} already, and runs are never overwritten. Choose another name, or "
                f"go on with an unfinished one: `python -m fercore train {study.name} --resume {name}`."
            )
        return name
    stem = "-".join(regimes)
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _require_images(study: Study, pairs: Sequence[str], *, all_labels: bool) -> None:
    parsed: list[Pair] = [study.label_set.parse_pair(pair) for pair in pairs]
    labels = [label for label in study.label_set if all_labels or any(label in pair for pair in parsed)]
    there = set(study.images.of_split("train")["label"])
    without = [label for label in labels if label not in there]
    if without:
        raise InputError(
            f"Study {study.name!r} has no training image of {', '.join(map(repr, without))}, so no classifier can learn it. "
            "Make the study with more images, or name pairs without this label."
        )


def _require_people(study: Study, regimes: Sequence[str], settings: TrainingSettings) -> None:
    guided = [regime for regime in regimes if find_regime(regime, settings).learns_from_people]
    if guided and (study.trials.empty or not study.kept_trials["correct"].any()):
        raise InputError(
            f"The regime {guided[0]!r} learns from people, and nobody's trials are in study {study.name!r}. Import or simulate "
            "trials first, or train another regime."
        )


def _require_disk(study: Study, n_units: int, settings: TrainingSettings) -> None:
    """Refuse a run that would fill the disk: weights of all, and three times that of those under way (Adam's moments)."""
    needed = _weights_bytes(settings) * (n_units + 3 * min(n_units, usable_cores())) + _SPARE_BYTES
    free = shutil.disk_usage(study.folder).free
    if free < needed:
        raise JobError(
            f"The run needs about {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free in {study.folder}. Make room, or "
            "train fewer pairs at once."
        )


def _weights_bytes(settings: TrainingSettings) -> int:
    """Give the size of a classifier's weights; a network that is not one of the usual ones is built and tried for that."""
    if settings.network in _WEIGHTS_BYTES:
        return _WEIGHTS_BYTES[settings.network]
    from fercore.machines.network import build_classifier  # loads torch, which the usual networks do not need here

    classifier = build_classifier(settings.network, n_outputs=2, seed=0, input_side=settings.input_side)
    return sum(value.nbytes for value in classifier.state_dict().values())


def _open_or_start(study: Study, job: Job) -> Run:
    asked = job.payload
    mine = asked["resume"] or job.attempt > 1
    if mine and asked["run"] in study.all_run_names:
        return study.run(asked["run"])
    settings = from_mapping(TrainingSettings, asked["training"])
    guided = any(find_regime(regime, settings).learns_from_people for regime in asked["regimes"])
    run = start_run(
        study.folder,
        asked["run"],
        label_set=study.label_set,
        regimes=asked["regimes"],
        settings=settings,
        guidance=guidance_of(study, settings.input_side) if guided else None,
        pairs=[study.label_set.parse_pair(pair) for pair in asked["pairs"]],
        seed=asked["seed"],
        threads=_threads(asked, settings),
    )
    from fercore.machines.adopt import adopt_units  # loads torch

    adopt_units(run, [study.run(name) for name in study.run_names])
    return run


def _threads(asked: Mapping[str, Any], settings: TrainingSettings) -> int:
    """Give the threads of each classifier: one where there are enough classifiers for all cores, else the cores divided.

    Cores are counted on this machine; a run that other machines work on has one thread for each classifier.
    """
    if asked["executor"] != "local":
        return 1
    n_units = sum(len(asked["pairs"]) if find_regime(name, settings).pairwise else 1 for name in asked["regimes"])
    return max(1, usable_cores() // min(n_units, n_fitting(memory_bytes(settings))))


def train(unit: TrainingUnit, report: Report) -> None:
    """Train one classifier; the libraries for that are loaded in the process that trains, and there only."""
    from fercore.machines.train_unit import train_unit

    train_unit(unit, report)


def memory_bytes(settings: TrainingSettings) -> int:
    """Estimate the memory of a process that trains: the libraries, and 2 kB per image pixel of its batch (ResNet-50's activations)."""
    return _PROCESS_BYTES + _BYTES_PER_PX * settings.batch_size * settings.input_side**2
