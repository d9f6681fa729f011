"""Networks that see as people did: only what a map uncovers of the blurred image, for growing areas.

People uncovered discs of a blurred gray face until they could tell. Here a map decides what is uncovered: its highest
values first, in colour, the rest stays blurred and gray. The accuracy at each area says how much of the image a map needs to
convince the very network that it explains.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from fercore.comparison.uncovering import n_uncovered, uncovering_order
from fercore.errors import MissingError
from fercore.images.blur import blur_image
from fercore.images.image_set import ImageSet
from fercore.machines.classifier import Classifier
from fercore.machines.device import Device, choose_device
from fercore.machines.inputs import normalise, resize, to_unit_range
from fercore.machines.network import load_classifier
from fercore.machines.revealed import reveal
from fercore.machines.runs import Run
from fercore.machines.training import EVALUATION_BATCH
from fercore.saliency.explain import ROWS, outputs_of, read_plan, rows_of
from fercore.saliency.maps import CARD, MAPS, PEAK, Report, enlarge, restored_maps
from fercore.store import Arrays, Store, cache_dir

MARGINS, BLURRED, WHOLE = "margins", "blurred", "whole"
"""What is kept: answers at each area, on the blurred image alone, and on the whole image."""


@dataclass(frozen=True)
class Uncovering:
    """Maps that uncover images, and where one classifier's answers to them are kept."""

    name: str
    """The method, or ``people``."""
    maps_key: str
    """Store key of a block with `MAPS` (n_plan, h, w)."""
    key: str
    """Store key of what a unit finds with them."""


@dataclass(frozen=True)
class RevealUnit:
    """One pair classifier's experimental images, uncovered along several maps: plain values."""

    study_folder: Path
    """Folder of the study."""
    run: str
    """Name of the run."""
    regime: str
    """Name of the regime."""
    name: str
    """The classifier."""
    uncoverings: tuple[Uncovering, ...]
    """Whose maps."""
    areas: tuple[float, ...]
    """Shares of the image, rising."""
    blur_fraction: float
    """Side of the blur's kernel, as a fraction of the image's side."""
    shelves: tuple[Path, ...] = ()
    """Folders of blocks that are asked after the cache."""
    seed: int = 0
    """Seed of the order of tied pixels."""
    threads: int = 1
    """Threads of the CPU."""


def reveal_unit(unit: RevealUnit, report: Report) -> None:
    """Let a classifier answer its images as its maps uncover them, and keep how clear its answers were.

    Kept for each of the unit's maps are `MARGINS` (n_images, n_areas), `BLURRED` and `WHOLE` (n_images,): output of the true
    label minus output of the false one; and the rows of the plan that they belong to. Margins are NaN for images whose map
    is flat: it tells nothing about the order. What is there already is not computed again.

    Raises
    ------
    MissingError
        When maps are not there (any more).
    """
    store = Store(cache_dir(), unit.shelves)
    note = {"unit": f"{unit.regime}/{unit.name}", "total": len(unit.uncoverings)}
    missing = [one for one in unit.uncoverings if not store.has(one.key)]
    if missing:
        sight = Sight.of(unit)
        ends = sight.answer(np.zeros((len(sight.rows), *sight.sharp.shape[1:3]), np.int32), [0, 1])
    for done, one in enumerate(missing, start=len(unit.uncoverings) - len(missing)):
        maps = sight.maps(store, one.name, one.maps_key)
        store.put(
            one.key,
            {
                MARGINS: sight.along(maps, unit),
                BLURRED: ends[:, 0],
                WHOLE: ends[:, 1],
                ROWS: sight.rows.astype(np.int64),
            },
        )
        report(note | {"done": done + 1, "message": f"{unit.name}: uncovered along {one.name}"})
    report(note | {"done": len(unit.uncoverings), "message": f"{unit.name}: all images uncovered"})


