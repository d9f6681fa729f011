"""The checks of one classifier's maps: one unit of work, all sources of maps in turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from fercore.comparison.uncovering import n_uncovered
from fercore.errors import MissingError
from fercore.machines.runs import Run
from fercore.saliency.maps import MAPS, Report, enlarge
from fercore.saliency.reveal import Sight, order_of
from fercore.saliency.trust import CHECKS, Checked, TrustSettings, write_block
from fercore.store import Arrays, Store, cache_dir


@dataclass(frozen=True)
class Source:
    """Maps that are checked, and where what is found about one classifier's of them is kept."""

    name: str
    """The method, or whoever else has maps."""
    settings: Any
    """The method's settings, None where maps come from no method."""
    maps_key: str
    """Store key of a block with `MAPS` (n_plan, h, w)."""
    key: str
    """Store key of what a unit finds."""


@dataclass(frozen=True)
class TrustUnit:
    """One pair classifier's experimental images, whose maps are checked: plain values."""

    study_folder: Path
    """Folder of the study."""
    run: str
    """Name of the run."""
    regime: str
    """Name of the regime."""
    name: str
    """The classifier."""
    sources: tuple[Source, ...]
    """Whose maps."""
    truth_key: str | None
    """Store key of ground truths (n_plan, g, g) by name, None where nobody knows it."""
    blur_fraction: float
    """Side of the blur's kernel, as a fraction of the image's side."""
    settings: TrustSettings
    """What the checks need to know."""
    shelves: tuple[Path, ...] = ()
    """Folders of blocks that are asked after the cache."""
    threads: int = 1
    """Threads of the CPU."""


@dataclass(frozen=True)
class Subject:
    """What a check looks at: a classifier, its images, and their maps by one source."""

    sight: Sight
    maps: NDArray[np.float32]
    """(n, s, s), at the side at which the classifier sees images; NaN and constant maps tell nothing."""
    settings: TrustSettings
    name: str
    """The classifier."""
    network: str
    """Name of its network."""
    method: str | None = None
    """The method that made the maps, None where it was none."""
    method_settings: Any = None
    truth: Arrays | None = None
    """Ground truths by name, (n, s, s)."""
    extras: Arrays = field(default_factory=dict)
    """What else the method kept, arrays with n rows."""

    @cached_property
    def _order(self) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        return order_of(self.maps, self.settings.seed)

    @property
    def known(self) -> NDArray[np.bool_]:
        """(n,): maps that are not constant."""
        return self._order[1]

    @property
    def order(self) -> NDArray[np.int32]:
        """(n, s, s): places of the pixels by falling value, the same as where maps uncover images."""
        return self._order[0]

    @property
    def steps(self) -> NDArray[np.float64]:
        """(n_steps + 1,): shares of the image from none to all, in equal steps."""
        return np.linspace(0, 1, self.settings.n_steps + 1)

    @cached_property
    def inserted(self) -> NDArray[np.float64]:
        """(n, n_steps + 1): what `kept` gives at `steps`; more than one check reads it."""
        return self.kept(self.steps)

    def kept(self, areas: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give p of the true label with the top of each map in colour, the rest blurred and gray: (n, n_areas)."""
        return self._p(self.order, n_uncovered(areas, self.order[0].size))

    def removed(self, areas: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give p of the true label with the top of each map blurred and gray, the rest in colour: (n, n_areas)."""
        n_pixels = self.order[0].size
        return self._p(n_pixels - 1 - self.order, n_pixels - n_uncovered(areas, n_pixels))

    def _p(self, order: NDArray[np.int32], counts: NDArray[np.int64]) -> NDArray[np.float64]:
        p = expit(self.sight.answer(order, counts).astype(np.float64))
        return np.where(self.known[:, None], p, np.nan)


def examine_unit(unit: TrustUnit, report: Report) -> None:
    """Check the maps of a classifier by all sources, and keep what was found; what is there already is not found again.

    Raises
    ------
    MissingError
        When maps are not there (any more).
    """
    store = Store(cache_dir(), unit.shelves)
    note = {"unit": f"{unit.regime}/{unit.name}", "total": len(unit.sources)}
    missing = [source for source in unit.sources if not store.has(source.key)]
    if missing:
        sight = Sight.of(unit)
        side = sight.sharp.shape[1]
        truth = _rows(store, unit.truth_key, sight, side)
        network = Run.open(unit.study_folder / "runs" / unit.run).unit_card(unit.regime, unit.name)["network"]
    for done, source in enumerate(missing, start=len(unit.sources) - len(missing)):
        method = None if source.settings is None else source.name
        kept = sight.block(store, source.name, source.maps_key)
        maps = enlarge(kept.pop(MAPS), side)
        subject = Subject(sight, maps, unit.settings, unit.name, network, method, source.settings, truth, kept)
        arrays: Arrays = {}
        checks: dict[str, Checked] = {}
        for number, name in enumerate(CHECKS):
            report(
                note | {"done": done + number / len(CHECKS.names()), "message": f"{unit.name}: {source.name}, {name}"}
            )
            check = CHECKS.get(name)()
            found = check(subject)
            if found is not None:
                arrays |= found
                scores = tuple(score for score in check.scores(unit.settings) if score.name in found)
                checks[name] = Checked(check.title, check.note, scores, check.curves(subject))
        write_block(store, source.key, arrays, checks)
    report(note | {"done": len(unit.sources), "message": f"{unit.name}: all maps checked"})


def _rows(store: Store, key: str | None, sight: Sight, side: int) -> Arrays | None:
    """Read the ground truths of a classifier's images."""
    if key is None:
        return None
    found = store.get(key)
    if found is None:
        raise MissingError("The ground truth was lost from the cache. Start again.")
    return {name: enlarge(maps[sight.rows], side) for name, maps in found.items()}
