"""Human and machine the same way: accuracy against how much of the image is uncovered.

People uncovered discs of a blurred image until they decided. Networks are shown what the top of a map uncovers of the same
blurred image, for growing areas. Their curve is causal, the same images at every area; people's is not: whoever finds a
face hard uncovers more of it. Beside both stands the network on exactly what each person had uncovered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.intervals import Interval, wilson
from fercore.comparison.resamples import count_weights, estimate, weighted_means
from fercore.comparison.uncovering import first_area, height_at, mean_height
from fercore.errors import MissingError
from fercore.findings.reveal_people import Crowd, People, crowd_of, people_curve, right_or_wrong
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study
from fercore.study.revealing import AREAS, read_revealing

OWN_SHARE = 0.95
"""Part of its accuracy on whole images that a network is asked to reach."""

FROM_BLURRED = (0.0, *AREAS)
"""Areas of a curve, from the blurred image on."""

ACCURACY_AT_PEOPLE, AREA_OF_PEOPLE, AREA_OF_OWN, MEAN_ACCURACY = QUANTITIES = (
    "accuracy_at_people",
    "area_of_people",
    "area_of_own",
    "mean_accuracy",
)
"""What is read off a curve: the network's accuracy at the area that people had uncovered on average; the smallest area at which
it reaches people's accuracy; the one at which it reaches `OWN_SHARE` of its own on whole images; its mean accuracy over areas from
0 to the largest (the area under the curve, divided by its width)."""


@dataclass(frozen=True)
class RevealCurves:
    """Curves of one run's pair classifiers along every method's maps."""

    curves: pd.DataFrame
    """source, area (0 is the blurred image), accuracy, ci_low, ci_high, n (images). Intervals: bootstrap over images."""
    crossings: pd.DataFrame
    """source, quantity (one of `QUANTITIES`; those of people only where there are any), value, ci_low, ci_high, n (images). An
    infinite area is not reached up to the largest one."""
    blurred: tuple[float, Interval]
    """Accuracy on the blurred image alone."""
    whole: tuple[float, Interval]
    """Accuracy on the whole sharp image."""
    n_images: int
    people: People | None
    """None without trials."""


def reveal_curves(study: Study, run: Run, settings: ComparisonSettings) -> RevealCurves:
    """Draw up the curves and read the crossing points off them.

    An exact tie is wrong. Images without a classifier, and per method those whose map is flat, are left out. Resamples draw
    images, the same for every method, and for what depends on people also participants.

    Raises
    ------
    MissingError
        When the run was not shown anything.
    """
    found = read_revealing(study, run)
    if not found:
        raise MissingError(
            f"Run {run.name!r} has not been shown what maps uncover. Start that: "
            f"`python -m fercore reveal {study.name} --run {run.name}`."
        )
    level = settings.ci_level
    rng = np.random.default_rng(settings.seed)
    weights = count_weights(len(study.plan), rng, settings.n_bootstrap)
    crowd = crowd_of(study, weights, rng)
    curves, crossings = [], []
    for source, own in found.items():
        right = right_or_wrong(np.column_stack([own.blurred, own.margins, own.whole]))
        right[np.isnan(right).any(axis=1)] = np.nan  # a flat map
        n = int(np.isfinite(right[:, 0]).sum())
        *heights, whole = weighted_means(right, weights).T
        for area, height in zip(FROM_BLURRED, heights, strict=True):
            curves.append((source, area, *estimate(height, n, level), n))
        for quantity, values in _read_off(np.column_stack(heights), whole, crowd).items():
            crossings.append((source, quantity, *estimate(values, n, level), n))
    first = next(iter(found.values()))
    return RevealCurves(
        curves=pd.DataFrame(curves, columns=["source", "area", "accuracy", "ci_low", "ci_high", "n"]),
        crossings=pd.DataFrame(crossings, columns=["source", "quantity", "value", "ci_low", "ci_high", "n"]),
        blurred=_share(first.blurred, level),
        whole=_share(first.whole, level),
        n_images=int(np.isfinite(first.whole).sum()),
        people=None if crowd is None else people_curve(study, run, crowd, settings),
    )


def _share(margins: np.ndarray, level: float) -> tuple[float, Interval]:
    right = right_or_wrong(margins)
    known = right[np.isfinite(right)]
    return float(known.mean()) if len(known) else np.nan, wilson(int(known.sum()), len(known), level)


def _read_off(
    heights: NDArray[np.float64], whole: NDArray[np.float64], crowd: Crowd | None
) -> dict[str, NDArray[np.float64]]:
    """Read `QUANTITIES` off curves (n_rows, 1 + n_areas); those that need people only where there are any."""
    areas = np.array(FROM_BLURRED)
    found = {
        AREA_OF_OWN: first_area(areas, heights, OWN_SHARE * whole),
        MEAN_ACCURACY: mean_height(areas, heights),
    }
    if crowd is None:
        return found
    return {
        ACCURACY_AT_PEOPLE: height_at(areas, heights, crowd.area),
        AREA_OF_PEOPLE: first_area(areas, heights, crowd.accuracy),
        **found,
    }


def reveal_part(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, Any]:
    """Give the part ``reveal`` of the report; an area that is not reached is None.

    Raises
    ------
    MissingError
        Without a run, or when it was not shown anything.
    """
    if run is None:
        raise MissingError(f"Study {study.name!r} has no run that could be shown what maps uncover.")
    found = reveal_curves(study, run, settings)
    part: dict[str, Any] = {
        "n_images": found.n_images,
        "blurred": {"accuracy": found.blurred[0], "ci": found.blurred[1]},
        "whole": {"accuracy": found.whole[0], "ci": found.whole[1]},
        "areas": list(AREAS),
        "sources": {},
        "people": _people_part(found.people) if found.people else None,
    }
    for source, curve in found.curves.groupby("source", sort=False):
        shown = curve[curve["area"] > 0]
        part["sources"][str(source)] = {
            "n": int(shown["n"].iloc[0]),
            "accuracy": shown["accuracy"].to_numpy(),
            "ci": shown[["ci_low", "ci_high"]].to_numpy(),
            **dict.fromkeys(QUANTITIES),
        }
    for row in found.crossings.to_dict("records"):
        part["sources"][row["source"]][row["quantity"]] = {
            "value": row["value"], "ci": [row["ci_low"], row["ci_high"]]
        }  # fmt: skip
    return part


def _people_part(people: People) -> dict[str, Any]:
    return {
        "accuracy": people.accuracy,
        "accuracy_ci": people.accuracy_ci,
        "area": people.area,
        "area_ci": people.area_ci,
        "n_people": people.n_people,
        "points": [
            {
                "area": row["area"], "n": row["n"],
                "accuracy": row["accuracy"], "ci": [row["ci_low"], row["ci_high"]],
                "network": row["network"], "network_ci": [row["network_low"], row["network_high"]],
            }
            for row in people.points.to_dict("records")
        ],
    }  # fmt: skip
