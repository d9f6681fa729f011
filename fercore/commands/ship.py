"""``fercore ship``: make the default study anew, as it is shipped (for those who keep fercore)."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from fercore.commands.follow import follow_job
from fercore.comparison.measures import measures
from fercore.errors import InputError
from fercore.findings.ceiling import ceiling_key, people_ceiling
from fercore.findings.dice_band import condition_ceiling, condition_ceiling_key
from fercore.findings.map_likeness import likeness_key, likeness_of_sources
from fercore.findings.people_needed import grown_agreement, growth_key
from fercore.images.faces.generator import FaceSetSettings
from fercore.jobs import client
from fercore.saliency.maps import MAPS, SETTINGS, compact
from fercore.settings import ComparisonSettings
from fercore.store import Store, cache_dir, write_arrays
from fercore.study import Study
from fercore.study.observers import simulate_trials
from fercore.study.rendered import write_rendered_study
from fercore.study.revealing import revealing_key, sources
from fercore.study.seeing import seeing_key
from fercore.study.shipped import lay_out
from fercore.study.study import BLOCKS
from fercore.study.trusting import checked_sources, trust_key


def ship(
    to: Annotated[Path, typer.Option(help="Folder to write; it must not exist.")],
    version: Annotated[int, typer.Option(min=1, help="Version of the study; a later one replaces an earlier one.")],
    seed: Annotated[int, typer.Option(help="Seed of faces, observers and training.")] = 0,
    participants: Annotated[int, typer.Option(min=1, help="Simulated observers.")] = 24,
    faces: Annotated[
        Path | None, typer.Option(help="Take the faces of this shipped study instead of rendering.")
    ] = None,
) -> None:
    """Render the faces, simulate the observers, train the default run, explain it, let it take part, check its maps, and pack all of it.

    Example: [bold]python -m fercore ship --to new_default --version 1[/bold]
    """
    if to.exists():
        raise InputError(f"{str(to)!r} exists. Name a new folder with --to.")
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fercore-ship-", ignore_cleanup_errors=True) as place:
        draft = Path(place) / "default_study"
        if faces is None:
            draft.mkdir()
            _render(draft, seed, str(version))
        else:
            shutil.copytree(faces, draft, ignore=shutil.ignore_patterns("runs", BLOCKS, "trials.parquet"))
        os.environ["FERCORE_STUDIES"] = str(Path(place) / "studies")
        os.environ["FERCORE_CACHE"] = str(Path(place) / "cache")
        study = _work(draft, Path(place) / "studies" / "default", seed, participants)
        _pack(study, draft)
        shutil.copytree(draft, to)
    n_bytes = sum(path.stat().st_size for path in to.rglob("*") if path.is_file())
    Console().print(f"Wrote the default study, {n_bytes / 1e6:.1f} MB, into {str(to)!r}.", highlight=False)


def _render(draft: Path, seed: int, version: str) -> None:
    with Progress(console=Console(stderr=True)) as bars:
        bar = bars.add_task("")
        write_rendered_study(
            draft,
            FaceSetSettings(seed=seed),
            version,
            os.cpu_count() or 1,
            lambda done, total, message: bars.update(bar, completed=done, total=total, description=message),
        )


def _work(draft: Path, folder: Path, seed: int, participants: int) -> Study:
    """Lay the study out, let simulated observers and networks see it; the same jobs as anybody's."""
    lay_out(draft, folder)
    study = Study(folder)
    study.trial_store.add(simulate_trials(study, n_participants=participants, seed=seed))
    regimes = ["accuracy-90", "multiclass"]
    settings = {"weights_precision": "float16"}
    follow_job(
        client.submit(
            "train", {"study": "default", "run": "default", "regimes": regimes, "seed": seed, "settings": settings}
        )
    )
    follow_job(client.submit("explain", {"study": "default", "run": "default", "methods": list(SETTINGS)}))
    follow_job(client.submit("participate", {"study": "default", "run": "default"}))
    follow_job(client.submit("reveal", {"study": "default", "run": "default"}))
    follow_job(client.submit("trust", {"study": "default", "run": "default"}))
    return Study(folder)


def _pack(study: Study, draft: Path) -> None:
    study.trials.to_parquet(draft / "trials.parquet", index=False)
    shutil.copytree(study.folder / "runs" / "default", draft / "runs" / "default")
    run, kept = study.run("default"), Store(cache_dir())
    keys = {f"maps of {method!r}": study.maps_key(run, method) for method in SETTINGS}
    keys |= {f"answers of {regime!r} with what people saw": seeing_key(study, run, regime) for regime in run.regimes}
    keys |= {f"answers along {source!r}": revealing_key(study, run, source) for source in sources(study, run)}
    keys |= {f"checks of maps by {source!r}": trust_key(study, run, source) for source in checked_sources(study, run)}
    likeness_of_sources(study, run)
    keys["likeness of maps"] = likeness_key(study, run)
    settings = ComparisonSettings()
    known = measures(settings)
    people_ceiling(study, known, settings)
    keys["ceiling of people's maps"] = ceiling_key(study, known, settings)
    grown_agreement(study, known, settings)
    keys["agreement by the number of people"] = growth_key(study, known, settings)
    condition_ceiling(study, settings)
    keys["ceiling of mean maps"] = condition_ceiling_key(study, settings)
    for what, key in keys.items():
        arrays = kept.get(key)
        if arrays is None:
            raise InputError(f"The run has no {what}: a job did not finish.")
        write_arrays(draft / BLOCKS / f"{key}.safetensors", compact(arrays) if MAPS in arrays else arrays)
