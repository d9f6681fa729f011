"""How long it takes to retrain the 28 classifiers of the default study: `python benchmarks/retrain.py`.

The work is what the dashboard's "Retrain" starts: the same units, run by the same local processes, in a folder of studies
of its own. Figure:

``retrain_default_28``
    Seconds from the start of the first process to the finished run. Its peer is not a program but a promise: 300 s on two
    cores.

``--json`` prints the figure for programs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))  # the checkout, when it is run as a file

from fercore.jobs.executors.local import n_fitting, run_local, usable_cores
from fercore.jobs.kinds.train import memory_bytes, train
from fercore.machines.finish_run import finish_run
from fercore.machines.plan_run import plan_units, start_run
from fercore.machines.presets import training_settings
from fercore.machines.runs import Run
from fercore.machines.votes import two_afc, vote
from fercore.study import Study, open_study

PROMISED_S = 300
REGIME = "accuracy-90"


def retrain(study: Study, seed: int) -> tuple[Run, float, int]:
    settings = training_settings(study.card.network)
    n_workers = n_fitting(memory_bytes(settings))
    run = start_run(
        study.folder, "benchmark", label_set=study.label_set, regimes=[REGIME], settings=settings, seed=seed
    )
    start = time.perf_counter()
    run_local(train, plan_units(run), on_progress=_ignore, on_result=_ignore, n_workers=n_workers)
    run = finish_run(run)
    return run, time.perf_counter() - start, n_workers


def figure(study: Study, run: Run, seconds: float, n_workers: int) -> dict[str, Any]:
    n_epochs = list(run.card["n_epochs"][REGIME].values())
    last = [run.history(REGIME, unit)["train_accuracy"].iloc[-1] for unit in run.units(REGIME)]
    outputs = run.outputs(REGIME, "experimental")
    true, false = list(study.plan["true_label"]), list(study.plan["false_label"])
    right = vote(outputs, study.label_set).winners == [study.label_set.index(label) for label in true]
    return {
        "name": "retrain_default_28",
        "ours": round(seconds, 1),
        "peer": PROMISED_S,
        "ratio": round(PROMISED_S / seconds, 2),
        "unit": "s",
        "threads": n_workers,
        "cores": usable_cores(),
        "device": run.card["device"]["reason"],
        "reached_the_goal": int(sum(accuracy >= 0.9 for accuracy in last)),
        "mean_epochs": round(float(np.mean(n_epochs)), 1),
        "simple_vote_accuracy": round(float(np.mean(right)), 3),
        "two_afc_accuracy": round(float(two_afc(outputs, study.label_set, true, false).mean()), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seed", type=int, default=0, help="seed of the run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fercore-retrain-") as place:
        os.environ["FERCORE_STUDIES"] = str(Path(place) / "studies")
        os.environ["FERCORE_CACHE"] = str(Path(place) / "cache")
        study = open_study("default")
        result = figure(study, *retrain(study, options.seed))
    if options.json:
        print(json.dumps({"figures": [result]}))
    else:
        print("\n".join(f"{name}: {value}" for name, value in result.items()))


def _ignore(index: int, value: Any) -> None:
    pass


if __name__ == "__main__":
    main()
