"""Everything that can go wrong, in one tree.

::

    FercoreError
    ├── InputError              what was given cannot be used
    │   ├── UnknownNameError    a name that nothing is registered under
    │   ├── SettingsError       an unknown or impossible setting
    │   ├── SourceError         a folder or file of faces that is not what its reader expects
    │   └── TrialTableError     a trial table with offending rows, all of them listed
    ├── MissingError            something that this study does not have (yet)
    ├── DamagedError            a stored file whose content is not what was written
    └── JobError                long work that cannot be started, followed or finished

Every message says what was seen (the value by ``!r``), why it is wrong, and what to do. The dashboard and the
command line print the message; neither shows a traceback for a :class:`FercoreError`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class FercoreError(Exception):
    """The root: its text is written for the person in front of the screen."""


class InputError(FercoreError):
    """What was given cannot be used."""


class UnknownNameError(InputError):
    """A name that nothing is registered under.

    Parameters
    ----------
    kind
        What was looked for, in the singular ("saliency method").
    name
        What was asked for.
    known
        The names that exist.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(names) or 'none'}."
        super().__init__(f"There is no {kind} called {name!r}. {hint}")


class SettingsError(InputError):
    """An unknown or impossible setting."""


class SourceError(InputError):
    """A folder or file of faces that is not what its reader expects."""


@dataclass(frozen=True)
class RowFault:
    """One offending cell of a table."""

    line: int
    """Line in the file, counted from 1 with the header as line 1."""
    column: str
    value: object
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column} = {self.value!r}: {self.reason}"


class TrialTableError(InputError):
    """A trial table with offending rows; ``faults`` lists every one of them, and nothing was imported."""

    def __init__(self, name: str, faults: Sequence[RowFault], shown: int = 10) -> None:
        self.faults = tuple(faults)
        head = "\n".join(f"  {fault}" for fault in self.faults[:shown])
        rest = f"\n  ... and {len(self.faults) - shown} more" if len(self.faults) > shown else ""
        super().__init__(
            f"{name} has {len(self.faults)} offending cell(s), so nothing was imported. Mend them and import again:\n"
            f"{head}{rest}"
        )


class MissingError(FercoreError):
    """Something that this study does not have (yet)."""


class DamagedError(FercoreError):
    """A stored file whose content is not what was written."""


class JobError(FercoreError):
    """Long work that cannot be started, followed or finished."""
