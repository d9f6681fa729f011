"""What a network loses when it sees less, and whether the images that people saw are like others: tests of shares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.comparison.intervals import bootstrap_mean
from fercore.comparison.proportions import mcnemar, two_proportions
from fercore.errors import MissingError
from fercore.findings.networks import readouts
from fercore.findings.observer_groups import network_right, right_where
from fercore.findings.two_afc import BLURRED, REVEALED
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study
from fercore.study.seeing import read_seeing

COLUMNS = ("regime", "seeing", "difference", "ci_low", "ci_high", "only_full", "only_less", "p", "n_images")
"""One row per regime and condition of seeing less: accuracy on full images minus that with less, images right only in full
and only with less, McNemar's exact p."""

SPLIT_COLUMNS = (
    "regime",
    "rule",
    "experimental",
    "validation",
    "difference",
    "ci_low",
    "ci_high",
    "p",
    "n",
    "n_validation",
)


def seeing_contrasts(study: Study, run: Run, settings: ComparisonSettings) -> pd.DataFrame:
    """Compare each regime's answers on full images with those on the same images with less to see.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`; empty where networks have not answered with less. With what people had uncovered there are several trials
        of each image: the difference and its interval (bootstrap over images) are of trials, and McNemar's test takes an
        image as right when most of its trials are, so that its trials are not counted as independent ones; ties are left out.
    """
    rows: list[tuple[str | float, ...]] = []
    for regime in run.regimes:
        seeing = read_seeing(study, run, regime)
        if seeing is not None:
            full = network_right(study, run, regime)
            rows.append(_contrast(regime, BLURRED, full, right_where(seeing.blurred), np.arange(len(full)), settings))
            positions = study.kept_trials["image"].map(dict(zip(study.plan["image"], range(len(full)), strict=True)))
            rows.append(
                _contrast(regime, REVEALED, full, right_where(seeing.revealed), positions.to_numpy(int), settings)
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _contrast(
    regime: str, seeing: str, full: NDArray[np.float64], less: NDArray[np.float64], image: np.ndarray,
    settings: ComparisonSettings,
) -> tuple[str | float, ...]:  # fmt: skip
    """Compare ``full`` (n_plan,) with ``less`` (n,), of which ``image`` says the place in the plan."""
    lost = full[image] - less
    rng = np.random.default_rng(settings.seed)
    ci = bootstrap_mean(lost, image, rng, n_resamples=settings.n_bootstrap, level=settings.ci_level)
    known = np.isfinite(lost)
    share = pd.Series(less[known]).groupby(image[known]).mean()
    own, most = full[share.index], share.to_numpy()
    only_full, only_less = int(((own == 1) & (most < 0.5)).sum()), int(((own == 0) & (most > 0.5)).sum())
    mean = float(lost[known].mean()) if known.any() else np.nan
    return regime, seeing, mean, *ci, only_full, only_less, mcnemar(only_full, only_less).p_exact, len(share)


def split_contrasts(study: Study, run: Run, settings: ComparisonSettings) -> pd.DataFrame:
    """Compare accuracy among all labels on the images that people saw with that on the validation images.

    Returns
    -------
    pandas.DataFrame
        `SPLIT_COLUMNS`, one row per regime and rule with both: Newcombe's interval of the difference (experimental minus
        validation), two-sided p. No image is in both splits, so that they are independent.
    """
    return pd.DataFrame(_splits(study, run, settings), columns=list(SPLIT_COLUMNS))


def _splits(study: Study, run: Run, settings: ComparisonSettings) -> Iterator[tuple[str | float, ...]]:
    for regime, by_split in readouts(study, run, settings).items():
        if len(by_split) < 2:
            continue
        for rule, right in by_split["experimental"].accuracy.items():
            other = by_split["validation"].accuracy[rule]
            hits = [round(one.value * one.n) for one in (right, other)]
            found = two_proportions(hits[0], right.n, hits[1], other.n, settings.ci_level)
            yield (
                regime, rule, right.value, other.value, found.difference, *found.newcombe, found.p, right.n, other.n
            )  # fmt: skip


def seeing_part(study: Study, run: Run | None, settings: ComparisonSettings) -> list[dict[str, Any]]:
    """Give the part ``seeing_contrasts`` of the report; raises `MissingError` where no network answered with less."""
    found = [] if run is None else _rows(seeing_contrasts(study, run, settings))
    if not found:
        raise MissingError(f"Study {study.name!r} has no networks that answered with what people saw.")
    return found


def split_part(study: Study, run: Run | None, settings: ComparisonSettings) -> list[dict[str, Any]]:
    """Give the part ``split_contrasts`` of the report; raises `MissingError` without answers to both splits."""
    found = [] if run is None else _rows(split_contrasts(study, run, settings))
    if not found:
        raise MissingError(f"Study {study.name!r} has no networks that answered experimental and validation images.")
    return found


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.to_dict("records")
    kept = [str(column) for column in table.columns if column not in ("ci_low", "ci_high")]
    return [{key: row[key] for key in kept} | {"ci": [row["ci_low"], row["ci_high"]]} for row in rows]
