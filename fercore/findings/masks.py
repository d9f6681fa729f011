"""What the masks of Extremal Perturbation really cover, and how much of the decision they keep.

A mask's area is asked for with its border, and the penalty is soft: the share of the image that it covers is larger. Dice at a
fixed threshold grows with it, so it stands beside every comparison of these maps.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.resamples import count_weights, estimate, weighted_means
from fercore.errors import MissingError
from fercore.machines.runs import Run
from fercore.saliency.maps import MapBlock
from fercore.settings import ComparisonSettings
from fercore.study import Study

METHOD: Final = "extremal-perturbation"


def kept_ratio(block: MapBlock) -> NDArray[np.float64]:
    """Give p inside the mask alone over p on the whole image where that was decided right, else NaN: (n_plan, n_areas).

    Elsewhere ratios of two small numbers would outweigh all others.
    """
    ratio = block.sufficiency
    if ratio is None:
        raise MissingError("These maps were not made of masks.")
    right = block.extras["whole_probability"] > 0.5
    return np.where(right[:, None], ratio, np.nan)


def masks_part(study: Study, run: Run | None, settings: ComparisonSettings) -> list[dict[str, Any]]:
    """Give the part ``masks`` of the report: per area that was asked for, what masks cover and keep, means over images.

    Intervals: bootstrap over images.

    Raises
    ------
    MissingError
        Without a run, or without its maps by Extremal Perturbation.
    """
    block = None if run is None else study.maps(run, METHOD)
    if block is None or block.sufficiency is None:
        raise MissingError(f"Study {study.name!r} has no masks: they come with maps by Extremal Perturbation.")
    weights = count_weights(len(study.plan), np.random.default_rng(settings.seed), settings.n_bootstrap)
    part = [{"area": area} for area in block.settings.areas]
    found = {
        "covered": block.extras["covered"].astype(np.float64),
        "covered_with_border": block.extras["covered_with_border"].astype(np.float64),
        "kept_ratio": kept_ratio(block),
    }
    found["sufficient"] = np.where(np.isnan(found["kept_ratio"]), np.nan, found["kept_ratio"] >= 1)
    for name, values in found.items():
        means = weighted_means(values, weights)
        for number, row in enumerate(part):
            n = int(np.isfinite(values[:, number]).sum())
            value, low, high = estimate(means[:, number], n, settings.ci_level)
            row |= {name: {"value": value, "ci": [low, high], "n": n}}
    return part
