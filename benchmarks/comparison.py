"""How fast people and networks are compared, beside the plain way in the same run: `python benchmarks/comparison.py`.

Figures (a ratio above 1 means that fercore is faster, or within its bound):

``threshold_move``
    What the Statistics page works out when its threshold moves: Dice of every condition and method, both analyses of variance,
    Tukey's test, the means on the curves, and each method between floor and ceiling with its bootstrap intervals over conditions.
    The peer cuts the mean maps in a loop, asks SciPy and statsmodels, and averages resamples with NumPy; ceilings and resamples
    are given to it. Processor time of the process, so that what else runs on the machine counts little.
``threshold_move_seen``
    What the reader waits for: from the key to the figure that names the new threshold, in headless chromium. The peer is a
    page with a slider and one line of text.
``all_measures``
    All measures, ceiling (200 splits) and floor of 280 images and three methods at 96 px. The peer is a loop over images; it is
    timed on a share of the pairs of the floor and of the images of the ceiling, and its time is scaled up.
``mantel``
    Mantel's test over all 40,320 relabellings. The peer is a loop over them.
``import_clicks``
    12,000 trials with 550,000 clicks at 128 px: reading and checking the CSV file, exclusion, all tables, attention maps. The peer
    is 12 times what pandas takes to read the file alone. ``stored_s`` is what writing the trials to the study adds.

Each figure is the median of ``--rounds`` rounds in which ours and the peer take turns, after their numbers were found to be the
same. The maps are those of the default study. ``--json`` prints the figures for programs.
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
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))  # the checkout, when it is run as a file

import plain_comparison as plain
from slider import seen

from fercore.comparison.band import HumanMaps, ceiling
from fercore.comparison.halves import Crowd, half_agreement
from fercore.comparison.mantel import mantel
from fercore.comparison.measures import measures
from fercore.comparison.resamples import draw_images
from fercore.findings.attention import mean_maps
from fercore.findings.dice_band import dice_band
from fercore.findings.networks import readouts
from fercore.humans import performance
from fercore.humans.click_maps import attention_maps, click_maps
from fercore.humans.clicks import read_clicks
from fercore.humans.exclusion import exclude
from fercore.humans.trial_store import TrialStore
from fercore.humans.trial_table import read_trials
from fercore.jobs.executors.local import usable_cores
from fercore.saliency.maps import SETTINGS
from fercore.settings import ComparisonSettings, ExclusionSettings
from fercore.study import Study, open_study

SIDE = 96
N_SPLITS = 200
N_TRIALS, N_CLICKS = 12_000, 550_000
TIMES_PANDAS = 12
SHOWN = ("cam", "grad-cam", "extremal-perturbation")
OPTIONS = ComparisonSettings()

Figure = dict[str, Any]


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def processor_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def figure(name: str, rounds: list[tuple[float, float]], **more: Any) -> Figure:
    """Sum up rounds of (ours, peer), in seconds."""
    ratios = sorted(peer / ours for ours, peer in rounds)
    return {
        "name": name,
        "ours": round(statistics.median(ours for ours, _ in rounds), 6),
        "peer": round(statistics.median(peer for _, peer in rounds), 6),
        "ratio": round(statistics.median(ratios), 2),
        "unit": "s",
        "threads": usable_cores(),
        "ratio_smallest": round(ratios[0], 2),
        "ratio_largest": round(ratios[-1], 2),
        **more,
    }


def threshold_move(study: Study, rounds: int) -> Figure:
    maps = mean_maps(study, study.run())
    between = dice_band(study, study.run(), OPTIONS)
    sweep, n = between.sweep, between.ceiling.shape[1]
    draws = draw_images(n, np.random.default_rng(OPTIONS.seed), OPTIONS.n_bootstrap).astype(int)
    drawn = np.stack([np.repeat(np.arange(n), times) for times in draws])
    labels = [condition.true_label for condition in study.label_set.conditions]

    def ours(threshold: int) -> dict[str, Any]:
        values, anova = sweep.at(threshold), sweep.anova(threshold)
        tukey, means = sweep.tukey(threshold), sweep.mean_dice[threshold]
        bands = {
            method: [band.mean, band.floor, band.score, *band.ci, *band.ceiling_ci, *band.score_ci]
            for method, band in between.at(threshold).items()
        }
        return bands | {
            "dice": values["dice"].dropna().to_numpy(), "means": means, "F": anova.F,
            "expression_F": sweep.expression_anova(threshold).F, "tukey_p": np.sort(tukey["p"]),
        }  # fmt: skip

    def peer(threshold: int) -> dict[str, Any]:
        bands = plain.move_band(maps.human, maps.model, between.ceiling[threshold], drawn, threshold, OPTIONS.ci_level)
        return bands | plain.move_threshold(maps.human, maps.model, labels, threshold)

    for threshold in (30, OPTIONS.threshold):
        found, expected = ours(threshold), peer(threshold)
        for key, value in expected.items():
            np.testing.assert_allclose(found[key], value, rtol=1e-9, atol=1e-6 if key == "tukey_p" else 1e-12)
    thresholds = range(20, 220, 10)
    times = [
        (
            processor_seconds(lambda: [ours(t) for t in thresholds]) / len(thresholds),
            processor_seconds(partial(peer, 40 + number)),
        )
        for number in range(rounds)
    ]
    return figure("threshold_move", times)


def all_measures(study: Study, rounds: int) -> Figure:
    trials, run = study.attention_trials, study.run()
    right = trials[trials["correct"].to_numpy(bool)].reset_index(drop=True)
    seen_by = click_maps(right, study.side, study.radius_px, grid=SIDE)
    clicks = read_clicks(right["clicks"])
    scale = SIDE / study.side
    pixels = np.floor(clicks.y * scale).astype(np.intp) * SIDE + np.floor(clicks.x * scale).astype(np.intp)
    rows = [right.index[right["image"] == image].to_numpy() for image in study.plan["image"]]
    crowds = [
        Crowd(seen_by[own], np.searchsorted(own, clicks.trial[mine]), pixels[mine])
        for own, mine in ((own, np.isin(clicks.trial, own)) for own in rows)
    ]
    human = np.stack([crowd.seen.mean(axis=0, dtype=np.float32) for crowd in crowds])
    clicked = np.stack([np.bincount(crowd.clicked, minlength=SIDE**2).reshape(SIDE, SIDE) for crowd in crowds])
    clicked = clicked.astype(np.float32)
    blocks = [study.maps(run, method) for method in SHOWN if method in SETTINGS]
    model = [
        np.stack([cv2.resize(one, (SIDE, SIDE)) for one in block.maps - block.maps.min(axis=(1, 2), keepdims=True)])
        for block in blocks
        if block is not None
    ]
    chosen, n = measures(OPTIONS), len(human)

    def ours() -> tuple[list[Any], Any]:
        people = HumanMaps(human, clicked, np.ones(n, bool), chosen)
        return [people.compare(maps) for maps in model], ceiling(
            crowds, chosen, np.random.default_rng(OPTIONS.seed), N_SPLITS
        )

    pair = partial(plain.compare, threshold=OPTIONS.threshold, percent=OPTIONS.top_percent)

    def halves(number: int) -> dict[str, float]:
        crowd = crowds[number]
        own = np.zeros((len(crowd.seen), SIDE * SIDE))
        np.add.at(own, (crowd.clicker, crowd.clicked), 1)
        orders = np.random.default_rng(number).permuted(np.tile(np.arange(len(crowd.seen)), (N_SPLITS, 1)), axis=1)
        return plain.compare_halves(
            crowd.seen, own.reshape(crowd.seen.shape), orders, OPTIONS.threshold, OPTIONS.top_percent
        )

    def peer(images: range, others: range) -> float:
        """Seconds that the loop would take for everything."""
        pairs = [(image, other) for image in images for other in others]
        floor = seconds(lambda: [pair(human[b], clicked[b], model[0][a]) for a, b in pairs]) / len(pairs)
        one_ceiling = seconds(lambda: [halves(image) for image in images]) / len(images)
        n_pairs = len(model) * n * (n + 1)  # its own map, n - 1 others, and the mean over all
        return n_pairs * floor + n * one_ceiling

    found, _ = ours()
    for image in (3, 200):
        for method, maps in enumerate(model):
            for name, value in pair(human[image], clicked[image], maps[image]).items():
                np.testing.assert_allclose(found[method][name].own[image], value, rtol=2e-4, atol=2e-5, err_msg=name)
    others = [pair(human[other], clicked[other], model[0][3]) for other in range(n) if other != 3]
    for name, agreement in found[0].items():
        floor = np.nanmean([other[name] for other in others])
        np.testing.assert_allclose(agreement.floor[3], floor, rtol=2e-4, atol=2e-5, err_msg=name)
    expected = halves(5)
    for name, value in half_agreement(crowds[5], chosen, np.random.default_rng(5), n_splits=N_SPLITS).items():
        np.testing.assert_allclose(value, expected[name], rtol=2e-4, atol=2e-5, err_msg=name)
    times = [(seconds(ours), peer(range(number, number + 1), range(0, n, 7))) for number in range(rounds)]
    share = {"pairs": 40 / (len(model) * n * (n + 1)), "images_of_the_ceiling": 1 / n}
    return figure("all_measures", times, peer_timed_share=share)


def mantel_exact(study: Study, rounds: int) -> Figure:
    ours = performance.confusion(study.kept_trials, study.label_set)
    answers = readouts(study, study.run(), OPTIONS)
    other = next(split["experimental"] for split in answers.values() if "experimental" in split).confusion
    theirs = next(iter(other.values()))
    found, (r, n_at_least) = mantel(ours, theirs), plain.mantel(ours, theirs)
    np.testing.assert_allclose(found.r, r, rtol=1e-12)
    assert found.n_at_least == n_at_least
    times = [
        (seconds(lambda: [mantel(ours, theirs) for _ in range(20)]) / 20, seconds(lambda: plain.mantel(ours, theirs)))
        for _ in range(rounds)
    ]
    return figure("mantel", times, relabellings=found.n_permutations)


def write_clicks(study: Study, path: Path) -> None:
    """Write trials with many clicks: positions to a tenth of a pixel and times in ms, as fercore records them."""
    rng = np.random.default_rng(0)
    plan, n = study.plan, len(study.plan)
    place = np.arange(N_TRIALS) % n
    per_trial = rng.multinomial(N_CLICKS - N_TRIALS, np.full(N_TRIALS, 1 / N_TRIALS)) + 1
    table = plan.iloc[place].reset_index(drop=True)
    times = [np.cumsum(rng.integers(100, 400, k)) for k in per_trial]
    cells = []
    for t in times:
        places = np.round(rng.uniform(0, study.side - 0.1, (len(t), 2)), 1).tolist()
        cells.append(json.dumps([[*xy, ms] for xy, ms in zip(places, t.tolist(), strict=True)], separators=(",", ":")))
    first, decision = np.array([t[0] for t in times]), np.array([t[-1] for t in times]) + 300
    correct = rng.random(N_TRIALS) < 0.8
    table = table.assign(
        participant=[f"p{number:02d}" for number in np.arange(N_TRIALS) // n], block=place // 70 + 1, trial=place + 1,
        response=np.where(correct, table["true_label"], table["false_label"]), correct=correct.astype(int),
        n_clicks=per_trial, first_click_ms=first, decision_ms=decision, decision_time_s=(decision - first) / 1000,
        clicks=cells,
    )  # fmt: skip
    table.to_csv(path, index=False)


def import_clicks(study: Study, folder: Path, rounds: int) -> Figure:
    path = folder / "trials.csv"
    write_clicks(study, path)

    def ours() -> tuple[pd.DataFrame, np.ndarray]:
        trials = read_trials(path, study.plan, study.label_set, study.side)
        kept = trials[trials["participant"].isin(exclude(trials, study.plan, ExclusionSettings()).kept)]
        performance.participants(kept)
        performance.confusion(kept, study.label_set)
        performance.condition_means(kept, study.label_set)
        performance.by_condition(kept, study.label_set)
        return trials, attention_maps(kept, study.plan, study.side, study.radius_px)[0]

    trials, maps = ours()
    assert trials["n_clicks"].sum() == N_CLICKS
    image = study.plan["image"].iloc[0]
    own = trials[(trials["image"] == image) & trials["correct"] & (trials["participant"] != "p42")]
    np.testing.assert_allclose(maps[0], click_maps(own, study.side, study.radius_px).mean(axis=0), rtol=1e-6)
    times, stored = [], []
    for number in range(rounds):
        pandas_s = seconds(lambda: pd.read_csv(path))
        times.append((seconds(ours), TIMES_PANDAS * pandas_s))
        stored.append(seconds(partial(TrialStore(folder / f"trials-{number}.db").add, trials)))
    return figure(
        "import_clicks", times, pandas_s=round(statistics.median(peer for _, peer in times) / TIMES_PANDAS, 4),
        stored_s=round(statistics.median(stored), 3), megabytes=round(path.stat().st_size / 1e6, 1),
    )  # fmt: skip


def main() -> None:
    names = ("threshold_move", "mantel", "import_clicks", "all_measures", "threshold_move_seen")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help=f"figures to make, separated by commas: {', '.join(names)}")
    arguments = parser.parse_args()
    wanted = (arguments.only or ",".join(names)).split(",")
    with tempfile.TemporaryDirectory(prefix="fercore-benchmark-") as place:
        os.environ["FERCORE_STUDIES"] = f"{place}/studies"
        os.environ["FERCORE_CACHE"] = f"{place}/cache"
        folder, study, rounds = Path(place), open_study(), arguments.rounds
        makers: dict[str, Callable[[], Figure]] = {
            "threshold_move": lambda: threshold_move(study, rounds),
            "mantel": lambda: mantel_exact(study, rounds),
            "import_clicks": lambda: import_clicks(study, folder, rounds),
            "all_measures": lambda: all_measures(study, min(rounds, 3)),
            "threshold_move_seen": lambda: figure("threshold_move_seen", seen(folder, max(rounds, 9))),
        }
        figures = [makers[name]() for name in names if name in wanted]
    if arguments.json:
        print(json.dumps({"figures": figures}))
        return
    for one in figures:
        print(f"{one['name']}: ours {one['ours']} s, peer {one['peer']} s, ratio {one['ratio']}")


if __name__ == "__main__":
    main()
