"""Whether what is hard for people is hard for networks, image by image: the part ``per_image`` of the report."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from fercore.comparison.intervals import Interval, percentiles
from fercore.comparison.reliability import SplitHalf, correlate_rows, random_halves, spearman_brown
from fercore.comparison.resamples import draw_images
from fercore.comparison.spearman import bootstrap_spearman, resample_spearman, spearman
from fercore.errors import MissingError
from fercore.findings.faces import face_table, margins
from fercore.findings.observer_groups import by_person
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

COLUMNS: Final = (
    "regime", "relation", "r", "p", "ci_low", "ci_high", "n", "ceiling", "ceiling_low", "ceiling_high", "score", "score_low",
    "score_high",
)  # fmt: skip
"""One row per regime and relation. ``ceiling`` has the sign of `EXPECTED`; ``score`` is r over it, NaN where halves of the people
do not agree (a ceiling of the other sign)."""

EXPECTED: Final = {"accuracy": 1, "clicks": -1, "time_s": -1}
"""Sign of the relation if what is easy for a network is easy for people: then they are right, with few clicks and soon."""

MEASURED: Final = {"accuracy": "correct", "clicks": "n_clicks", "time_s": "decision_time_s"}
"""Columns of the trials that the ceilings are of."""

N_SPLITS: Final = 1000
"""Random halvings of the participants."""

N_DRAWN: Final = 20
"""Halvings whose ceilings are worked out in resamples of images, each in its share of them."""

RELATED = {"accuracy": "people_accuracy", "clicks": "clicks", "time_s": "time_s"}
"""What of people a network's margin is held against, with the column of `fercore.findings.faces.face_table`."""


def image_relations(study: Study, run: Run | None, settings: ComparisonSettings) -> pd.DataFrame:
    """Rank the experimental images by each regime's margin in people's 2AFC and by people's accuracy, clicks and time.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: Spearman's r with its bootstrap interval over images, and as ceiling how far the same ranking of images
        by other people goes along with it (`people_among_themselves`).

    Raises
    ------
    MissingError
        Without a run, or without trials.
    """
    if run is None or study.trials.empty:
        raise MissingError(f"Study {study.name!r} needs trials and a run to relate people and networks image by image.")
    people = face_table(study, None)
    draws = draw_images(len(study.plan), np.random.default_rng(settings.seed), settings.n_bootstrap)
    ceilings = {
        name: (people_among_themselves(study, name, settings).mean, _drawn(study, name, draws, settings))
        for name in RELATED
    }
    rows = []
    for regime in run.regimes:
        margin = margins(study, run, regime)
        for name, column in RELATED.items():
            theirs = people[column].to_numpy(float)
            rng = np.random.default_rng(settings.seed)
            found = spearman(margin, theirs, settings.ci_level)
            ci = bootstrap_spearman(margin, theirs, rng, n_resamples=settings.n_bootstrap, level=settings.ci_level)
            sign, (ceiling, moved) = EXPECTED[name], ceilings[name]
            drawn = ceiling + moved
            bounds = percentiles(sign * drawn, settings.ci_level)
            score, score_ci = math.nan, Interval(math.nan, math.nan)
            if ceiling > 0 and math.isfinite(found.r):
                ratios = np.divide(
                    sign * resample_spearman(margin, theirs, draws),
                    drawn,
                    out=np.full(len(drawn), np.nan),
                    where=drawn > 0,
                )
                score, score_ci = sign * found.r / ceiling, percentiles(ratios, settings.ci_level)
            rows.append((regime, name, found.r, found.p, *ci, found.n, sign * ceiling, *bounds, score, *score_ci))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def people_among_themselves(study: Study, name: str, settings: ComparisonSettings) -> SplitHalf:
    """Rank images by the means of two halves of the participants: Spearman over the images that everybody answered.

    Empty with fewer than two participants or three such images.
    """
    scores = _scores(study, name)
    scores = scores[:, np.isfinite(scores).all(axis=0)]
    if len(scores) < 2 or scores.shape[1] < 3:
        return SplitHalf(np.empty(0))
    first = random_halves(len(scores), N_SPLITS, np.random.default_rng(settings.seed))
    ranks = [rankdata(half / half.sum(axis=1, keepdims=True) @ scores, axis=1) for half in (first, ~first)]
    return SplitHalf(correlate_rows(*ranks))


def _scores(study: Study, name: str) -> NDArray[np.float64]:
    """Lay out by participant and planned image; NaN where somebody did not answer."""
    scores = by_person(study, study.kept_trials, MEASURED[name])
    return scores[np.isfinite(scores).any(axis=1)]


def _drawn(study: Study, name: str, draws: np.ndarray, settings: ComparisonSettings) -> NDArray[np.float64]:
    """Tell by how much the ceiling moves in each resample of images, (n_resamples,): each against the halving it belongs to."""
    scores = _scores(study, name)
    scores = np.where(np.isfinite(scores).all(axis=0), scores, np.nan)  # of images that everybody answered
    if len(scores) < 2 or np.isfinite(scores[0]).sum() < 3:
        return np.full(len(draws), np.nan)
    halves = random_halves(len(scores), N_DRAWN, np.random.default_rng(settings.seed))
    moved = np.full(len(draws), np.nan)
    for number, half in enumerate(halves):
        own = draws[number::N_DRAWN]
        weights = np.vstack([np.ones(draws.shape[1], np.int64), own])
        r = spearman_brown(resample_spearman(scores[half].mean(axis=0), scores[~half].mean(axis=0), weights))
        moved[number::N_DRAWN] = r[1:] - r[0]
    return moved


def per_image_part(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, dict[str, Any]]:
    """Give the part of the report by regime and relation; raises `MissingError` as `image_relations` does."""
    part: dict[str, dict[str, Any]] = {}
    for row in image_relations(study, run, settings).to_dict("records"):
        ci = Interval(row["ci_low"], row["ci_high"])
        numbers = {
            "r": row["r"],
            "p": row["p"],
            "ci": ci,
            "n": row["n"],
            "ceiling": row["ceiling"],
            "ceiling_ci": Interval(row["ceiling_low"], row["ceiling_high"]),
            "score": row["score"],
            "score_ci": Interval(row["score_low"], row["score_high"]),
        }
        part.setdefault(str(row["regime"]), {})[row["relation"]] = numbers
    return part
