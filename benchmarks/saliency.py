"""How fast saliency is, beside plain implementations of the same in the same run: `python benchmarks/saliency.py`.

Figures, each the median of rounds in which ours and the peer take turns:

``extremal_small``, ``extremal_resnet18``, ``extremal_resnet50``
    Extremal Perturbation of four areas, equal settings and steps: the small network at 128 px, the others at 224 px; times are
    scaled up to the 800 steps of a full run from those of ``steps`` steps and of a fifth of them. The
    peer is `benchmarks/plain_saliency.py`: one image at a time, every mask at full resolution from its formula, a sort for the
    area, BatchNorm as it is, float32; it takes a quarter of the images, and counts four times. Ours asks the network in
    bfloat16 where the hardware computes it (``precision``). ``times_floor`` is our time over that of one forward and one input
    gradient of the same (folded) network and batch per step, in the same precision.
``cam_grad_cam``
    CAM and Grad-CAM of all 280 images of the default study by its classifiers. The peer is captum's LayerGradCam, once
    without and once with its ReLU, image by image.
``extremal_fast``
    Extremal Perturbation of images of the default study by the preset ``full`` (peer) and ``fast`` (ours), with the median
    and the smallest correlation of their maps, and of their single masks.
``warm_block``
    Reading a run's maps by CAM, Grad-CAM and Extremal Perturbation from the store (ours), and computing them (peer; Extremal
    Perturbation is computed for one pair by the preset ``fast``, and counted for all).
``live_map``
    One image's map by Extremal Perturbation, preset ``fast``, as a page computes it while its reader waits: wall time, torch
    loaded, as many threads as pages take. The peer is what is promised, 3 s on two cores.

Times but this one are those of this process's CPU on one thread unless ``--threads`` says otherwise, so that other work on the machine
counts less. ``--json`` prints the figures for programs.
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
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from captum.attr import LayerGradCam
from plain_saliency import plain_extremal
from torch import Tensor

sys.path.insert(0, str(Path(__file__).parents[1]))  # the checkout, when it is run as a file

from fercore.jobs.executors.local import usable_cores
from fercore.machines.device import choose_device
from fercore.machines.inputs import to_input
from fercore.machines.network import build_classifier, load_classifier
from fercore.saliency.evidence import one_pass
from fercore.saliency.explain import ExplainUnit, explain_unit, plan_units
from fercore.saliency.maps import METHODS, PAPER_METHODS
from fercore.saliency.methods.extremal_perturbation import PIXELS_AT_ONCE
from fercore.saliency.networks import folded_copy
from fercore.saliency.presets import FAST, preset_settings
from fercore.settings import CamSettings, ExtremalSettings, GradCamSettings
from fercore.store import Store
from fercore.study import open_study

EP = "extremal-perturbation"
"""The method that is measured most."""

FULL_STEPS = ExtremalSettings().steps

NETWORKS = {
    "extremal_small": ("small", 128),
    "extremal_resnet18": ("resnet18", 224),
    "extremal_resnet50": ("resnet50", 224),
}


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def figure(name: str, ours: list[float], peer: list[float], **extra: Any) -> dict[str, Any]:
    """Put the rounds of ours and the peer together."""
    ratios = [b / a for a, b in zip(ours, peer, strict=True)]
    return {
        "name": name,
        "ours": round(statistics.median(ours), 4),
        "peer": round(statistics.median(peer), 4),
        "ratio": round(statistics.median(ratios), 2),
        "unit": "s",
        "threads": torch.get_num_threads(),
        "smallest_ratio": round(min(ratios), 2),
        "largest_ratio": round(max(ratios), 2),
        "rounds": len(ratios),
        **extra,
    }


def full_run(work: Callable[[int], object], steps: int) -> float:
    """Scale the time of a run up to all steps, what does not depend on them counted once."""
    short = max(1, steps // 5)
    begun, whole = seconds(lambda: work(short)), seconds(lambda: work(steps))
    return whole + (FULL_STEPS - steps) * (whole - begun) / (steps - short)


def extremal(name: str, n_images: int, steps: int, rounds: int) -> dict[str, Any]:
    network_name, side = NETWORKS[name]
    classifier = build_classifier(network_name, 2, 0, side).eval().requires_grad_(False)
    x = torch.randn(n_images, 3, side, side, generator=torch.Generator().manual_seed(0))
    targets = torch.zeros(n_images, dtype=torch.long)
    precision = choose_device().precision
    method = METHODS.get(EP)

    def settings(n_steps: int) -> ExtremalSettings:
        return replace(ExtremalSettings(), steps=n_steps, precision=precision)

    n_areas = len(ExtremalSettings().areas)
    network = folded_copy(classifier, x).to(getattr(torch, precision))
    batch = x.repeat_interleave(n_areas, dim=0).to(getattr(torch, precision))
    batch = batch.to(memory_format=torch.channels_last).requires_grad_()

    def ours(n_steps: int) -> Tensor:
        return torch.from_numpy(method(classifier, x, targets, settings(n_steps), report=[].append)["masks"]).float()

    def plain(n_steps: int) -> Tensor:
        return torch.stack([plain_extremal(classifier, image[None], 0, settings(n_steps)) for image in x[:n_plain]])

    def floor(n_steps: int) -> None:
        for _ in range(n_steps):
            for rows in batch.split(n_at_once * n_areas):
                torch.autograd.grad(network(rows).sum(), rows)

    n_at_once = max(1, PIXELS_AT_ONCE // (n_areas * side**2))
    n_plain = max(1, n_images // 4)
    few = max(1, steps // 5)
    difference = (ours(few)[:n_plain] - plain(few)).abs().max().item()
    times = [
        (
            full_run(ours, steps),
            full_run(plain, steps) * n_images / n_plain,
            seconds(lambda: floor(steps)) * FULL_STEPS / steps,
        )
        for _ in range(rounds)
    ]
    own, peer, least = ([row[i] for row in times] for i in range(3))
    return figure(
        name, own, peer,
        times_floor=round(statistics.median(a / b for a, b in zip(own, least, strict=True)), 2),
        precision=precision, images=n_images, images_of_peer=n_plain, steps=steps, side=side,
        ms_per_mask_and_step=round(1000 * statistics.median(own) / (n_images * FULL_STEPS * n_areas), 2),
        largest_difference=round(difference, 5),
    )  # fmt: skip


def cam_grad_cam(n_classifiers: int, rounds: int) -> dict[str, Any]:
    study = open_study()
    run = study.run()
    x = to_input(np.asarray(study.images.pixels[study.images.positions(list(study.plan["image"]))]), run.input_side)
    targets = torch.zeros(len(x), dtype=torch.long)
    units = run.units(run.pair_regime)[:n_classifiers]
    classifiers = [load_classifier(run, run.pair_regime, unit, choose_device(1)) for unit in units]

    def ours() -> list[Tensor]:
        maps = []
        for classifier in classifiers:
            with one_pass():  # as a job does
                METHODS.get("cam")(classifier, x, targets, CamSettings(), report=[].append)
                found = METHODS.get("grad-cam")(classifier, x, targets, GradCamSettings(), report=[].append)
            maps.append(torch.from_numpy(found["maps"]))
        return maps

    def plain() -> list[Tensor]:
        maps = []
        for classifier in classifiers:
            method = LayerGradCam(classifier, classifier.body)
            for relu in (False, True):
                found = [
                    method.attribute(image[None].clone().requires_grad_(), target=0, relu_attributions=relu)[
                        0, 0
                    ].detach()
                    for image in x
                ]
            maps.append(torch.stack(found))
        return maps

    difference = max((a - b).abs().max().item() / b.abs().max().item() for a, b in zip(ours(), plain(), strict=True))
    times = [(seconds(ours), seconds(plain)) for _ in range(rounds)]
    extra = {"images": len(x), "classifiers": len(classifiers), "largest_relative_difference": difference}
    return figure("cam_grad_cam", *([row[i] for row in times] for i in range(2)), **extra)


def extremal_fast(n_pairs: int, store: Store) -> dict[str, Any]:
    study = open_study()
    run = study.run()
    times: dict[str, list[float]] = {"full": [], FAST: []}
    correlations: list[float] = []
    of_masks: list[float] = []
    steps: list[float] = []
    for number in np.linspace(0, len(run.units(run.pair_regime)) - 1, n_pairs).round().astype(int):
        found = {}
        for preset, spent in times.items():
            unit = plan_units(run, run.pair_regime, EP, preset_settings(EP, preset), study.plan_digest)[number]
            start = time.process_time()
            found[preset] = explain_unit(unit, [].append, store)
            spent.append(time.process_time() - start)
        steps += found[FAST]["steps"].tolist()
        for kept, name in ((correlations, "maps"), (of_masks, "masks")):
            sides = (found[preset][name].astype(float) for preset in times)
            sides = (side.reshape(-1, side.shape[-1] ** 2) for side in sides)
            kept += [float(np.corrcoef(a, b)[0, 1]) for a, b in zip(*sides, strict=True)]
    return figure(
        "extremal_fast", times[FAST], times["full"], images=len(correlations), median_r=round(statistics.median(correlations), 4),
        worst_r=round(min(correlations), 4), median_mask_r=round(statistics.median(of_masks), 4),
        worst_mask_r=round(min(of_masks), 4), mean_steps=round(statistics.mean(steps)), full_steps=ExtremalSettings().steps,
    )  # fmt: skip


def warm_block(store: Store, rounds: int) -> dict[str, Any]:
    study = open_study()
    run = study.run()
    computing = 0.0
    for method in PAPER_METHODS:
        units = plan_units(run, run.pair_regime, method, preset_settings(method, FAST), study.plan_digest)
        some = units[:1] if method == EP else units
        start = time.process_time()
        for unit in some:
            explain_unit(unit, [].append, Store(store.folder / f"cold-{method}"))
        computing += (time.process_time() - start) * len(units) / len(some)

    def read() -> None:
        for method in PAPER_METHODS:
            assert study.maps(run, method) is not None

    read()
    return figure("warm_block", [seconds(read) for _ in range(rounds)], [computing] * rounds, images=len(study.plan))


def live_map(n_images: int, store: Store) -> dict[str, Any]:
    study = open_study()
    run = study.run()
    threads, settings = max(1, usable_cores() // 2), preset_settings(EP, FAST)
    times = []
    for image in study.plan["image"].iloc[:: len(study.plan) // n_images]:
        unit = ExplainUnit(
            study.folder, run.name, str(run.pair_regime), study.image_pair(image), EP, settings, study.plan_digest, threads, image
        )  # fmt: skip
        start = time.perf_counter()
        explain_unit(unit, [].append, store)
        times.append(time.perf_counter() - start)
    extra = {"threads": threads, "slowest": round(max(times), 2)}
    return figure("live_map", times[1:], [3.0] * (len(times) - 1)) | extra  # the first warms up


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--images", type=int, default=8, help="images of one classifier, at 128 px; a quarter at 224")
    parser.add_argument(
        "--steps", type=int, default=60, help="steps of Extremal Perturbation that are timed at 128 px; a third at 224"
    )
    parser.add_argument("--classifiers", type=int, default=28, help="classifiers of cam_grad_cam")
    parser.add_argument("--pairs", type=int, default=3, help="pairs of extremal_fast, ten images each")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", help="figures to make, separated by commas")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    small = (chosen.images, chosen.steps)
    with tempfile.TemporaryDirectory(prefix="fercore-benchmark-") as place:
        os.environ["FERCORE_STUDIES"], os.environ["FERCORE_CACHE"] = f"{place}/studies", f"{place}/cache"
        store = Store(Path(place) / "units")
        makers: dict[str, Callable[[], dict[str, Any]]] = {
            name: lambda name=name, side=side: extremal(
                name, *(small if side < 224 else (max(1, chosen.images // 4), max(1, chosen.steps // 3))), chosen.rounds
            )
            for name, (_, side) in NETWORKS.items()
        }
        makers |= {
            "cam_grad_cam": lambda: cam_grad_cam(chosen.classifiers, chosen.rounds),
            "extremal_fast": lambda: extremal_fast(chosen.pairs, store),
            "live_map": lambda: live_map(12, store),
            "warm_block": lambda: warm_block(store, chosen.rounds),
        }
        wanted = chosen.only.split(",") if chosen.only else list(makers)
        figures = []
        for name in wanted:
            figures.append(makers[name]())
            if not chosen.json:
                print(" ".join(f"{key} {value}" for key, value in figures[-1].items()), flush=True)
    if chosen.json:
        print(json.dumps({"figures": figures}))


if __name__ == "__main__":
    main()
