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

WHOLE, REVEALED, GUIDED = "whole", "revealed", "guided"
LESSONS = (WHOLE, REVEALED, GUIDED)
"""What classifiers are shown: training images; click-revealed experimental images; training images beside experimental
images with people's attention maps."""

UNSEEN, OTHERS, OWN = "unseen", "others", "own"
"""Experimental images in training: none; those of the classifier's labels that people saw in other pairs, so that it is
tested on images that it never saw as long as it answers for its own pair alone; those of its own pair."""


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
    base: ClassVar[str | None] = None
    """Regime whose classifier of the same pair training goes on from, or None: it starts anew."""
    lesson: ClassVar[str] = WHOLE
    """What is shown: one of `LESSONS`."""
    experimental_images: ClassVar[str] = UNSEEN
    """Which experimental images a classifier is shown: one of `UNSEEN`, `OTHERS` and `OWN`."""

    @property
    def learns_from_people(self) -> bool:
        """Whether it needs what people did with the experimental images (`fercore.machines.guidance`)."""
        return self.lesson != WHOLE

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


def refuse_number(number: int | None, name: str, setting: str) -> None:
    """Raise `InputError` when the name of a regime without a number has one."""
    if number is not None:
        raise InputError(f"{name!r} takes its epochs from the setting {setting}, not from its name: {number!r}.")


def need_number(number: int | None, low: int, high: int, example: str, what: str) -> int:
    """Give the number of a regime back, or raise `InputError` when it is missing or not within ``low`` and ``high``."""
    if number is None or not low <= number <= high:
        raise InputError(f"A regime such as {example!r} names {what} from {low} to {high}, not {number!r}.")
    return number
