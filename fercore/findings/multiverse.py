"""Which method comes nearest to people, over every choice that could have been made otherwise: a multiverse.

Steegen, Tuerlinckx, Gelman, Vanpaemel, *Increasing transparency through a multiverse analysis*, 2016. The choices are the
threshold, the measure, and whether maps are averaged within conditions before they are compared, as in the paper, or
compared image by image.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.measures import measures
from fercore.comparison.resamples import known_mean
from fercore.errors import MissingError
from fercore.findings.attention import mean_maps, sweep_attention, sweep_images
from fercore.machines.runs import Run
from fercore.study import Study

THRESHOLDS = tuple(range(10, 251, 10))
"""Thresholds on maps scaled to 0..255."""

AT_A_THRESHOLD = ("dice-50", "iou-50")
"""Measures whose threshold is one of the choices, and that are therefore not among the measures without one."""


@dataclass(frozen=True)
class Multiverse:
    """Every universe, and who comes first in it."""

    values: pd.DataFrame
    """universe, threshold (NaN: none), method, value: larger is nearer to people."""
    winners: pd.DataFrame
    """universe, threshold, method, lead: who comes first, and by how much before the second. A universe in which nothing can
    be said, because no map reaches the threshold, has no row."""

    def shares(self) -> pd.Series:
        """Give the share of universes in which each method comes first, the most successful one first."""
        return self.winners["method"].value_counts(normalize=True)


def multiverse(study: Study, run: Run, agreement: pd.DataFrame) -> Multiverse:
    """Compare methods in every universe.

    Parameters
    ----------
    study, run
        The study, and the run whose maps are compared.
    agreement
        Their agreement image by image (`fercore.findings.agreement.MapAgreement.table`).

    Raises
    ------
    MissingError
        Without trials, or maps of two methods.
    """
    sweep = sweep_attention(mean_maps(study, run))
    if len(sweep.methods) < 2:
        raise MissingError(
            f"Run {run.name!r} has maps of one method only, so nothing can come first. Explain it by another."
        )
    parts = [
        _over_thresholds("Dice, mean maps of conditions", sweep.mean_dice[list(THRESHOLDS)], sweep.methods),
        *_images_over_thresholds(study, run, sweep.methods),
        *_without_threshold(agreement),
    ]
    values = pd.concat(parts, ignore_index=True)
    return Multiverse(values, _winners(values))


def multiverse_values(found: Multiverse) -> dict[str, Any]:
    """Give the part ``multiverse`` of the report."""
    return {
        "n_universes": len(found.winners),
        "shares": found.shares().to_dict(),
        "winners": found.winners.to_dict("records"),
    }


def _over_thresholds(universe: str, means: NDArray[np.float64], methods: tuple[str, ...]) -> pd.DataFrame:
    """Lay (n_thresholds, M) out."""
    return pd.DataFrame(
        {
            "universe": universe,
            "threshold": np.repeat(np.array(THRESHOLDS, float), len(methods)),
            "method": list(methods) * len(THRESHOLDS),
            "value": means.ravel(),
        }
    )


def _images_over_thresholds(study: Study, run: Run, methods: tuple[str, ...]) -> list[pd.DataFrame]:
    dice = sweep_images(study, run, methods).dice[list(THRESHOLDS)]
    names = {"Dice, image by image": dice, "IoU, image by image": dice / (2 - dice)}
    return [_over_thresholds(name, known_mean(values), methods) for name, values in names.items()]


def _without_threshold(agreement: pd.DataFrame) -> list[pd.DataFrame]:
    known = measures()
    names = [name for name in known if name not in AT_A_THRESHOLD]
    parts = []
    for name in names:
        own = agreement[agreement["measure"] == name]
        sign = 1.0 if known[name].higher_is_better else -1.0
        frame = {"universe": f"{known[name].label}, image by image", "threshold": np.nan}
        parts.append(
            pd.DataFrame({**frame, "method": own["method"].to_numpy(), "value": sign * own["mean"].to_numpy()})
        )
    return parts


def _winners(values: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (universe, threshold), own in values.dropna(subset=["value"]).groupby(
        ["universe", "threshold"], sort=False, dropna=False
    ):
        ordered = own.sort_values("value", ascending=False)
        lead = float(ordered["value"].iloc[0] - ordered["value"].iloc[1]) if len(ordered) > 1 else np.nan
        if len(ordered) > 1:
            rows.append((universe, threshold, ordered["method"].iloc[0], lead))
    return pd.DataFrame(rows, columns=["universe", "threshold", "method", "lead"])
