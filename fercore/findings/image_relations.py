"""Whether what is hard for people is hard for networks, image by image: the part ``per_image`` of the report."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from fercore.comparison.intervals import Interval
from fercore.comparison.reliability import SplitHalf, correlate_rows, random_halves
from fercore.comparison.spearman import bootstrap_spearman, spearman
from fercore.errors import MissingError
from fercore.findings.faces import face_table, margins
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

COLUMNS: Final = ("regime", "relation", "r", "p", "ci_low", "ci_high", "n", "ceiling")
"""One row per regime and relation. ``ceiling`` has the sign of `EXPECTED`."""

EXPECTED: Final = {"accuracy": 1, "clicks": -1, "time_s": -1}
"""Sign of the relation if what is easy for a network is easy for people: then they are right, with few clicks and soon."""

MEASURED: Final = {"accuracy": "correct", "clicks": "n_clicks", "time_s": "decision_time_s"}
"""Columns of the trials that the ceilings are of."""

N_SPLITS: Final = 1000
"""Random halvings of the participants."""

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
    ceilings = {name: people_among_themselves(study, name, settings).mean for name in RELATED}
    rows = []
    for regime in run.regimes:
        margin = margins(study, run, regime)
        for name, column in RELATED.items():
            theirs = people[column].to_numpy(float)
            rng = np.random.default_rng(settings.seed)
            found = spearman(margin, theirs, settings.ci_level)
            ci = bootstrap_spearman(margin, theirs, rng, n_resamples=settings.n_bootstrap, level=settings.ci_level)
            rows.append((regime, name, found.r, found.p, *ci, found.n, EXPECTED[name] * ceilings[name]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def people_among_themselves(study: Study, name: str, settings: ComparisonSettings) -> SplitHalf:
    """Rank images by the means of two halves of the participants: Spearman over the images that everybody answered.

    Empty with fewer than two participants or three such images.
    """
    trials = study.kept_trials.assign(value=study.kept_trials[MEASURED[name]].astype(float))
    table = trials.pivot_table("value", "participant", "image", aggfunc="mean").dropna(axis="columns")
    scores = table.to_numpy(float)
    if len(scores) < 2 or scores.shape[1] < 3:
        return SplitHalf(np.empty(0))
    first = random_halves(len(scores), N_SPLITS, np.random.default_rng(settings.seed))
    ranks = [rankdata(half / half.sum(axis=1, keepdims=True) @ scores, axis=1) for half in (first, ~first)]
    return SplitHalf(correlate_rows(*ranks))


def per_image_part(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, dict[str, Any]]:
    """Give the part of the report by regime and relation; raises `MissingError` as `image_relations` does."""
    part: dict[str, dict[str, Any]] = {}
    for row in image_relations(study, run, settings).to_dict("records"):
        ci = Interval(row["ci_low"], row["ci_high"])
        numbers = {"r": row["r"], "p": row["p"], "ci": ci, "n": row["n"], "ceiling": row["ceiling"]}
        part.setdefault(str(row["regime"]), {})[row["relation"]] = numbers
    return part
