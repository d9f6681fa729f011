"""Precision of what is no mean over trials: correlations, likeness of confusions, error consistency, agreement of maps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fercore.comparison.binary_maps import binarise, scale_map
from fercore.comparison.confusion import error_shares
from fercore.comparison.error_consistency import kappas
from fercore.comparison.precision import Components
from fercore.comparison.reliability import correlate_rows
from fercore.comparison.resamples import known_mean
from fercore.comparison.resized import Statistic, resized_components, resized_mean_components
from fercore.findings.attention import condition_numbers
from fercore.findings.networks import readouts
from fercore.findings.observer_groups import answers_of_people, by_person, network_right
from fercore.findings.participants import MEASURES
from fercore.findings.people import CORRELATIONS
from fercore.humans.click_maps import participant_maps
from fercore.machines.regime import MULTICLASS
from fercore.machines.runs import Run
from fercore.saliency.maps import METHOD_LABELS, PAPER_METHODS
from fercore.settings import ComparisonSettings
from fercore.study import Study

N_RESAMPLES_MAPS: Final = 80
"""Of each size, where maps are averaged anew."""

GRID: Final = 32
"""Largest side of the maps that are resampled, in cells."""

Found = dict[str, tuple[Components, str]]


def resampled_numbers(study: Study, run: Run | None, settings: ComparisonSettings) -> Found:
    """Give where the variance of headline numbers comes from that are no means over trials, and whose numbers they are.

    Returns
    -------
    dict
        ``clicks_time``, ``clicks_accuracy``, ``time_accuracy`` over conditions; of the run's first regime ``network`` (its accuracy
        in people's 2AFC), ``kappa`` (mean error consistency with each person) and ``r_errors`` (likeness of its confusions, by
        simple vote, to people's, over the errors); ``dice`` (people's map of an image against the method's that comes nearest,
        at the threshold). What a study does not have is not there.
    """
    found: Found = {name: (components, "") for name, components in _relations(study, settings).items()}
    if run is None:
        return found
    regime = run.regimes[0]
    right, people = network_right(study, run, regime), answers_of_people(study)
    known = np.isfinite(right)
    if known.sum() > 1:
        images = Components(0.0, float(right[known].var(ddof=1)), 0.0, len(people), int(known.sum()))
        found["network"] = images, regime
        found["kappa"] = _resized(study, _kappa(people, right), settings), regime
    answers = readouts(study, run, settings)[regime].get("experimental")
    rule = MULTICLASS if regime == MULTICLASS else "simple"
    if answers is not None and rule in answers.winners:
        statistic = _likeness(study, answers.true, answers.winners[rule])
        found["r_errors"] = _resized(study, statistic, settings), regime
    return found | _maps(study, run, settings)


def _resized(
    study: Study,
    statistic: Statistic,
    settings: ComparisonSettings,
    groups: NDArray[np.intp] | None = None,
) -> Components:
    """Draw people, and images within their true labels or other groups."""
    labels = np.unique(study.plan["true_label"], return_inverse=True)[1]
    n_people = study.kept_trials["participant"].nunique()
    rng = np.random.default_rng(settings.seed)
    return resized_components(statistic, n_people, labels if groups is None else groups, rng)


def _relations(study: Study, settings: ComparisonSettings) -> dict[str, Components]:
    conditions = condition_numbers(study)
    member = np.eye(len(study.label_set.conditions))[conditions]
    tables = {name: by_person(study, study.kept_trials, column) for name, column in MEASURES.items()}

    def means(name: str, people: NDArray[np.float64], images: NDArray[np.float64]) -> NDArray[np.float64]:
        values, known = np.nan_to_num(tables[name]), np.isfinite(tables[name]).astype(float)
        total, n = (((people @ part) * images) @ member for part in (values, known))
        found: NDArray[np.float64] = np.divide(total, n, out=np.full(n.shape, np.nan), where=n > 0)
        return found

    def relation(x: str, y: str) -> Statistic:
        def statistic(people: NDArray[np.float64], images: NDArray[np.float64]) -> NDArray[np.float64]:
            a, b = means(x, people, images), means(y, people, images)
            there = np.isfinite(a).all(axis=0) & np.isfinite(b).all(axis=0)
            return correlate_rows(a[:, there], b[:, there])

        return statistic

    return {name: _resized(study, relation(x, y), settings, conditions) for name, (x, y) in CORRELATIONS.items()}


def _kappa(people: NDArray[np.float64], right: NDArray[np.float64]) -> Statistic:
    known = np.isfinite(people) & np.isfinite(right)
    a, b = people > 0, np.broadcast_to(right > 0, people.shape)
    cells = np.stack([a & b, a & ~b, ~a & b, ~a & ~b], axis=1) & known[:, None]
    flat = cells.reshape(-1, people.shape[1]).T.astype(float)

    def statistic(drawn: NDArray[np.float64], images: NDArray[np.float64]) -> NDArray[np.float64]:
        found = kappas((images @ flat).reshape(len(images), -1, 4))
        weights = np.where(np.isfinite(found), drawn, 0)
        total = weights.sum(axis=1)
        sums = (weights * np.nan_to_num(found)).sum(axis=1)
        means: NDArray[np.float64] = np.divide(sums, total, out=np.full(len(total), np.nan), where=total > 0)
        return means

    return statistic


def _likeness(study: Study, true: NDArray[np.intp], answered: NDArray[np.intp]) -> Statistic:
    label_set, trials = study.label_set, study.kept_trials
    n = len(label_set)
    person = np.unique(trials["participant"], return_inverse=True)[1]
    row = {image: number for number, image in enumerate(study.plan["image"])}
    image = trials["image"].map(row).to_numpy()
    labels = {label: number for number, label in enumerate(label_set)}
    cell = (trials["true_label"].map(labels) * n + trials["response"].map(labels)).to_numpy()
    network = np.zeros((len(true), n * n))
    network[np.arange(len(true)), true * n + answered] = 1

    def statistic(people: NDArray[np.float64], images: NDArray[np.float64]) -> NDArray[np.float64]:
        weights = people[:, person] * images[:, image]
        ours = np.stack([np.bincount(cell, own, n * n) for own in weights])
        shares = (error_shares(counts.reshape(-1, n, n)) for counts in (ours, images @ network))
        return correlate_rows(*shares)

    return statistic


def _maps(study: Study, run: Run, settings: ComparisonSettings) -> Found:
    blocks = {method: study.maps(run, method) for method in PAPER_METHODS}
    theirs = {method: block.maps for method, block in blocks.items() if block is not None}
    if not theirs:
        return {}
    grid = min(study.side, GRID)
    seen, correct = participant_maps(study.kept_trials, study.plan, study.side, study.radius_px, grid=grid)
    pixels = seen.reshape(*seen.shape[:2], -1).astype(np.float32)
    dice = {
        method: _dice(pixels, correct, _cut(maps, grid, settings.threshold), settings.threshold)
        for method, maps in theirs.items()
    }
    means = {method: float(known_mean(values(np.ones(len(correct))))) for method, values in dice.items()}
    nearest = max(means, key=lambda method: np.nan_to_num(means[method]))
    rng = np.random.default_rng(settings.seed)
    components = resized_mean_components(
        dice[nearest], len(correct), correct.shape[1], rng, n_resamples=N_RESAMPLES_MAPS
    )
    return {"dice": (components, METHOD_LABELS[nearest])}


def _cut(maps: NDArray[np.float32], grid: int, threshold: int) -> NDArray[np.bool_]:
    """Make maps smaller, and cut them: (n_plan, grid * grid); nothing of a map that is missing."""
    known = np.asarray(np.isfinite(maps).all(axis=(1, 2)))
    small = np.stack([cv2.resize(one, (grid, grid), interpolation=cv2.INTER_AREA) for one in np.nan_to_num(maps)])
    cut: NDArray[np.bool_] = binarise(scale_map(small), threshold).reshape(len(maps), -1) & known[:, None]
    return cut


def _dice(
    pixels: NDArray[np.float32], correct: NDArray[np.bool_], theirs: NDArray[np.bool_], threshold: int
) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Compare image by image: people's pixels (n_people, n_plan, n), who answered correctly, the method's maps, cut."""
    by_image = np.ascontiguousarray(pixels.transpose(1, 2, 0))

    def values(people: NDArray[np.float64]) -> NDArray[np.float64]:
        answered = (people @ correct) > 0
        seen = by_image @ people.astype(np.float32)
        ours = binarise(scale_map(seen[:, None])[:, 0], threshold)
        total = ours.sum(axis=1) + theirs.sum(axis=1)
        both = 2 * (ours & theirs).sum(axis=1)
        dice: NDArray[np.float64] = np.divide(
            both, total, out=np.full(len(total), np.nan), where=answered & (total > 0)
        )
        return dice

    return values
