"""What a training regime is: which classifiers are trained, on which images, and when they stop.

Users write a regime as its module's name, with a number where the regime takes one: ``accuracy-90``, ``epochs-30``,
``multiclass``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from fercore.errors import InputError, UnknownNameError
from fercore.registry import Registry
from fercore.settings import TrainingSettings

MULTICLASS = "multiclass"
"""Name of the one classifier of all labels, and of the regime that trains it."""


@dataclass(frozen=True)
class Regime(ABC):
    """One way of training; a regime is one module in ``fercore/machines/regimes``."""

    name: str
    """As users write it, such as ``accuracy-90``."""
    max_epochs: int
    """Epochs after which training ends in any case."""

    example: ClassVar[str]
    """A name that users can write."""
    pairwise: ClassVar[bool] = True
    """One classifier per pair, on as many images of one label as of the other; else one classifier of all labels, on all
    images, with a loss in which every label weighs the same."""

    @classmethod
    @abstractmethod
    def read(cls, number: int | None, settings: TrainingSettings) -> Regime:
        """Make the regime from the number in its name (None: there is none); raises `InputError` when that does not fit."""

    def is_reached(self, train_accuracy: float) -> bool:  # noqa: ARG002  most regimes look at epochs only
        """Tell whether training ends after an epoch with this accuracy on the images of the epoch, in [0, 1]."""
        return False


REGIMES: Registry[type[Regime]] = Registry("fercore.machines.regimes", "training regime")
"""The training regimes that fercore has."""


def find_regime(name: str, settings: TrainingSettings) -> Regime:
    """Give the regime that is called ``name``.

    Raises
    ------
    UnknownNameError
        When there is none of this name.
    InputError
        When the number in the name is impossible, or there is none where one is needed.
    """
    stem, _, tail = name.rpartition("-")
    if stem in REGIMES and tail.isdecimal():
        return REGIMES.get(stem).read(int(tail), settings)
    if name in REGIMES:
        return REGIMES.get(name).read(None, settings)
    raise UnknownNameError(REGIMES.kind, name, regime_names())


def regime_names() -> tuple[str, ...]:
    """Give a name for every regime, as users may write it."""
    return tuple(REGIMES.get(name).example for name in REGIMES)


def need_number(number: int | None, low: int, high: int, example: str, what: str) -> int:
    """Give the number of a regime back, or raise `InputError` when it is missing or not within ``low`` and ``high``."""
    if number is None or not low <= number <= high:
        raise InputError(f"A regime such as {example!r} names {what} from {low} to {high}, not {number!r}.")
    return number
