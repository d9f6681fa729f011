"""Between what Dice of a single image lies: people's maps of other images, and halves of the people of this one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from fercore.comparison.measures import measures
from fercore.errors import MissingError
from fercore.findings.agreement import MapAgreement, read_human_maps
from fercore.findings.ceiling import people_ceiling
from fercore.findings.faces import face_table
from fercore.machines.runs import Run
from fercore.saliency.maps import SETTINGS
from fercore.settings import ComparisonSettings
from fercore.study import Study

MEASURE = "dice-50"
"""As in `fercore.findings.faces.face_agreement`."""

COLUMNS = ("image", "method", "dice", "floor", "ceiling")
"""One row per experimental image and method whose maps are there; NaN where there is none."""


def face_values(study: Study, run: Run | None, agreement: MapAgreement | None) -> list[dict[str, Any]]:
    """Give the part ``faces`` of the report: every experimental image, with Dice of the paper's methods between floor and ceiling.

    Parameters
    ----------
    study, run
        As in `fercore.findings.faces.face_table`.
    agreement
        Of the run's maps, image by image; None without maps.

    Raises
    ------
    MissingError
        Without people, votes and networks.
    """
    table = face_table(study, run)
    if not (table["n_people"].any() or table["network_share"].notna().any()):
        raise MissingError(f"Nobody has answered in study {study.name!r} yet.")
    columns = ["image", "true_label", "false_label", "n_people", "people_accuracy", "clicks", "time_s", "network_share"]
    rows = [{str(key): value for key, value in row.items()} for row in table[columns].to_dict("records")]
    ceiling = np.full(len(rows), np.nan) if agreement is None else agreement.ceiling[MEASURE]
    methods = {} if agreement is None else {name: own[MEASURE] for name, own in agreement.methods.items()}
    return [
        row
        | {
            "dice": {name: own.own[number] for name, own in methods.items()},
            "floor": {name: own.floor[number] for name, own in methods.items()},
            "ceiling": ceiling[number],
        }
        for number, row in enumerate(rows)
    ]


def face_bounds(study: Study, run: Run | None, settings: ComparisonSettings) -> pd.DataFrame:
    """Give Dice of every image with its floor and its ceiling.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`. Floor: mean Dice of the method's map with people's maps of all other images. Ceiling: mean Dice between
        random halves of the people of the image; there is no formula for all of them, so that it holds for half.

    Raises
    ------
    MissingError
        Without people's maps, or without saliency maps.
    """
    human = read_human_maps(study, measures(settings, [MEASURE]))
    ceiling = people_ceiling(study, measures(settings), settings)[MEASURE]
    parts = []
    for method in SETTINGS:
        block = study.maps(run, method) if run is not None else None
        if block is not None:
            found = human.compare(block.maps)[MEASURE]
            values = {"dice": found.own, "floor": found.floor, "ceiling": ceiling}
            parts.append(pd.DataFrame({"image": study.plan["image"], "method": method, **values}))
    if not parts:
        raise MissingError(f"Study {study.name!r} has no saliency maps to compare with people's.")
    return pd.concat(parts, ignore_index=True)
