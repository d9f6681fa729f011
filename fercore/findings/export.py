"""A study's results as one zip file: tables as CSV, maps as NumPy arrays, the report as JSON.

The faces themselves are not in it, because their licence is not ours to give. Whatever comes from simulated observers says
so: in ``README.txt``, in ``compare.json`` and in a column ``source`` of every table about people.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fercore.errors import InputError, MissingError
from fercore.findings.attention import mean_maps, sweep_attention
from fercore.findings.finding import FINDINGS
from fercore.findings.networks import MULTICLASS, readouts
from fercore.findings.people import people
from fercore.findings.report import compare
from fercore.findings.reveal_curves import reveal_curves
from fercore.findings.trust import trust
from fercore.humans.trial_table import csv_text
from fercore.labels import LabelSet
from fercore.machines.runs import Run
from fercore.saliency.maps import SETTINGS
from fercore.settings import ComparisonSettings
from fercore.store import write_whole
from fercore.study import Study

PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "torch", "captum", "opencv-python-headless")
"""Packages whose versions an export names."""


def export_study(study: Study, run: Run | None, settings: ComparisonSettings, path: Path) -> list[str]:
    """Write everything that a study found into a zip file, whole or not at all.

    Parameters
    ----------
    study, run
        What to export; run None where there is none.
    settings
        Threshold, level of intervals, resampling.
    path
        The file, ending in ``.zip``.

    Returns
    -------
    list of str
        Names of the files in it.

    Raises
    ------
    InputError
        When ``path`` does not end in ``.zip``, or its folder cannot be written.
    """
    if path.suffix != ".zip":
        raise InputError(f"{str(path)!r} does not end in .zip, and an export is a zip file. Name it so.")
    if path.is_dir() or (path.parent.exists() and not path.parent.is_dir()):
        raise InputError(f"{str(path)!r} cannot be written as a file. Name another place with --to.")
    names = []
    try:
        with write_whole(path) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in _members(study, run, settings):
                archive.writestr(name, content)
                names.append(name)
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be written: {error.strerror}. Name another place with --to.") from error
    return names


def _members(study: Study, run: Run | None, settings: ComparisonSettings) -> Iterator[tuple[str, str | bytes]]:
    yield "README.txt", _readme(study, run)
    report = compare(study, run, settings)
    yield "compare.json", json.dumps(report, indent=1, allow_nan=False)
    yield "study.json", (study.folder / "study.json").read_bytes()
    if study.has_images:
        yield "plan.csv", study.plan.to_csv(index=False)
    yield "findings.csv", _findings(study, run, settings).to_csv(index=False)
    claims = report["rigorous"]["claims"]
    if claims is not None:
        yield "claims.csv", pd.DataFrame(claims).to_csv(index=False)
    if not study.trials.empty:
        yield "trials.csv", csv_text(study.trials)
        yield from _people(study, settings)
    if study.votes is not None:
        yield "votes.csv", study.votes.to_csv(index=False)
    if study.responses is not None:
        yield "responses.csv", study.responses.to_csv(index=False)
    if run is not None:
        yield "run.json", json.dumps(run.card, indent=1)
        yield from _networks(study, run, settings)
        yield from _attention(study, run, settings)
        yield from _reveal(study, run, settings)
        yield from _trust(study, run, settings)


def _readme(study: Study, run: Run | None) -> str:
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    lines = [
        f"fercore export of study {study.name!r}" + (f", run {run.name!r}" if run else ""),
        f"Written {datetime.now(UTC).isoformat(timespec='seconds')}. Data: {study.badge}.",
        f"Made with {versions}.",
        "Rows of every .npy follow plan.csv; matrices have true labels as rows, in the order of the study's label set.",
    ]
    if study.simulated:
        lines.insert(
            2, "THE TRIALS ARE SIMULATED: they are no evidence about people, and agreement of a network with their"
        )
        lines.insert(3, "attention maps is circular, because clicks were drawn from where the two expressions differ.")
    return "\n".join(lines) + "\n"


def _findings(study: Study, run: Run | None, settings: ComparisonSettings) -> pd.DataFrame:
    parts = []
    for name in FINDINGS:
        try:
            finding = FINDINGS.get(name)(study, run, settings)
        except MissingError:
            continue
        parts.append(finding.table.assign(finding=name, paper_section=finding.source))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _people(study: Study, settings: ComparisonSettings) -> Iterator[tuple[str, str | bytes]]:
    source = "simulated" if study.simulated else "people"
    yield "participants.csv", study.exclusion.participants.assign(source=source).to_csv(index=False)
    try:
        ours = people(study, settings)
    except MissingError:
        return
    yield "conditions.csv", ours.conditions.assign(source=source).to_csv(index=False)
    yield "confusion_people.csv", _matrix(ours.confusion, study.label_set).assign(source=source).to_csv(index=False)
    yield f"attention_maps_{source}.npy", _array(study.attention_maps)


def _networks(study: Study, run: Run, settings: ComparisonSettings) -> Iterator[tuple[str, str]]:
    for regime, by_split in readouts(study, run, settings).items():
        for split, readout in by_split.items():
            for rule, matrix in readout.confusion.items():
                yield f"confusion_{regime}_{rule}_{split}.csv", _matrix(matrix, study.label_set).to_csv(index=False)
        logits = run.outputs(regime, "experimental")
        table = pd.DataFrame(logits.reshape(len(logits), -1), columns=_columns(regime, study.label_set))
        yield f"outputs_{regime}.csv", pd.concat([study.plan, table], axis=1).to_csv(index=False)


def _columns(regime: str, label_set: LabelSet) -> list[str]:
    """Name the outputs of a regime: a label, or ``a|b|a`` for the output of a of classifier a-b."""
    if regime == MULTICLASS:
        return list(label_set)
    return [f"{pair.first}|{pair.second}|{label}" for pair in label_set.pairs for label in pair]


def _attention(study: Study, run: Run, settings: ComparisonSettings) -> Iterator[tuple[str, str | bytes]]:
    for method in SETTINGS:
        block = study.maps(run, method)
        if block is not None:
            yield f"maps_{method}.npy", _array(block.maps)
    try:
        sweep = sweep_attention(mean_maps(study, run))
    except MissingError:
        return
    source = "simulated" if study.simulated else "people"
    table = sweep.at(settings.threshold).assign(threshold=settings.threshold, source=source)
    yield "dice.csv", table.to_csv(index=False)


def _reveal(study: Study, run: Run, settings: ComparisonSettings) -> Iterator[tuple[str, str]]:
    try:
        found = reveal_curves(study, run, settings)
    except MissingError:
        return
    source = "simulated" if study.simulated else "people"
    for name, table in (("curves", found.curves), ("crossings", found.crossings)):
        along = table.rename(columns={"source": "maps"}).assign(source=source)
        yield f"reveal_{name}.csv", along.to_csv(index=False)
    if found.people is not None:
        yield "reveal_people.csv", found.people.points.assign(source=source).to_csv(index=False)


def _trust(study: Study, run: Run, settings: ComparisonSettings) -> Iterator[tuple[str, str]]:
    try:
        found = trust(study, run, settings)
    except MissingError:
        return
    source = "simulated" if study.simulated else "people"
    for name, table in (("scores", found.scores), ("curves", found.curves)):
        yield f"trust_{name}.csv", table.rename(columns={"source": "maps"}).assign(source=source).to_csv(index=False)
    yield "map_agreement.csv", found.agreement.assign(source=source).to_csv(index=False)


def _matrix(matrix: Any, label_set: LabelSet) -> pd.DataFrame:
    table = pd.DataFrame(matrix, columns=list(label_set))
    table.insert(0, "true_label", list(label_set))
    return table


def _array(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()
