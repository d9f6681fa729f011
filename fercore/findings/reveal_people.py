"""People's accuracy against how much of the image they had uncovered when they decided.

People choose themselves when to stop, and uncover more of a face that they find hard: the curve says what went along with
what, not what uncovering does. Beside it stands the network on exactly what each person had uncovered.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.intervals import Interval, bootstrap_mean
from fercore.comparison.resamples import count_weights, estimate
from fercore.findings.observer_groups import by_person
from fercore.humans.click_maps import uncovered_areas
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study
from fercore.study.seeing import read_seeing

N_BINS = 6
"""Bins of people's trials, about equally many in each."""

POINTS = (
    "area",
    "from_area",
    "to_area",
    "n",
    "accuracy",
    "ci_low",
    "ci_high",
    "network",
    "network_low",
    "network_high",
)
"""A bin of people's trials by what was uncovered: mean area and its bounds, number of trials, people's accuracy (bootstrap over
participants), and that of the network on exactly the same discs (bootstrap over images; NaN where it was not asked)."""


@dataclass(frozen=True)
class People:
    """What people reached with what they had uncovered, over the trials of those who are kept.

    Intervals: bootstrap over participants and images.
    """

    accuracy: float
    accuracy_ci: Interval
    area: float
    """Mean share of the image that was uncovered at the decision."""
    area_ci: Interval
    n_people: int
    points: pd.DataFrame
    """`POINTS`, a row per bin."""


@dataclass(frozen=True)
class Crowd:
    """The trials of the participants that are kept, and their means under weights of participants and images."""

    trials: pd.DataFrame
    """participant, image, correct, and the ``area`` that was uncovered at the decision."""
    accuracy: NDArray[np.float64]
    """(n_rows,)."""
    area: NDArray[np.float64]
    """(n_rows,)."""
    n_people: int


def crowd_of(study: Study, weights: NDArray[np.float64], rng: np.random.Generator) -> Crowd | None:
    """Average over trials under every row of weights of images (n_rows, n_plan); None without trials.

    Participants are drawn for every row but the first, in which everybody counts once.
    """
    if study.trials.empty or study.kept_trials.empty:
        return None
    trials = study.kept_trials[["participant", "image", "correct"]].assign(
        area=uncovered_areas(study.kept_trials, study.side, study.radius_px)
    )
    correct, area = (by_person(study, trials, column) for column in ("correct", "area"))
    people = count_weights(len(correct), rng, len(weights) - 1)
    known = np.isfinite(correct)
    sums = [(people @ np.where(known, values, 0) * weights).sum(axis=1) for values in (correct, area, known)]
    accuracy, mean_area = (
        np.divide(own, sums[2], out=np.full(len(own), np.nan), where=sums[2] > 0) for own in sums[:2]
    )
    return Crowd(trials, accuracy, mean_area, len(correct))


def people_curve(study: Study, run: Run, crowd: Crowd, settings: ComparisonSettings) -> People:
    """Give people's accuracy by what they had uncovered, and that of a run's pair classifiers on the same."""
    seeing = read_seeing(study, run, str(run.pair_regime))
    network = np.nan if seeing is None else right_or_wrong(seeing.revealed)
    trials = crowd.trials.assign(network=network)
    rows = []
    for _, own in trials.groupby(area_bins(trials["area"].to_numpy())):
        area, intervals = own["area"], []
        for column, cluster in (("correct", "participant"), ("network", "image")):
            rng = np.random.default_rng(settings.seed)
            values, clusters = own[column].to_numpy(float), own[cluster].to_numpy()
            ci = bootstrap_mean(values, clusters, rng, n_resamples=settings.n_bootstrap, level=settings.ci_level)
            intervals.append((own[column].astype(float).mean(), *ci))
        rows.append((area.mean(), area.min(), area.max(), len(own), *intervals[0], *intervals[1]))
    accuracy, *accuracy_ci = estimate(crowd.accuracy, crowd.n_people, settings.ci_level)
    area_mean, *area_ci = estimate(crowd.area, crowd.n_people, settings.ci_level)
    return People(
        accuracy=accuracy,
        accuracy_ci=Interval(*accuracy_ci),
        area=area_mean,
        area_ci=Interval(*area_ci),
        n_people=crowd.n_people,
        points=pd.DataFrame(rows, columns=list(POINTS)),
    )


def right_or_wrong(margins: np.ndarray) -> NDArray[np.float64]:
    """Give 1 where an output is clearly that of the true label, 0 where it is not (a tie is wrong), NaN where there is none."""
    return np.where(np.isfinite(margins), margins > 0, np.nan)


def area_bins(areas: NDArray[np.float64], n_bins: int = N_BINS) -> NDArray[np.intp]:
    """Divide trials by quantiles of the area that was uncovered: (n,) numbers of bins; equal areas stay together."""
    edges = np.unique(np.quantile(areas, np.linspace(0, 1, n_bins + 1)[1:-1], method="lower"))
    return np.searchsorted(edges, areas).astype(np.intp)
