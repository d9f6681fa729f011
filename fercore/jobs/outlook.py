"""How long a training is going to take, judged by what networks took before. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fercore.jobs.executors.local import ON_A_GPU, usable_cores
from fercore.machines.presets import training_settings
from fercore.machines.regime import MULTICLASS
from fercore.machines.runs import Run
from fercore.study import Study, list_studies, open_study


@dataclass(frozen=True)
class Speed:
    """How fast a network was trained before."""

    images_per_s: float
    """Training images per second of all processes together, validation included."""
    run: str
    """The run that it was measured in, with its study."""
    device: str
    """What it was trained on, in words."""


def measured_speed(network: str) -> Speed | None:
    """Give the speed of the network's newest finished run in any study, at the side that it would be trained with.

    Only classifiers of at least two epochs count, and of them all epochs but the first, in which files are read. None when
    there is no such run.
    """
    side = training_settings(network).input_side
    for study, run in _newest_first(network):
        if run.input_side != side:
            continue
        cards = [run.unit_card(regime, unit) for regime in run.regimes for unit in run.units(regime)]
        images = sum(card["n_images"] * (len(card["history"]) - 1) for card in cards)
        seconds = sum(epoch["seconds"] for card in cards for epoch in card["history"][1:])
        if seconds > 0:
            speed = images / seconds * _side_by_side(run, len(cards))
            return Speed(speed, f"run {run.name} of study {study.name}", run.card["device"]["reason"])
    return None


def judged_by_runs(study: Study, network: str, regimes: Sequence[str], pairs: Sequence[str] | None) -> float | None:
    """Estimate the seconds of a training by the network's newest finished run of the study that has all regimes.

    What the chosen classifiers took there, shared among those that are trained side by side; None without such a run.
    """
    for _, run in _newest_first(network, study):
        if not set(regimes) <= set(run.regimes):
            continue
        wanted = [(r, unit) for r in regimes for unit in run.units(r) if pairs is None or unit in (*pairs, MULTICLASS)]
        spent = sum(float(run.unit_card(*unit)["seconds"]) for unit in wanted)
        return spent / _side_by_side(run, len(wanted))
    return None


def _newest_first(network: str, study: Study | None = None) -> Iterator[tuple[Study, Run]]:
    """Give the finished runs of a network, of one study or of all."""
    studies = [study] if study is not None else [open_study(name) for name in list_studies()]
    runs = [(owner, owner.run(name)) for owner in studies for name in owner.run_names]
    for owner, run in sorted(runs, key=lambda both: str(both[1].card["created"]), reverse=True):
        if run.training.network == network:
            yield owner, run


def _side_by_side(run: Run, n_units: int) -> int:
    """Give the number of classifiers of a run that are trained at a time on a machine like this one."""
    device = run.card["device"]
    at_once = usable_cores() // int(device["threads"]) if device["kind"] == "cpu" else min(usable_cores(), ON_A_GPU)
    return max(1, min(at_once, n_units))
