"""Between what Dice of a single image lies: people's maps of other images, and halves of the people of this one."""

from __future__ import annotations

import pandas as pd

from fercore.comparison.measures import measures
from fercore.errors import MissingError
from fercore.findings.agreement import read_human_maps
from fercore.findings.ceiling import people_ceiling
from fercore.machines.runs import Run
from fercore.saliency.maps import SETTINGS
from fercore.settings import ComparisonSettings
from fercore.study import Study

MEASURE = "dice-50"
"""As in `fercore.findings.faces.face_agreement`."""

COLUMNS = ("image", "method", "dice", "floor", "ceiling")
"""One row per experimental image and method whose maps are there; NaN where there is none."""


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