class Asked(Protocol):
    """What has to be known of a unit to load its classifier and its images, see `RevealUnit`."""

    @property
    def study_folder(self) -> Path: ...  # noqa: D102
    @property
    def run(self) -> str: ...  # noqa: D102
    @property
    def regime(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def blur_fraction(self) -> float: ...  # noqa: D102
    @property
    def threads(self) -> int: ...  # noqa: D102


@dataclass(frozen=True)
class Sight:
    """A classifier and the images that it is asked about, sharp and blurred."""

    classifier: Classifier
    device: Device
    rows: NDArray[np.intp]
    """(n,): rows of the plan."""
    sharp: NDArray[np.uint8]
    """(n, s, s, 3)."""
    blurred: NDArray[np.uint8]
    """(n, s, s), as people saw it before the first click."""
    true: NDArray[np.int64]
    """(n,): output of the true label."""
    false: NDArray[np.int64]
    """(n,): output of the false label."""

    @classmethod
    def of(cls, unit: Asked) -> Sight:
        """Load what a unit needs. Images are blurred at the side of the study, and made smaller or larger afterwards."""
        device = choose_device(unit.threads)
        torch.set_num_threads(device.threads)
        run, plan = Run.open(unit.study_folder / "runs" / unit.run), read_plan(unit.study_folder)
        images = ImageSet.open(unit.study_folder)
        rows = rows_of(plan, run.label_set, unit.name)
        pixels = images.pixels[images.positions(list(plan["image"].iloc[rows]))]
        blurred = np.stack([blur_image(image, unit.blur_fraction) for image in pixels])
        outputs = outputs_of(run.label_set, unit.name)
        true, false = (
            np.array([outputs.index(label) for label in plan[column].iloc[rows]], np.int64)
            for column in ("true_label", "false_label")
        )
        return cls(
            classifier=load_classifier(run, unit.regime, unit.name, device),
            device=device,
            rows=rows,
            sharp=resize(pixels, run.input_side),
            blurred=resize(np.repeat(blurred[..., None], 3, axis=3), run.input_side)[..., 0],
            true=true,
            false=false,
        )

    def block(self, store: Store, name: str, key: str) -> Arrays:
        """Read maps of the images, and what else a method kept of them: arrays with n rows, `MAPS` as the method gave them.

        Raises
        ------
        MissingError
            When the block ``key``, the maps by ``name``, is not there (any more).
        """
        block = store.get(key)
        if block is None:
            raise MissingError(f"The maps by {name!r} were lost. Compute them again, then start again.")
        block[MAPS] = restored_maps(block)
        return {name: values[self.rows] for name, values in block.items() if name not in (CARD, PEAK)}

    def maps(self, store: Store, name: str, key: str) -> NDArray[np.float32]:
        """Read maps of the images at the side at which the classifier sees them: (n, s, s); raises as `block`."""
        return enlarge(self.block(store, name, key)[MAPS], self.sharp.shape[1])

    def along(self, maps: NDArray[np.float32], unit: RevealUnit) -> NDArray[np.float32]:
        """Answer at every area of a unit, as maps (n, s, s) uncover the images: (n, n_areas)."""
        order, tells = order_of(maps, unit.seed)
        found = self.answer(order, n_uncovered(np.array(unit.areas), order[0].size))
        found[~tells] = np.nan
        return found

    @torch.no_grad()
    def answer(self, order: NDArray[np.int32], counts: NDArray[np.int64] | list[int]) -> NDArray[np.float32]:
        """Answer with the first ``counts`` pixels of an order (n, s, s) in colour: (n, n_counts)."""
        image, level = (part.ravel() for part in np.indices((len(order), len(counts))))
        k = np.asarray(counts)[level]
        found = np.empty(len(image), np.float32)
        for start in range(0, len(image), EVALUATION_BATCH):
            part = slice(start, start + EVALUATION_BATCH)
            own = image[part]
            x = to_unit_range(torch.from_numpy(self.sharp[own]).to(self.device.torch_device))
            x = reveal(x, order[own] < k[part, None, None], self.blurred[own])
            logits = self.classifier(self.device.arrange(normalise(x))).float().cpu().numpy()
            row = np.arange(len(own))
            found[part] = logits[row, self.true[own]] - logits[row, self.false[own]]
        return found.reshape(len(order), len(counts))


def order_of(maps: NDArray[np.float32], seed: int) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Tell in which order maps (n, s, s) uncover their pixels, (n, s, s), and which of them tell one at all, (n,).

    Constant maps, and those that are not known, tell none.
    """
    tells = np.asarray(np.ptp(maps, axis=(1, 2)) > 0)
    return uncovering_order(np.where(tells[:, None, None], maps, 0), np.random.default_rng(seed)), tells


def put_together(parts: list[Arrays], n_plan: int) -> Arrays:
    """Lay the answers of a regime's classifiers out in the order of the plan; NaN where no classifier was asked."""
    whole = {
        name: np.full((n_plan, *parts[0][name].shape[1:]), np.nan, np.float32) for name in (MARGINS, BLURRED, WHOLE)
    }
    for part in parts:
        for name, values in whole.items():
            values[part[ROWS]] = part[name]
    return whole
