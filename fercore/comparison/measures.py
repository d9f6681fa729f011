"""What a measure of map agreement is, and the measures there are.

A measure reads each map once (`Measure.human`, `Measure.model`) and then compares what it read: map by map (`Measure.pair`)
or every map with every other (`Measure.cross`), which for most is one matrix product.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from fercore.comparison.map_stack import MapStack
from fercore.errors import InputError
from fercore.registry import Registry
from fercore.settings import ComparisonSettings

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Side:
    """What a measure read off n maps."""

    vectors: np.ndarray
    """(n, n_cells)."""
    number: Numbers
    """(n,): what else of each map enters; NaN where the measure has no meaning for it."""
    weights: np.ndarray | None = None
    """As in `MapStack`."""

    def rows(self, rows: slice | np.ndarray) -> Side:
        """Give some of the maps."""
        return Side(self.vectors[rows], self.number[rows], None if self.weights is None else self.weights[rows])


class Measure(ABC):
    """Agreement of people's maps with a model's.

    Parameters
    ----------
    settings
        Threshold and percentage.
    """

    label: ClassVar[str]
    """What it is called on screen."""
    range: ClassVar[tuple[float, float]]
    """Smallest and largest value."""
    unit: ClassVar[str] = ""
    """What one is, where the measure has a unit."""
    note: ClassVar[str] = ""
    """What a reader must know to read the value."""
    of_itself: ClassVar[float] = 1.0
    """Agreement of a map with itself; NaN where people's side is clicks."""
    symmetric: ClassVar[bool] = True
    """Whether people and model may change sides."""
    higher_is_better: ClassVar[bool] = True
    needs_clicks: ClassVar[bool] = False
    """Whether people's side is the number of clicks in each pixel, not a map."""
    spearman_brown: ClassVar[bool] = False
    """Whether it is a correlation, so that agreement between halves can be corrected for their size."""
    spatial: ClassVar[bool] = False
    """Whether it matters where pixels lie: then they cannot be grouped into cells."""
    optional: ClassVar[bool] = False
    """Whether it is worked out only when asked for."""

    def __init__(self, settings: ComparisonSettings | None = None) -> None:
        self.settings = settings or ComparisonSettings()

    def __call__(self, human: np.ndarray, model: np.ndarray, weights: np.ndarray | None = None) -> Numbers:
        """Measure agreement map by map.

        Parameters
        ----------
        human
            (n, height, width): people's maps, or the number of clicks in each pixel where `needs_clicks`.
        model
            The same shape: the model's maps.
        weights
            As in `MapStack`.

        Returns
        -------
        numpy.ndarray
            (n,); NaN where a map has a value that is not finite, and where the measure has no meaning (see each).

        Raises
        ------
        InputError
            When the two are of different shapes.
        """
        if human.shape != model.shape:
            raise InputError(
                f"Maps of shape {human.shape} cannot be compared with maps of shape {model.shape}: give both the same size."
            )
        return self.pair(self.human(MapStack(human, weights)), self.model(MapStack(model, weights)))

    @abstractmethod
    def human(self, stack: MapStack) -> Side:
        """Read people's side."""

    @abstractmethod
    def model(self, stack: MapStack) -> Side:
        """Read the model's side."""

    @abstractmethod
    def pair(self, human: Side, model: Side) -> Numbers:
        """Compare map by map, (n,)."""

    def cross(self, human: Side, model: Side) -> Numbers:
        """Compare each of n human maps with each of m model maps, (n, m)."""
        columns = [
            self.pair(human, model.rows(np.full(len(human.number), column))) for column in range(len(model.number))
        ]
        return np.stack(columns, axis=1)


class ProductMeasure(Measure):
    """A measure whose two sides meet in one sum over pixels of products."""

    @abstractmethod
    def value(self, met: Numbers, human: Numbers, model: Numbers) -> Numbers:
        """Give the measure from the sum of products and both sides' numbers, broadcast against each other."""

    def meet(self, human: Side, model: Side) -> Numbers:
        """Sum over pixels, map by map, (n,)."""
        products = human.vectors * model.vectors
        if human.weights is not None:
            products = products * human.weights
        total: Numbers = products.sum(axis=1, dtype=np.float64)
        return total

    def meet_all(self, human: Side, model: Side) -> NDArray[np.floating]:
        """Sum over pixels for every human map with every model map, (n, m), in single precision."""
        first, second = (side.vectors.astype(np.float32, copy=False) for side in (human, model))
        met: NDArray[np.floating] = first @ second.T
        return met

    def pair(self, human: Side, model: Side) -> Numbers:
        """Compare map by map, (n,)."""
        return self.value(self.meet(human, model), human.number, model.number)

    def cross(self, human: Side, model: Side) -> Numbers:
        """Compare each of n human maps with each of m model maps, (n, m), to about six digits."""
        return self.value(self.meet_all(human, model).astype(np.float64), human.number[:, None], model.number[None])


def where_defined(defined: np.ndarray, values: np.ndarray | float = 0.0) -> Numbers:
    """Give values, (n,) or one for all, with NaN where a measure is not defined."""
    return np.where(defined, values, np.nan)


def clicked_pixels(stack: MapStack) -> Side:
    """Read which pixels were clicked, and how many; NaN where none or all were."""
    clicked = stack.values > 0
    n_clicked = stack.sum(clicked)
    defined = stack.known & (stack.low >= 0)[:, 0] & (n_clicked > 0) & (n_clicked < stack.n_pixels)
    return Side(clicked, where_defined(defined, n_clicked), stack.weights)


def ratio(part: Numbers, whole: Numbers) -> Numbers:
    """Divide; NaN where there is nothing to divide by."""
    shares: Numbers = np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)
    return shares


SIMILARITY: Final[Registry[type[Measure]]] = Registry("fercore.comparison.similarity", "similarity measure")
"""All measures by name."""


def measures(settings: ComparisonSettings | None = None, names: Iterable[str] | None = None) -> dict[str, Measure]:
    """Give measures by name: those named, or all but the optional ones."""
    kinds = {name: SIMILARITY.get(name) for name in (SIMILARITY if names is None else names)}
    return {name: kind(settings) for name, kind in kinds.items() if names is not None or not kind.optional}
