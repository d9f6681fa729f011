"""What stands beside the paper's numbers because the paper's own leave it open: the key ``rigorous`` of the report.

One function per part. What a study does not have (yet) a part says by `MissingError`, and it becomes None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from fercore.errors import MissingError
from fercore.findings.two_afc import two_afc_part
from fercore.machines.runs import Run
from fercore.settings import ComparisonSettings
from fercore.study import Study

Part = Callable[[Study, Run | None, ComparisonSettings], Any]
"""Gives nested dictionaries, lists, arrays and numbers, fit for `fercore.findings.report.to_json`."""

PARTS: Final[dict[str, Part]] = {"two_afc": two_afc_part}
"""Every part by its key in the report."""


def rigorous(study: Study, run: Run | None, settings: ComparisonSettings) -> dict[str, Any]:
    """Give every part that the study has; None for the others."""
    return {key: _or_none(part, study, run, settings) for key, part in PARTS.items()}


def _or_none(part: Part, study: Study, run: Run | None, settings: ComparisonSettings) -> Any:
    try:
        return part(study, run, settings)
    except MissingError:
        return None
