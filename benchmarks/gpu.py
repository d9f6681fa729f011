"""How well a GPU is used: `python benchmarks/gpu.py`, on a machine that has one.

ResNet-50 at 224 px in batches of 64, on made-up faces. Figures:

``gpu_step``
    Images per second of a training epoch as fercore does it (images on the GPU as bytes, changed there), beside the same
    network on one fixed batch that is on the GPU already. 1 is as fast as can be; .85 is the aim.
``gpu_streamed``
    The same with images streamed from the host, as they are when they do not fit.
``gpu_side_by_side``
    Images per second of three pairs side by side, in three processes, beside one.
``gpu_plain``
    Beside `benchmarks/plain_training.py` on the same GPU; 4 is the aim.

``affectnet_epoch_min`` is the estimate that follows for one epoch of the 28 pairs of AffectNet (675,512 images).
``--json`` prints the figures for programs. Without a GPU it measures this CPU with the small network and says so.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parents[1]))  # the checkout, when it is run as a file

from benchmarks.training import EPOCHS, make_study, ours, plain
from fercore.machines.device import Device, choose_device
from fercore.machines.image_stream import RESIDENT, STREAMED, ImageStream
from fercore.machines.lesson import Lesson
from fercore.machines.network import build_classifier
from fercore.machines.pair_data import TrainingData
from fercore.machines.presets import training_settings
from fercore.machines.regime import find_regime
from fercore.machines.training import Training, make_optimizer, train_one_epoch
from fercore.settings import TrainingSettings

AFFECTNET_IMAGES = 675_512
"""Images in one epoch of all 28 pairs of AffectNet's eight expressions, undersampled."""


def per_second(n_images: int, work: Callable[[], object], rounds: int) -> float:
    """Give the median of images per second, after one round that is not counted."""
    speeds = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        speeds.append(n_images / (time.perf_counter() - start))
    return statistics.median(speeds[1:])


def epoch_speed(settings: TrainingSettings, device: Device, way: str, n_images: int, rounds: int) -> float:
    """Train epochs of one pair as fercore does."""
    side = settings.input_side
    pixels = np.random.default_rng(0).integers(0, 256, (n_images, side, side, 3), dtype=np.uint8)
    rows, nothing = np.arange(n_images), np.empty(0, dtype=np.intp)
    data = TrainingData(rows, (rows % 2).astype(np.int64), nothing, nothing.astype(np.int64))
    classifier = build_classifier(settings.network, 2, 0, side)
    device.place(classifier)
    lesson = Lesson(pixels, data, settings.augmentation, device)
    lesson.stream = ImageStream(pixels, rows, device, way)
    regime = find_regime("epochs-1", settings)
    training = Training(
        classifier, make_optimizer(classifier, settings), pixels, data, lesson, regime, settings, device
    )
    return per_second(n_images, lambda: train_one_epoch(training, 0), rounds)


def fixed_speed(settings: TrainingSettings, device: Device, n_steps: int, rounds: int) -> float:
    """Train the same network on one batch, over and over."""
    side, size = settings.input_side, settings.batch_size
    classifier = build_classifier(settings.network, 2, 0, side)
    device.place(classifier)
    optimizer = make_optimizer(classifier.train(), settings)
    x = device.arrange(torch.randn(size, 3, side, side, device=device.torch_device))
    y = (torch.arange(size) % 2).to(device.torch_device)

    def steps() -> None:
        for _ in range(n_steps):
            optimizer.zero_grad()
            with device.autocast():
                logits = classifier(x).float()
            functional.cross_entropy(logits, y).backward()
            optimizer.step()

    return per_second(n_steps * size, steps, rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    device = choose_device()
    on_gpu = device.kind == "cuda"
    settings = TrainingSettings() if on_gpu else training_settings("small")
    n_steps = 40 if on_gpu else 8
    n_images = n_steps * settings.batch_size
    speeds = {
        "fixed": fixed_speed(settings, device, n_steps, arguments.rounds),
        "gpu_step": epoch_speed(settings, device, RESIDENT, n_images, arguments.rounds),
        "gpu_streamed": epoch_speed(settings, device, STREAMED, n_images, arguments.rounds),
    }
    common = {"unit": "images/s", "threads": device.threads, "device": device.reason, "network": settings.network}
    figures: list[dict[str, Any]] = [
        {
            "name": name,
            "ours": round(speeds[name], 1),
            "peer": round(speeds["fixed"], 1),
            "ratio": round(speeds[name] / speeds["fixed"], 3),
            **common,
        }
        for name in ("gpu_step", "gpu_streamed")
    ]
    with tempfile.TemporaryDirectory(prefix="fercore-benchmark-") as place:
        os.environ["FERCORE_STUDIES"], os.environ["FERCORE_CACHE"] = f"{place}/studies", f"{place}/cache"
        study, files = make_study("faces", Path(place), 200, settings.input_side)
        pairs = [str(pair) for pair in study.label_set.pairs][:3]
        shown = EPOCHS * len(pairs) * 2 * int(study.images.of_split("train")["label"].value_counts().min())
        one = shown / ours(study, settings, pairs, "one", n_workers=1)[0]
        three = shown / ours(study, settings, pairs, "three", n_workers=3)[0]
        script = shown / plain(files, settings, pairs)
    for name, own, peer in (("gpu_side_by_side", three, one), ("gpu_plain", max(one, three), script)):
        figures.append(
            {"name": name, "ours": round(own, 1), "peer": round(peer, 1), "ratio": round(own / peer, 2), **common}
        )
    if on_gpu:
        minutes = AFFECTNET_IMAGES / max(speeds["gpu_step"], three) / 60
        figures.append(
            {
                "name": "affectnet_epoch_min",
                "ours": round(minutes, 1),
                "peer": None,
                "ratio": None,
                **common,
                "unit": "min",
            }
        )
    if arguments.json:
        print(json.dumps({"figures": figures}))
        return
    print(device.reason)
    for figure in figures:
        print(
            f"{figure['name']}: ours {figure['ours']}, peer {figure['peer']} {figure['unit']}, ratio {figure['ratio']}"
        )


if __name__ == "__main__":
    main()
