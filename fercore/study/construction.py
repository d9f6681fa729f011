"""Where a study is made before it is one: a folder beside the studies, named by what goes into it.

Nobody takes it for a study. It lies on their disk, so that the finished study is renamed into its place and never copied.
It is safe to delete as long as no command works in it.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fercore.errors import InputError
from fercore.images.build import journal_of
from fercore.images.image_set import PIXELS_FILE
from fercore.store import studies_dir

CONSTRUCTIONS = ".constructions"


@contextmanager
def construct(target: Path, key: str) -> Iterator[Path]:
    """Make a study's folder whole or not at all, and keep what is decoded when the work is interrupted.

    Yields a folder that holds nothing but the pixels of an earlier attempt, if there was one; when the block ends well it is
    renamed to ``target``. When it fails, the folder stays for the next attempt if its pixels have a journal, and is removed
    otherwise.

    Parameters
    ----------
    target
        The study's folder, which is not there yet.
    key
        `decode.decoding_key` of its faces.

    Raises
    ------
    InputError
        When another process is making a study of the same faces, or has just made one of that name.
    """
    place = studies_dir() / CONSTRUCTIONS / key
    draft = place / "study"
    draft.mkdir(parents=True, exist_ok=True)
    with _alone(place / "lock"):
        try:
            for path in draft.iterdir():
                if path.name != PIXELS_FILE:
                    path.unlink()
            yield draft
            draft.chmod(0o755)
            _rename(draft, target)
        finally:
            if not (draft.exists() and journal_of(draft).exists()):
                shutil.rmtree(place)
                _remove_if_empty(place.parent)


def other_constructions(key: str) -> tuple[Path, int]:
    """Give the folder of all studies in the making, and the bytes that others than the one of ``key`` hold."""
    folder = studies_dir() / CONSTRUCTIONS
    pixels = folder.glob(f"*/study/{PIXELS_FILE}")
    return folder, sum(path.stat().st_size for path in pixels if path.parts[-3] != key)


def _rename(draft: Path, target: Path) -> None:
    try:
        draft.rename(target)
    except OSError as error:
        raise InputError(
            f"The study cannot be put into {target} ({error.strerror}). Run the same command again with another name: "
            "what is decoded is kept."
        ) from error


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold a lock file; the kernel gives it back when the process dies."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(
                "Another command is making a study of the same faces at this moment. Wait until it has ended, or stop it."
            ) from error
        yield


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:  # others are in the making
        return
