"""Expressions, pairs and conditions: the words that everything else is counted in.

An *expression* is a label of the study's label set; a *pair* is an unordered pair of labels and has a classifier; a
*condition* is an ordered pair (true label, false label) and has trials.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, permutations

from fercore.errors import InputError, UnknownNameError

EXPRESSIONS = ("neutral", "happy", "sad", "surprise", "fear", "disgust", "anger", "contempt")
"""The paper's eight expressions, always in this order."""

_SYNONYMS = {
    "happiness": "happy", "joy": "happy", "sadness": "sad", "surprised": "surprise", "fearful": "fear",
    "afraid": "fear", "disgusted": "disgust", "angry": "anger", "contemptuous": "contempt",
}  # fmt: skip


def canonical_label(name: str) -> str:
    """Give fercore's word for a label as data sets spell it ("Happiness" is "happy"); other words stay, in lower case."""
    word = name.strip().lower()
    return _SYNONYMS.get(word, word)


@dataclass(frozen=True, order=True)
class Pair:
    """An unordered pair of labels, held in the order of the label set. Written ``neutral-happy``."""

    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.first}-{self.second}"

    def __iter__(self) -> Iterator[str]:
        return iter((self.first, self.second))


@dataclass(frozen=True, order=True)
class Condition:
    """An ordered pair: the label that is true and the wrong option of the trial. Written ``fear|surprise``."""

    true_label: str
    false_label: str

    def __str__(self) -> str:
        return f"{self.true_label}|{self.false_label}"


@dataclass(frozen=True)
class LabelSet:
    """The labels of a study, in an order that never changes.

    Parameters
    ----------
    names
        At least two different labels, lower case, without ``-``, ``|`` or ``,`` (those join labels).
    """

    names: tuple[str, ...] = EXPRESSIONS

    def __post_init__(self) -> None:
        if len(self.names) < 2 or len(set(self.names)) != len(self.names):
            raise InputError(
                f"A label set needs at least two different labels, not {list(self.names)!r}. Name them with --labels a,b,..."
            )
        for name in self.names:
            if not name or name != name.strip().lower() or set(name) & set("-|,/\\ "):
                raise InputError(
                    f"The label {name!r} is not a lower-case word without spaces, '-', '|', ',' and slashes. Rename it."
                )

    @classmethod
    def of(cls, names: Sequence[str]) -> LabelSet:
        """Make a label set from names as people and data sets spell them."""
        return cls(tuple(canonical_label(name) for name in names))

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """All unordered pairs, in label order: 28 for eight labels."""
        return tuple(Pair(a, b) for a, b in combinations(self.names, 2))

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """All ordered pairs, row by row of the label matrix: 56 for eight labels."""
        return tuple(Condition(a, b) for a, b in permutations(self.names, 2))

    def index(self, name: str) -> int:
        """Give the position of a label; raises `UnknownNameError` for a label that is not in the set."""
        try:
            return self.names.index(name)
        except ValueError:
            raise UnknownNameError("label", name, self.names) from None

    def pair(self, a: str, b: str) -> Pair:
        """Give the pair of two labels, in whatever order they come."""
        i, j = sorted((self.index(a), self.index(b)))
        if i == j:
            raise InputError(f"A pair needs two different labels, not {a!r} twice.")
        return Pair(self.names[i], self.names[j])

    def parse_pair(self, text: str) -> Pair:
        """Read a pair as written on the command line: ``happy-neutral``."""
        parts = text.strip().split("-")
        if len(parts) != 2:
            raise InputError(
                f"{text!r} is not a pair. Write two labels with a hyphen, such as {self.names[0]}-{self.names[1]}."
            )
        return self.pair(canonical_label(parts[0]), canonical_label(parts[1]))
