"""What stands beside the paper's numbers because the paper's own leave it open: the key ``rigorous`` of the report.

One function per part. What a study does not have (yet) a part says by `MissingError`, and it becomes None.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from fercore.errors import MissingError
from fercore.findings.agreement import agreement_values
from fercore.findings.answers_needed import people_needed_part
from fercore.findings.cells import compare_cells
from fercore.findings.claims import claims_part
from fercore.findings.confusions import confusion_part
from fercore.findings.consistency import consistency_part
from fercore.findings.dice_band import dice_band_part
from fercore.findings.dice_tests import dice_tests
from fercore.findings.equal_area import equal_area_part
from fercore.findings.evidence import Evidence
from fercore.findings.face_bounds import face_values
from fercore.findings.image_relations import per_image_part
from fercore.findings.masks import masks_part
from fercore.findings.multiverse import multiverse_values
from fercore.findings.participants import accuracy_model_part, reliability_part, within_participants_part
from fercore.findings.power import power_part
from fercore.findings.reveal_curves import reveal_part
from fercore.findings.seeing_contrasts import seeing_part, split_part
from fercore.findings.trial_relations import trial_values
from fercore.findings.trust import trust_part
from fercore.findings.two_afc import two_afc_part
from fercore.findings.units_of_analysis import units_part
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

Part = Callable[[Study, Run | None, ComparisonSettings], Any]
"""Gives nested dictionaries, lists, arrays and numbers, fit for `fercore.findings.report.to_json`."""

PARTS: Final[dict[str, Part]] = {
    "two_afc": two_afc_part,
    "seeing_contrasts": seeing_part,
    "split_contrasts": split_part,
    "confusion": confusion_part,
    "error_consistency": consistency_part,
    "tests": dice_tests,
    "dice_band": dice_band_part,
    "equal_area": equal_area_part,
    "units": units_part,
    "reliability": reliability_part,
    "accuracy_model": accuracy_model_part,
    "within_participants": within_participants_part,
    "per_image": per_image_part,
    "cells": compare_cells,
    "people_needed": people_needed_part,
    "power": power_part,
    "masks": masks_part,
    "reveal": reveal_part,
    "trust": trust_part,
}
"""Parts that stand by themselves, by key in the report."""

SHARED: Final[dict[str, Callable[[Evidence], Any]]] = {
    "agreement": lambda evidence: agreement_values(evidence.agreement),
    "multiverse": lambda evidence: multiverse_values(evidence.universes),
    "trial_relations": lambda evidence: trial_values(evidence.relations),
    "faces": lambda evidence: face_values(evidence.study, evidence.chosen_run, or_none(lambda: evidence.images)),
    "claims": claims_part,
}
"""Parts that rest on what claims are decided by, so that it is worked out once."""


def rigorous(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, Any]:
    """Give every part that the study has; None for the others."""
    parts = {key: or_none(partial(part, study, run, settings)) for key, part in PARTS.items()}
    evidence = Evidence(study, run, settings, parts)
    return parts | {key: or_none(partial(part, evidence)) for key, part in SHARED.items()}


def or_none(part: Callable[[], Any]) -> Any:
    """Give a part, or None where the study does not have it (yet)."""
    try:
        return part()
    except MissingError:
        return None
