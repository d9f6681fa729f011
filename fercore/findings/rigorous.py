"""What stands beside the paper's numbers because the paper's own leave it open: the key ``rigorous`` of the report.

One function per part. What a study does not have (yet) a part says by `MissingError`, and it becomes None.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from fercore.errors import MissingError
from fercore.findings.agreement import agreement_part
from fercore.findings.cells import cells_part
from fercore.findings.claims import claims_part
from fercore.findings.confusion_agreement import confusion_part
from fercore.findings.consistency import consistency_part
from fercore.findings.dice_tests import dice_tests
from fercore.findings.image_relations import per_image_part
from fercore.findings.participants import accuracy_model_part, reliability_part, within_participants_part
from fercore.findings.reveal_curves import reveal_part
from fercore.findings.trust import trust_part
from fercore.findings.two_afc import two_afc_part
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

Part = Callable[[Study, Run | None, ComparisonSettings], Any]
"""Gives nested dictionaries, lists, arrays and numbers, fit for `fercore.findings.report.to_json`."""

PARTS: Final[dict[str, Part]] = {
    "agreement": agreement_part,
    "two_afc": two_afc_part,
    "confusion": confusion_part,
    "error_consistency": consistency_part,
    "tests": dice_tests,
    "reliability": reliability_part,
    "accuracy_model": accuracy_model_part,
    "within_participants": within_participants_part,
    "per_image": per_image_part,
    "cells": cells_part,
    "reveal": reveal_part,
    "trust": trust_part,
}
"""Every part by its key in the report."""


def rigorous(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, Any]:
    """Give every part that the study has; None for the others."""
    parts = {key: or_none(partial(part, study, run, settings)) for key, part in PARTS.items()}
    return parts | {"claims": or_none(partial(claims_part, study, run, settings, parts))}


def or_none(part: Callable[[], Any]) -> Any:
    """Give a part, or None where the study does not have it (yet)."""
    try:
        return part()
    except MissingError:
        return None
