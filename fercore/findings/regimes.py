"""All training regimes of a study side by side, over runs that differ in their seed alone.

Beyond the paper: it compares its regimes by one run each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from fercore.comparison.band import HumanMaps, score
from fercore.comparison.confusion import correlate_confusions
from fercore.comparison.error_consistency import mean_kappa, too_few_images
from fercore.comparison.measures import measures
from fercore.comparison.sensitivity import too_few_answers
from fercore.errors import MissingError
from fercore.findings.agreement import read_human_maps
from fercore.findings.attention import mean_maps, sweep_attention
from fercore.findings.ceiling import people_ceiling
from fercore.findings.faces import face_table
from fercore.findings.networks import MULTICLASS, Readout, readouts
from fercore.findings.observer_groups import answers_of_people
from fercore.findings.people import people
from fercore.findings.two_afc import kappas_among
from fercore.machines.regime import find_regime
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings, digest
from fercore.study import Study

N_RARE = 2
"""Labels that count as rare: those with the fewest training images (in the paper disgust and contempt)."""

SCORED = "dice-top20"
"""Measure of `score`: one that does not grow with the areas of the maps."""

MEASURES = {
    "validation_accuracy": "accuracy among all labels, validation images",
    "rare_recall": f"mean recall of the {N_RARE} rarest labels, validation images",
    "two_afc": "accuracy in people's 2AFC",
    "confusion_r": "confusion with people, off-diagonal r",
    "kappa": "error consistency with people in 2AFC, mean kappa",
    "dice": "mean Dice with people per condition",
    "score": "Dice at equal area per image, between floor and ceiling",
}
"""What is compared, in words; `dice` and `score` are of one saliency method."""


@dataclass(frozen=True)
class RegimeTable:
    """Regimes side by side."""

    values: pd.DataFrame
    """One row per regime, seed and measure: regime, experimental_images, seed, run, measure, value (NaN: there is none)."""
    summary: pd.DataFrame
    """One row per regime and measure: regime, experimental_images, measure, mean, ci_low, ci_high, n_seeds."""
    contrasts: pd.DataFrame
    """One row per regime other than ``reference`` and measure: regime, measure, difference, ci_low, ci_high, n_seeds;
    differences are taken within seeds."""
    reference: str
    """Regime that the others are compared with."""
    method: str
    """Saliency method of `dice` and `score`."""
    people_two_afc: float
    """People's accuracy in 2AFC; NaN without trials."""
    people_kappa: float
    """Mean kappa between people; NaN without trials."""
    training: dict[str, str]
    """What the runs have in common: network, side."""
    warnings: dict[str, str]
    """By measure that rests on too few images to be told, a sentence."""


def regime_table(study: Study, settings: ComparisonSettings, method: str = "cam") -> RegimeTable:
    """Compare the regimes of all complete runs that were trained alike.

    Runs belong together when their settings of training and their images are the same; of several such groups the one with
    most runs is taken, of several runs of one seed and regime the newest. Intervals are Student's over seeds.

    Raises
    ------
    MissingError
        When the study has no complete run.
    """
    runs = _alike(study)
    bench = _Bench(study, settings, method)
    rows, seen = [], set()
    for run in runs:
        answers = readouts(study, run, settings)
        for regime in run.regimes:
            seed = int(run.card["seed"])
            if (regime, seed) in seen:
                continue
            seen.add((regime, seed))
            shown = find_regime(regime, run.training).experimental_images
            values = bench.measure(run, regime, answers[regime])
            rows += [(regime, shown, seed, run.name, measure, values[measure]) for measure in MEASURES]
    values_table = pd.DataFrame(rows, columns=["regime", "experimental_images", "seed", "run", "measure", "value"])
    order = list(dict.fromkeys(values_table["regime"]))
    few = {"two_afc": too_few_answers(len(study.plan)), "kappa": too_few_images(len(study.plan))}
    reference = "accuracy-90" if "accuracy-90" in order else order[0]
    return RegimeTable(
        values=values_table,
        summary=_summary(values_table, settings.ci_level),
        contrasts=_contrasts(values_table, reference, settings.ci_level),
        reference=reference,
        method=method,
        people_two_afc=bench.people_two_afc,
        people_kappa=bench.people_kappa,
        training={"network": runs[0].training.network, "input_side": f"{runs[0].input_side} px"},
        warnings={name: text for name, text in few.items() if text},
    )


