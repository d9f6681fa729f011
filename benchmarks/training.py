"""How fast ensembles are trained, beside a plain script in the same run: `python benchmarks/training.py`.

Figures:

``small_28_pairs``
    All 28 pair classifiers of the small network at 128 px, from JPEG files of 64 rendered faces per label. The peer is
    `benchmarks/plain_training.py`: ImageFolder, PIL, torchvision v2 transforms, two loader workers, float32, one pair after
    the other. Ours is what the dashboard's Retrain runs, processes, checkpoints and validation included.
``resnet50``
    One pair of ResNet-50 at 224 px, likewise.
``loading_small``, ``loading_resnet50``
    Share of an epoch's time that goes into reading and changing images, in one process of one thread: at most .20 for the
    small network at 128 px and .05 for ResNet-50 at 224 px is the aim.
``compiled_small``
    A step of the small network at 128 px as it is, beside the same step after `torch.compile`, in turn; the ratio is above 1
    where training is faster without. What compiling costs once is given too.
``scaling_pairs``, ``scaling_images``
    Exponents of training time over 7, 14 and 28 pairs at 64 px, and over three numbers of images: 1 is linear. It is the time
    that the classifiers say they took; `wall_values` hold what passed in all, the start of processes included.
    ``memory_pairs`` is the exponent of the largest process's memory over the same pairs: 0 does not grow.

Times are medians of ``--rounds`` rounds, in which ours and the peer take turns. ``--json`` prints the figures for programs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))  # the checkout, when it is run as a file

from fercore.jobs.executors.local import n_fitting, run_local, usable_cores
from fercore.jobs.kinds.train import memory_bytes, train
from fercore.machines.device import choose_device
from fercore.machines.inputs import normalise
from fercore.machines.network import build_classifier
from fercore.machines.plan_run import plan_units, start_run
from fercore.machines.presets import training_settings
from fercore.machines.runs import Run
from fercore.machines.train_unit import prepare
from fercore.machines.training import make_optimizer, train_one_epoch
from fercore.settings import TrainingSettings
from fercore.study import Study, create_study, open_study

PLAIN = Path(__file__).with_name("plain_training.py")
FIGURES = ("small_28_pairs", "resnet50", "loading", "compiled", "scaling")
EPOCHS = 2
_SAMPLE_S = 0.2


def write_faces(folder: Path, per_label: int, side: int) -> None:
    """Write training faces of the default study as JPEG files, one folder per label, at the given side."""
    study = open_study()
    index = study.images.of_split("train")
    for label in study.label_set:
        (folder / label).mkdir(parents=True)
        for row in index.index[index["label"] == label][:per_label]:
            image = cv2.resize(study.images.pixels[row], (side, side), interpolation=cv2.INTER_LINEAR)
            name = index.at[row, "image"]
            cv2.imwrite(str(folder / label / f"{name}.jpg"), image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])


def make_study(name: str, folder: Path, per_label: int, side: int) -> tuple[Study, Path]:
    """Make a study of faces, and a folder with the files of its training images for the plain script."""
    write_faces(folder / f"{name}-all", per_label, side)
    study = create_study(name, source="folders", path=folder / f"{name}-all", side=side, per_label=7)
    for source in study.images.of_split("train")["source"]:
        target = folder / f"{name}-train" / source
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}-all" / source).rename(target)
    return study, folder / f"{name}-train"


def ours(
    study: Study, settings: TrainingSettings, pairs: Sequence[str], name: str, n_workers: int | None = None
) -> tuple[float, int]:
    """Train pairs as Retrain does: seconds, and the largest resident memory of one process in bytes."""
    at_once = n_workers or min(len(pairs), n_fitting(memory_bytes(settings)))
    run = start_run(
        study.folder, name, label_set=study.label_set, regimes=[f"epochs-{EPOCHS}"], settings=settings,
        pairs=[study.label_set.parse_pair(pair) for pair in pairs], threads=max(1, usable_cores() // at_once),
    )  # fmt: skip
    with _Memory() as memory:
        start = time.perf_counter()
        run_local(train, plan_units(run), on_progress=_ignore, on_result=_ignore, n_workers=at_once)
        seconds = time.perf_counter() - start
    return seconds, memory.largest


def plain(folder: Path, settings: TrainingSettings, pairs: Sequence[str]) -> float:
    """Train the same pairs with the plain script: seconds, the start of Python included as in ours."""
    words = [str(folder), settings.network, str(settings.input_side), str(settings.batch_size), str(EPOCHS), *pairs]
    start = time.perf_counter()
    subprocess.run([sys.executable, str(PLAIN), *words], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


class _Memory:
    """Watches the memory of this process's children."""

    def __enter__(self) -> _Memory:
        self.largest, self._stop = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._stop.wait(_SAMPLE_S):
            for child in psutil.Process().children(recursive=True):
                try:
                    self.largest = max(self.largest, child.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def compare(
    name: str, study: Study, faces: Path, settings: TrainingSettings, pairs: Sequence[str], rounds: int
) -> dict[str, Any]:
    """Let ours and the peer take turns."""
    times: dict[str, list[float]] = {"ours": [], "peer": []}
    for number in range(rounds):
        times["ours"].append(ours(study, settings, pairs, f"{name}-{number}")[0])
        times["peer"].append(plain(faces, settings, pairs))
    ratios = [peer / own for own, peer in zip(times["ours"], times["peer"], strict=True)]
    device = choose_device()
    return {
        "name": name,
        "ours": round(statistics.median(times["ours"]), 2),
        "peer": round(statistics.median(times["peer"]), 2),
        "ratio": round(statistics.median(ratios), 2),
        "unit": "s",
        "threads": usable_cores(),
        "smallest_ratio": round(min(ratios), 2),
        "largest_ratio": round(max(ratios), 2),
        "rounds": rounds,
        "pairs": len(pairs),
        "epochs": EPOCHS,
        "batch_size": settings.batch_size,
        "precision": device.precision,
        "device": device.reason,
    }


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Fit value = c size^e by least squares in logarithms; gives e."""
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def loading(name: str, study: Study, settings: TrainingSettings, aim: float, rounds: int) -> dict[str, Any]:
    """Time an epoch of one pair, and the same epoch without learning."""
    run = start_run(
        study.folder, name, label_set=study.label_set, regimes=["epochs-1"], settings=settings,
        pairs=study.label_set.pairs[:1],
    )  # fmt: skip
    torch.set_num_threads(1)
    training, _ = prepare(plan_units(run)[0], study.images, choose_device(1))

    def load() -> None:
        for step in training.lesson.steps(settings.batch_size, torch.Generator().manual_seed(0)):
            normalise(step.x)

    train_one_epoch(training, 0)
    shares = [seconds(load) / seconds(lambda: train_one_epoch(training, 0)) for _ in range(rounds)]
    share = statistics.median(shares)
    return {
        "name": name, "ours": round(share, 3), "peer": aim, "ratio": round(aim / share, 2), "unit": "share of an epoch",
        "threads": 1, "images": training.lesson.n_images, "batch_size": settings.batch_size,
    }  # fmt: skip


def compiled(settings: TrainingSettings, rounds: int) -> dict[str, Any]:
    """Time steps with and without `torch.compile`, in turn."""
    torch.set_num_threads(1)
    device = choose_device(1)
    x = device.arrange(torch.randn(settings.batch_size, 3, settings.input_side, settings.input_side))
    y = torch.arange(settings.batch_size) % 2
    steps = []
    for compiles in (False, True):
        classifier = build_classifier(settings.network, 2, 0, settings.input_side).train()
        device.place(classifier)
        optimizer = make_optimizer(classifier, settings)
        network = torch.compile(classifier) if compiles else classifier

        def step(network: Any = network, optimizer: torch.optim.Optimizer = optimizer) -> None:
            optimizer.zero_grad()
            with device.autocast():
                logits = network(x).float()
            torch.nn.functional.cross_entropy(logits, y).backward()
            optimizer.step()

        steps.append(step)
    eager, faster = steps
    once = seconds(faster)
    seconds(eager)
    times = [(seconds(eager), seconds(faster)) for _ in range(5 * rounds)]
    ours, peer = (statistics.median(own) for own in zip(*times, strict=True))
    return {
        "name": "compiled_small", "ours": round(ours, 4), "peer": round(peer, 4),
        "ratio": round(statistics.median(b / a for a, b in times), 2), "unit": "s", "threads": 1,
        "compiling_s": round(once, 1), "batch_size": settings.batch_size, "precision": device.precision,
    }  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    """Time some work."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def scaling(study: Study, settings: TrainingSettings) -> list[dict[str, Any]]:
    """Train 7, 14 and 28 pairs of half of the images, and 7 pairs of a quarter, half and all of them."""
    names = [str(pair) for pair in study.label_set.pairs]
    per_label = int(study.images.of_split("train")["label"].value_counts().min())
    limits = [per_label // 4, per_label // 2, per_label]
    sizes = [7, 14, 28]

    def at(n_pairs: int, n_images: int) -> tuple[float, float, int]:
        limited = TrainingSettings(**{**vars(settings), "max_images_per_label": n_images})
        name = f"scaling-{n_pairs}-{n_images}"
        wall, memory = ours(study, limited, names[:n_pairs], name)
        run = Run.open(study.folder / "runs" / name)
        return (
            sum(run.unit_card(regime, unit)["seconds"] for regime in run.regimes for unit in run.units(regime)),
            wall,
            memory,
        )

    ours(study, settings, names[:2], "warm")  # files into memory, so that the first size is not the odd one
    by_pairs = [at(n, limits[1]) for n in sizes]
    by_images = [at(7, limits[0]), by_pairs[0], at(7, limits[2])]
    fits = {
        "scaling_pairs": (sizes, [own for own, _, _ in by_pairs], [wall for _, wall, _ in by_pairs], 1.0),
        "scaling_images": (limits, [own for own, _, _ in by_images], [wall for _, wall, _ in by_images], 1.0),
        "memory_pairs": (sizes, [memory / 1e6 for _, _, memory in by_pairs], [], 0.0),
    }
    return [
        {
            "name": name,
            "ours": round(exponent(at_sizes, values), 2),
            "peer": linear,
            "ratio": round((1 + linear) / (1 + exponent(at_sizes, values)), 2),
            "unit": "exponent",
            "threads": usable_cores(),
            "sizes": at_sizes,
            "values": [round(value, 1) for value in values],
            **({"wall_values": [round(value, 1) for value in walls]} if walls else {}),
        }
        for name, (at_sizes, values, walls, linear) in fits.items()
    ]


def _ignore(*_: Any) -> None:
    pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="figures to make, separated by commas: " + ", ".join(FIGURES))
    arguments = parser.parse_args()
    wanted = arguments.only.split(",") if arguments.only else FIGURES
    figures: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="fercore-benchmark-") as place:
        os.environ["FERCORE_STUDIES"] = f"{place}/studies"
        os.environ["FERCORE_CACHE"] = f"{place}/cache"
        folder = Path(place)
        small = TrainingSettings(**{**vars(training_settings("small")), "input_side": 128, "batch_size": 32})
        study, files = make_study("small", folder, 64, 128)
        pairs = [str(pair) for pair in study.label_set.pairs]
        if "small_28_pairs" in wanted:
            figures.append(compare("small_28_pairs", study, files, small, pairs, arguments.rounds))
        if "compiled" in wanted:
            figures.append(compiled(small, arguments.rounds))
        if "loading" in wanted:
            figures.append(loading("loading_small", study, small, 0.20, arguments.rounds))
        if {"resnet50", "loading"} & set(wanted):
            large = TrainingSettings(batch_size=16)
            faces, files = make_study("large", folder, 28, 224)
            if "resnet50" in wanted:
                figures.append(compare("resnet50", faces, files, large, pairs[:1], arguments.rounds))
            if "loading" in wanted:
                figures.append(loading("loading_resnet50", faces, large, 0.05, arguments.rounds))
        if "scaling" in wanted:
            many, _ = make_study("many", folder, 320, 64)
            figures += scaling(many, training_settings("small"))
    if arguments.json:
        print(json.dumps({"figures": figures}))
        return
    for figure in figures:
        print(
            f"{figure['name']}: ours {figure['ours']}, peer {figure['peer']} {figure['unit']}, ratio {figure['ratio']}"
        )


if __name__ == "__main__":
    main()
