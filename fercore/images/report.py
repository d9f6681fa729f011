"""What a source says about the faces it read: how many there are, and which were left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["unreadable", "missing", "duplicate name", "duplicate content", "left out", "note"]
"""What a tally counts: the first four name what is wrong with the files, the others what was decided."""

N_EXAMPLES = 20
"""Names that a tally gives at most; it counts all of them."""


@dataclass(frozen=True)
class Tally:
    """Something that was counted while reading: how often, and where for example."""

    kind: Kind
    what: str
    """What was seen and what was done about it, in a few words."""
    n: int
    examples: tuple[str, ...] = ()

    @classmethod
    def of(cls, kind: Kind, what: str, names: Sequence[str]) -> Tally:
        """Count ``names`` and keep the first of them as examples."""
        return cls(kind, what, len(names), tuple(str(name) for name in names[:N_EXAMPLES]))


@dataclass(frozen=True)
class Part:
    """One folder or archive of a source."""

    part: str
    n_files: int
    n_published: int | None
    """How many image files the authors of the set published in this part; None where nobody did."""
    used_as: str
    """The split that its images came to, or what else happened to them."""


@dataclass(frozen=True)
class SourceReport:
    """What was found when a source was read, before its images were decoded."""

    source: str
    path: str
    parts: tuple[Part, ...]
    tallies: tuple[Tally, ...]
    """Only what occurred: a tally of nothing is dropped."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "tallies", tuple(tally for tally in self.tallies if tally.n))

    def to_mapping(self) -> dict[str, Any]:
        """Give the report as plain dictionaries and lists, fit for JSON."""
        return {
            "source": self.source,
            "path": self.path,
            "parts": [asdict(part) for part in self.parts],
            "tallies": [{**asdict(tally), "examples": list(tally.examples)} for tally in self.tallies],
        }
