"""A unit and the files that it reads, for workers on machines that may not see the study's folder.

Where a worker finds the very same files (a shared file system) it works in place. Elsewhere it fetches them, each by its
SHA-256 and once per machine, lays them out in its own cache as a study's folder of the same form, and gives back the files
that the work left there. What works on units need not know.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from fercore.errors import DamagedError
from fercore.images.image_set import INDEX_FILE, PIXELS_FILE, ImageSet
from fercore.jobs.executor import Report
from fercore.machines.runs import Run
from fercore.store import cache_dir, digest_file, make_key, write_whole

STUDY_FILES = ("study.json", INDEX_FILE, "plan.csv")
"""What units read of a study besides the images. What people did stays where it is."""

Changes = dict[str, bytes | None]
"""What work changed: content by path in the study's folder, None for a file that is gone; cards last, as when written."""


@runtime_checkable
class RunUnit(Protocol):
    """A unit that works on one classifier of a run: a dataclass with (at least) these fields."""

    study_folder: Path
    run: str
    regime: str
    name: str


@dataclass(frozen=True)
class File:
    """One file of a parcel."""

    digest: str
    """SHA-256."""
    mark: tuple[int, int, int]
    """Inode, time of the last change in ns, and bytes: equal where a file system is shared, whatever else is equal."""
    content: Any
    """What the carrier fetches the bytes by."""


@dataclass(frozen=True)
class Parcel:
    """A unit, fit to be sent to another machine."""

    unit: Any
    files: Mapping[str, File]
    """The files that it reads, by their path in the study's folder; none for a unit that is no `RunUnit`."""

    def work(
        self, function: Callable[[Any, Report], Any], report: Report, fetch: Callable[[Any], Any]
    ) -> tuple[Any, Changes]:
        """Call a function on the unit, on the machine that received it.

        Parameters
        ----------
        function, report
            As for an `fercore.jobs.executor.Executor`.
        fetch
            Gives the bytes of a file by its `File.content`.

        Returns
        -------
        tuple
            What the function returned, and the changes to be delivered (none when it worked in place).

        Raises
        ------
        DamagedError
            When a file arrives that is not what was sent.
        """
        if all(_mark(self.unit.study_folder / path) == file.mark for path, file in self.files.items()):
            return function(self.unit, report), {}
        digests = {path: file.digest for path, file in self.files.items()}
        folder = cache_dir() / "parcels" / make_key("parcel", unit=repr(self.unit), files=digests)
        for path, file in self.files.items():
            _lay_out(folder / path, file, fetch)
        result = function(replace(self.unit, study_folder=folder), report)
        changes = self._changes(folder)
        shutil.rmtree(folder)
        return result, changes

    def _changes(self, folder: Path) -> Changes:
        """Find what is no link to a file that was sent, and which links are gone."""
        written = [path for path in folder.rglob("[!.]*") if path.is_file() and not path.is_symlink()]
        written.sort(key=lambda path: (path.suffix == ".json", path))
        changes: Changes = {str(path.relative_to(folder)): path.read_bytes() for path in written}
        return changes | {path: None for path in self.files if not (folder / path).exists()}

    def deliver(self, changes: Changes) -> None:
        """Repeat the changes in the study's own folder, on the machine that sent the parcel."""
        for name, content in changes.items():
            path = self.unit.study_folder / name
            if content is None:
                path.unlink(missing_ok=True)
                continue
            with write_whole(path) as draft:
                draft.write_bytes(content)


class Sender:
    """Packs units; files that many units read are sent once.

    Parameters
    ----------
    send
        Sends a file and gives what its bytes are fetched by.
    """

    def __init__(self, send: Callable[[Path], Any]) -> None:
        self._send = send
        self._common: dict[tuple[Path, str], dict[str, File]] = {}

    def pack(self, unit: Any) -> Parcel:
        """Pack a unit with all that it may read: images, plan, the run's own files, and what there is of the classifier."""
        if not isinstance(unit, RunUnit):
            return Parcel(unit, {})
        study, run = unit.study_folder, unit.study_folder / "runs" / unit.run
        if (study, unit.run) not in self._common:
            self._common[study, unit.run] = {
                PIXELS_FILE: self._file(study / PIXELS_FILE, _fewer_pixels(study, run)),
                **self._files(study, (study / name for name in STUDY_FILES)),
                **self._files(study, run.glob("[!.]*")),
            }
        own = [run / regime for regime in (unit.regime, getattr(unit, "base", None)) if regime is not None]
        there = (path for folder in own for path in folder.glob(f"{unit.name}.*"))
        return Parcel(unit, self._common[study, unit.run] | self._files(study, there))

    def _files(self, study: Path, paths: Iterator[Path]) -> dict[str, File]:
        return {str(path.relative_to(study)): self._file(path, path) for path in sorted(paths) if path.is_file()}

    def _file(self, path: Path, source: Path) -> File:
        mark = _mark(path)
        assert mark is not None
        return File(digest_file(source), mark, self._send(source))


def _fewer_pixels(study: Path, run: Path) -> Path:
    """Choose the smaller of the images as they are and as the run's networks see them: both give the same inputs."""
    images, side = ImageSet.open(study), Run.open(run).input_side
    if side >= images.side:
        return study / PIXELS_FILE
    from fercore.machines.inputs import input_file  # loads torch

    return input_file(images, side)


def _lay_out(path: Path, file: File, fetch: Callable[[Any], Any]) -> None:
    """Link to this machine's copy of a file, fetched when it has none; what an earlier attempt left in its place stays."""
    kept = cache_dir() / "parcels" / file.digest
    if not kept.is_file():
        with write_whole(kept) as draft:
            draft.write_bytes(fetch(file.content))
            if digest_file(draft) != file.digest:
                raise DamagedError(f"{path.name} did not arrive as it was sent. Resume the job.")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with suppress(FileExistsError):
            path.symlink_to(kept.resolve())


def _mark(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
