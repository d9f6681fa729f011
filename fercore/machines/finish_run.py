"""The end of a run: outputs of all classifiers in one file per regime, and the card that makes it complete."""

from __future__ import annotations

from datetime import UTC, datetime

from fercore.errors import MissingError
from fercore.machines.cards import versions
from fercore.machines.outputs import UNIT_OUTPUTS, join_outputs
from fercore.machines.runs import OUTPUTS_FILE, RUN_FILE, Run
from fercore.store import write_arrays, write_json


def finish_run(run: Run) -> Run:
    """Complete a run whose classifiers are all trained; nothing to do when it is complete.

    Returns
    -------
    Run
        The complete run. Its card says, beside what was asked for: ``seconds`` of training over all classifiers, the
        ``device`` with its reason, ``versions``, ``starting_weights``, ``cam_layer``, ``n_epochs`` and ``weights_digests``
        per regime.

    Raises
    ------
    MissingError
        When a classifier is not trained yet.
    DamagedError
        When the outputs of one are not what was written.
    """
    if run.complete:
        return run
    units = [(regime, unit) for regime in run.regimes for unit in run.units(regime)]
    waiting = [f"{regime}/{unit}" for regime, unit in units if run.state(regime, unit) != "done"]
    if waiting:
        raise MissingError(
            f"Run {run.name!r} is not finished: {len(waiting)} of {len(units)} classifiers are still to be trained, "
            f"{waiting[0]} first. Resume it."
        )
    for regime in run.regimes:
        write_arrays(run.folder / regime / OUTPUTS_FILE, join_outputs(run, regime))
    cards = [run.unit_card(regime, unit) for regime, unit in units]
    result = {
        "seconds": sum(card["seconds"] for card in cards),
        "device": cards[-1]["device"],
        "starting_weights": cards[-1]["starting_weights"],
        "cam_layer": cards[-1].get("cam_layer"),
        "n_epochs": {
            regime: {card["unit"]: len(card["history"]) for card in cards if card["regime"] == regime}
            for regime in run.regimes
        },
        "weights_digests": {regime: run.weights_digest(regime) for regime in run.regimes},
        "versions": versions(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_json(run.folder / RUN_FILE, {**run.card, **result})
    for regime, unit in units:
        run.unit_path(regime, unit, UNIT_OUTPUTS).unlink(missing_ok=True)
    return Run.open(run.folder)
