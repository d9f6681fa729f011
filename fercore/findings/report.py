"""Everything that is compared in a study, as the one JSON object of ``fercore compare STUDY --json``.

Keys are documented in ``docs/COMPARE.md`` and ``docs/compare.schema.json``. What a study does not have (yet) is None; so
is every number that cannot be had.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fercore import tables
from fercore.comparison.anova import OneWay
from fercore.comparison.confusion import correlate_confusions
from fercore.comparison.correlation import Correlation
from fercore.comparison.effect_sizes import variance_explained_interval
from fercore.comparison.sensitivity import too_few_answers
from fercore.findings.attention import AttentionSweep, mean_maps, sweep_attention
from fercore.findings.condition_intervals import interval_matrices
from fercore.findings.dice_tests import tukey_values
from fercore.findings.networks import MULTICLASS, SPLITS, Readout, readouts
from fercore.findings.people import People, people
from fercore.findings.responses import responses_part
from fercore.findings.rigorous import or_none, rigorous
from fercore.findings.voters import Voters, voters
from fercore.machines.runs import Run
from fercore.saliency.maps import PAPER_METHODS, SETTINGS
from fercore.saliency.settings_in_force import settings_in_force
from fercore.settings import ComparisonSettings, ExclusionSettings, to_mapping
from fercore.study import Study

Json = dict[str, Any]


def compare(study: Study, run: Run | None, settings: ComparisonSettings) -> Json:
    """Compare people and networks of a study.

    Parameters
    ----------
    study
        The study.
    run
        A complete run, or None where the study has none: parts about networks are then None.
    settings
        Threshold, level of intervals, resampling.

    Returns
    -------
    dict
        Fit for ``json.dumps(..., allow_nan=False)``.
    """
    ours = or_none(lambda: people(study, settings))
    crowd = or_none(lambda: voters(study))
    sweep = or_none(lambda: sweep_attention(mean_maps(study, run))) if run else None
    answers = readouts(study, run, settings) if run else None
    report = {
        "study": study.name,
        "run": run.name if run else None,
        "simulated": study.simulated,
        "provenance": _provenance(study),
        "label_set": list(study.label_set),
        "settings": _settings(study, run, settings),
        "participants": _participants(study),
        "human": _human(ours) | _sure(study, settings) if ours else None,
        "votes": _votes(crowd) if crowd else None,
        "responses": or_none(lambda: responses_part(study, run, settings)),
        "machine": {regime: _machine(regime, by_split, ours, crowd, settings) for regime, by_split in answers.items()}
        if answers
        else None,
        **_attention(sweep, settings),
        "rigorous": rigorous(study, run, settings),
    }
    plain: Json = to_json(report)
    return plain


def to_json(value: Any) -> Any:
    """Give nested values as JSON has them: arrays as lists of rows, NaN and infinity as None."""
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return to_json(value.tolist())
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, np.generic):
        return to_json(value.item())
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value


def _provenance(study: Study) -> Json | None:
    """Say how trials were made that nobody gave."""
    if not study.simulated:
        return None
    return {column: sorted(study.trials[column].unique().tolist()) for column in tables.PROVENANCE}


def _settings(study: Study, run: Run | None, settings: ComparisonSettings) -> Json:
    return {
        "comparison": to_mapping(settings),
        "exclusion": to_mapping(ExclusionSettings()),
        "design": to_mapping(study.card.design),
        "training": to_mapping(run.training) if run else None,
        "saliency": {
            method: to_mapping(settings_in_force(run, method) if run else SETTINGS[method]())
            for method in PAPER_METHODS
        },
    }


def _participants(study: Study) -> Json | None:
    if study.trials.empty:
        return None
    everybody = study.exclusion.participants
    excluded = everybody.loc[~everybody["kept"].astype(bool), ["participant", "reason"]]
    return {"kept": len(study.exclusion.kept), "excluded": excluded.to_dict("records")}


def _human(ours: People) -> Json:
    return {
        "accuracy": ours.accuracy,
        "accuracy_ci": ours.accuracy_ci,
        "n_trials": ours.n_trials,
        "warning": too_few_answers(ours.n_trials),
        "confusion": ours.confusion,
        "by_condition": ours.by_condition,
        "correlations": {name: _correlation(c) for name, c in ours.correlations.items()},
    }


def _sure(study: Study, settings: ComparisonSettings) -> Json:
    """Give how sure each condition is."""
    bounds, n = interval_matrices(study, settings)
    return {"by_condition_ci": bounds, "by_condition_n": n}


def _votes(crowd: Voters) -> Json:
    return {
        "share": crowd.accuracy.share,
        "plurality": crowd.accuracy.plurality,
        "n_images": crowd.accuracy.n_images,
        "n_votes": crowd.accuracy.n_votes,
        "confusion": crowd.confusion,
    }


def _machine(
    regime: str,
    by_split: dict[str, Readout],
    ours: People | None,
    crowd: Voters | None,
    settings: ComparisonSettings,
) -> Json:
    part: Json = {}
    for split in SPLITS:
        prefix = "" if split == "experimental" else f"{split}_"
        values = _readout(regime, by_split.get(split), ours, crowd, settings)
        part |= {f"{prefix}{key}": value for key, value in values.items()}
    return part


def _readout(
    regime: str, readout: Readout | None, ours: People | None, crowd: Voters | None, settings: ComparisonSettings
) -> Json:
    """Give one regime on one split; the votes of ``multiclass`` and the plain answer of an ensemble are None."""
    accuracy, confusion = (readout.accuracy, readout.confusion) if readout else ({}, {})
    part: Json = {"n_images": len(readout.true) if readout else None}
    for rule, name in (
        ("simple", "simple_vote_accuracy"),
        ("weighted", "weighted_vote_accuracy"),
        (MULTICLASS, "accuracy"),
    ):
        share = accuracy.get(rule)
        part[name] = share.value if share else None
        part[f"{name}_ci"] = share.ci if share else None
    part["two_afc_accuracy"] = readout.two_afc.value if readout else None
    part["two_afc_accuracy_ci"] = readout.two_afc.ci if readout else None
    part["two_afc_warning"] = too_few_answers(readout.two_afc.n) if readout else None
    part["confusion_simple"] = confusion.get("simple")
    part["confusion_weighted"] = confusion.get("weighted")
    part["confusion"] = confusion.get(MULTICLASS)
    main = MULTICLASS if regime == MULTICLASS else "simple"
    for who, matrix in (("", ours.confusion if ours else None), ("votes_", crowd.confusion if crowd else None)):
        for rule, suffix in ((main, ""), ("weighted", "_weighted")):
            result = None
            if matrix is not None and rule in confusion:
                result = correlate_confusions(matrix, confusion[rule], settings.ci_level)
            part[f"{who}confusion_r_all{suffix}"] = result.all_cells.r if result else None
            part[f"{who}confusion_r_off_diagonal{suffix}"] = result.off_diagonal.r if result else None
    return part


def _attention(sweep: AttentionSweep | None, settings: ComparisonSettings) -> Json:
    if sweep is None:
        return dict.fromkeys(("attention", "anova", "tukey", "expression_anova"))
    threshold = settings.threshold
    table = sweep.at(threshold)
    several = len(sweep.methods) > 1
    return {
        "attention": {
            method: _method(sweep, method, threshold) if method in sweep.methods else None for method in PAPER_METHODS
        },
        "anova": _anova(sweep.anova(threshold), settings) if several else None,
        "tukey": tukey_values(sweep.tukey(threshold, settings.ci_level)) if several else None,
        "expression_anova": _anova(sweep.expression_anova(threshold), settings)
        if table["dice"].notna().any()
        else None,
    }


def _method(sweep: AttentionSweep, method: str, threshold: int) -> Json:
    number = sweep.methods.index(method)
    own = sweep.at(threshold).query("method == @method")
    return {
        "dice_by_condition": sweep.dice_matrix(method, threshold),
        "dice_mean": sweep.mean_dice[threshold, number],
        "n_conditions": int(own["dice"].notna().sum()),
        "human_area_mean": own["human_area"].mean(),
        "model_area_mean": own["model_area"].mean(),
        "largest_dice_mean": own["largest"].mean(),
    }


def _anova(result: OneWay, settings: ComparisonSettings) -> Json:
    ci = variance_explained_interval(result.F, result.df_between, result.df_within, settings.ci_level)
    return {
        "F": result.F,
        "df": [result.df_between, result.df_within],
        "p": result.p,
        "eta_squared": result.eta_squared,
        "omega_squared": result.omega_squared,
        "variance_explained_ci": ci,
        "groups": result.groups.to_dict("records"),
        "largest": result.groups["group"].iloc[int(result.groups["mean"].argmax())] if len(result.groups) else None,
    }


def _correlation(c: Correlation) -> Json:
    return {"r": c.r, "p": c.p, "ci": [c.ci_low, c.ci_high], "n": c.n}