def _alike(study: Study) -> list[Run]:
    """Give the largest group of complete runs that were trained alike, the newest first."""
    groups: dict[str, list[Run]] = {}
    for name in study.run_names:
        run = study.run(name)
        groups.setdefault(f"{digest(run.training)} {run.card['images_digest']}", []).append(run)
    if not groups:
        raise MissingError(
            f"Study {study.name!r} has no finished run. Train one: `python -m fercore train {study.name}`."
        )
    largest = max(groups.values(), key=len)
    return sorted(largest, key=lambda run: str(run.card["created"]), reverse=True)


class _Bench:
    """What regimes are measured against, found out once."""

    def __init__(self, study: Study, settings: ComparisonSettings, method: str) -> None:
        self.study, self.settings, self.method = study, settings, method
        self.ours = None if study.trials.empty else people(study, settings)
        counts = study.images.of_split("train")["label"].value_counts()
        self.rare = sorted(study.label_set, key=lambda label: (counts.get(label, 0), study.label_set.index(label)))[
            :N_RARE
        ]
        self.answers = answers_of_people(study)
        self.people_kappa = _mean(np.array(kappas_among(self.answers)))
        self.people_two_afc = self.ours.accuracy if self.ours else float("nan")
        self.scored = measures(settings, [SCORED])

    def measure(self, run: Run, regime: str, answers: dict[str, Readout]) -> dict[str, float]:
        """Give the value of every measure; NaN where there is none."""
        rule = MULTICLASS if regime == MULTICLASS else "simple"
        found = dict.fromkeys(MEASURES, float("nan"))
        validation, experimental = answers.get("validation"), answers.get("experimental")
        if validation and rule in validation.accuracy:
            found["validation_accuracy"] = validation.accuracy[rule].value
            recall = np.diag(validation.confusion[rule])
            found["rare_recall"] = float(np.mean([recall[self.study.label_set.index(label)] for label in self.rare]))
        if experimental:
            found["two_afc"] = experimental.two_afc.value
            if self.ours and rule in experimental.confusion:
                confusions = correlate_confusions(self.ours.confusion, experimental.confusion[rule])
                found["confusion_r"] = confusions.off_diagonal.r
        if self.ours and regime != MULTICLASS:
            faces = face_table(self.study, run, regime)
            found["kappa"] = mean_kappa(faces["network_right"].astype(float).to_numpy(), self.answers)
            found |= self._attention(run, regime)
        return found

    def _attention(self, run: Run, regime: str) -> dict[str, float]:
        block = self.study.maps(run, self.method, regime=regime)
        if block is None:
            return {}
        own = self._people_maps.compare(block.maps)[SCORED]
        means = [_mean(values) for values in (own.own, own.floor, self._ceiling)]
        sweep = sweep_attention(mean_maps(self.study, run, (self.method,), regime))
        return {
            "dice": float(sweep.mean_dice[self.settings.threshold, sweep.methods.index(self.method)]),
            "score": score(*means, higher_is_better=self.scored[SCORED].higher_is_better),
        }

    @cached_property
    def _people_maps(self) -> HumanMaps:
        return read_human_maps(self.study, self.scored)

    @cached_property
    def _ceiling(self) -> NDArray[np.float64]:
        return people_ceiling(self.study, self.scored, self.settings)[SCORED]


def _mean(values: NDArray[np.float64]) -> float:
    return float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")


def _interval(values: np.ndarray, level: float) -> tuple[float, float, float, int]:
    """Mean, Student's interval and number of the values that there are."""
    known = values[np.isfinite(values)]
    n = len(known)
    if n == 0:
        return float("nan"), float("nan"), float("nan"), 0
    mean = float(known.mean())
    if n == 1:
        return mean, float("nan"), float("nan"), 1
    half = float(stats.t.ppf((1 + level) / 2, n - 1) * known.std(ddof=1) / np.sqrt(n))
    return mean, mean - half, mean + half, n


def _summary(values: pd.DataFrame, level: float) -> pd.DataFrame:
    rows = [
        (*keys, *_interval(group["value"].to_numpy(float), level))
        for keys, group in values.groupby(["regime", "experimental_images", "measure"], sort=False)
    ]
    return pd.DataFrame(
        rows, columns=["regime", "experimental_images", "measure", "mean", "ci_low", "ci_high", "n_seeds"]
    )


def _contrasts(values: pd.DataFrame, reference: str, level: float) -> pd.DataFrame:
    rows = []
    for measure, group in values.groupby("measure", sort=False):
        by_seed = {regime: own.set_index("seed")["value"] for regime, own in group.groupby("regime", sort=False)}
        rows += [
            (regime, measure, *_interval((own - by_seed[reference]).to_numpy(float), level))
            for regime, own in by_seed.items()
            if regime != reference
        ]
    return pd.DataFrame(rows, columns=["regime", "measure", "difference", "ci_low", "ci_high", "n_seeds"])
