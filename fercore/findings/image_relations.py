"""Whether what is hard for people is hard for networks, image by image: the part ``per_image`` of the report."""

from __future__ import annotations

from typing import Any

import numpy as np

from fercore.comparison.spearman import bootstrap_spearman, spearman
from fercore.errors import MissingError
from fercore.findings.faces import face_table, margins
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

RELATED = {"accuracy": "people_accuracy", "clicks": "clicks", "time_s": "time_s"}
"""What of people a network's margin is held against, with the column of `fercore.findings.faces.face_table`."""


def per_image_part(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, dict[str, Any]]:
    """Rank the experimental images by each regime's margin in people's 2AFC and by people's accuracy, clicks and time.

    Raises
    ------
    MissingError
        Without a run, or without trials.
    """
    if run is None or study.trials.empty:
        raise MissingError(f"Study {study.name!r} needs trials and a run to relate people and networks image by image.")
    people = face_table(study, None)
    part: dict[str, dict[str, Any]] = {}
    for regime in run.regimes:
        margin = margins(study, run, regime)
        part[regime] = {}
        for name, column in RELATED.items():
            theirs = people[column].to_numpy(float)
            rng = np.random.default_rng(settings.seed)
            found = spearman(margin, theirs, settings.ci_level)
            ci = bootstrap_spearman(margin, theirs, rng, n_resamples=settings.n_bootstrap, level=settings.ci_level)
            part[regime][name] = {"r": found.r, "p": found.p, "ci": ci, "n": found.n}
    return part
