"""``fercore faces``: a folder of rendered faces, one folder per label."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from fercore import tables
from fercore.errors import InputError
from fercore.images.faces.generator import FaceSetSettings, FaceSettings, generate
from fercore.store import write_folder

COLUMNS = ("image", "label", "identity", "seed", *tables.LANDMARKS[1:])
"""Columns of ``faces.csv``; ``image`` is the file's path in the folder, landmarks are px."""


def faces(
    to: Annotated[Path, typer.Option(help="Folder to write; it must be new or empty.")],
    count: Annotated[int, typer.Option(min=1, help="Number of faces, spread evenly over the eight expressions.")] = 80,
    seed: Annotated[int, typer.Option(min=0, help="Seed; the same seed gives the same faces.")] = 0,
    side: Annotated[int, typer.Option(min=32, max=512, help="Side of the pictures in px.")] = 128,
) -> None:
    """Render faces of people who do not exist, with eight intended expressions that nobody has validated.

    Example: [bold]python -m fercore faces --count 80 --seed 1 --to faces[/bold]
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise InputError(f"{str(to)!r} exists and is not an empty folder. Name a new folder with --to.")
    settings = FaceSetSettings(seed=seed, n_train=count, n_validation=0, n_experimental=0, face=FaceSettings(side=side))
    with write_folder(to) as draft:
        _write(draft, settings)
    Console().print(f"Wrote {count} faces and faces.csv into {str(to)!r}.", highlight=False)


def _write(folder: Path, settings: FaceSetSettings) -> None:
    n_workers = min(os.cpu_count() or 1, 1 + settings.n_train // 50)
    rendered = generate(settings, n_workers=n_workers)
    with (folder / "faces.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for face in track(rendered, "Rendering faces", total=settings.n_train, console=Console(stderr=True)):
            sitting = face.sitting
            path = folder / sitting.label / f"{sitting.position:05d}.jpg"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(face.jpeg)
            places = [f"{value:.2f}" for value in face.landmarks.ravel()]
            table.writerow(
                [path.relative_to(folder).as_posix(), sitting.label, sitting.identity, sitting.seed, *places]
            )
