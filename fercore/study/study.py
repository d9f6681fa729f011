"""One study: images, conditions, trials and runs, each loaded when first asked for."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors.numpy import load_file

from fercore import store, tables
from fercore.errors import MissingError
from fercore.humans.click_maps import attention_maps
from fercore.humans.exclusion import Exclusion, exclude
from fercore.humans.trial_store import TrialStore
from fercore.images.image_set import ImageSet
from fercore.labels import LabelSet
from fercore.machines.runs import Run
from fercore.saliency.maps import SETTINGS, MapBlock, map_key, read_maps
from fercore.settings import ExclusionSettings
from fercore.study.card import StudyCard

SHIPPED = Path(__file__).parents[1] / "default_study"
"""Where the default study is shipped."""

BLOCKS = "blocks"
"""Folder of the shipped study's saliency maps, by store key."""


class Study:
    """A study in its folder.

    Parameters
    ----------
    folder
        The study's folder; ``study.json`` in it makes it one.

    Raises
    ------
    MissingError
        When the folder holds no study.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.card = StudyCard.read(folder)

    @property
    def name(self) -> str:
        """Name of the study: that of its folder."""
        return self.folder.name

    @property
    def side(self) -> int:
        """Side of the stored images, px."""
        return self.card.side

    @property
    def radius_px(self) -> float:
        """Radius of the disc that a click uncovers, px."""
        return self.card.design.disc_radius_fraction * self.side

    @cached_property
    def label_set(self) -> LabelSet:
        """The study's labels, in order."""
        return self.card.label_set

    # ---------------------------------------------------------------- images

    @cached_property
    def images(self) -> ImageSet:
        """All faces of the study."""
        return ImageSet.open(self.folder)

    @cached_property
    def plan(self) -> pd.DataFrame:
        """The experimental images with their conditions (`tables.PLAN`); other arrays follow its row order."""
        plan = pd.read_csv(self.folder / "plan.csv", dtype=str)
        tables.require_columns(plan, tables.PLAN, str(self.folder / "plan.csv"))
        return plan

    @cached_property
    def landmarks(self) -> pd.DataFrame | None:
        """Eyes and mouth of the experimental images (`tables.LANDMARKS`), or None where nobody marked them."""
        path = self.folder / "landmarks.parquet"
        return pd.read_parquet(path) if path.is_file() else None

    @cached_property
    def truth(self) -> dict[str, NDArray[np.float32]] | None:
        """Where the two expressions of each condition differ on that face: "motion" and "appearance", (n_plan, g, g)."""
        path = self.folder / "truth.safetensors"
        return {k: v.astype(np.float32) for k, v in load_file(path).items()} if path.is_file() else None

    @cached_property
    def votes(self) -> pd.DataFrame | None:
        """Human votes per image (``image`` and one column per label), or None."""
        path = self.folder / "votes.parquet"
        return pd.read_parquet(path) if path.is_file() else None

    @cached_property
    def report(self) -> dict[str, Any]:
        """What the image source reported when the study was built."""
        path = self.folder / "report.json"
        report: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
        return report

    # ---------------------------------------------------------------- people

    @cached_property
    def trial_store(self) -> TrialStore:
        """Where the trials are kept."""
        return TrialStore(self.folder / "trials.db")

    @cached_property
    def trials(self) -> pd.DataFrame:
        """All trials (`tables.TRIALS`), of excluded participants too; empty when there are none."""
        return self.trial_store.read()

    @property
    def simulated(self) -> bool:
        """Whether the trials come from simulated observers."""
        return "source" in self.trials.columns and bool((self.trials["source"] == "simulated").any())

    @cached_property
    def exclusion(self) -> Exclusion:
        """Who is kept and who is left out, with reasons."""
        return exclude(self.trials, self.plan, ExclusionSettings())

    @cached_property
    def kept_trials(self) -> pd.DataFrame:
        """The trials of the participants that are kept."""
        return self.trials[self.trials["participant"].isin(self.exclusion.kept)].reset_index(drop=True)

    @cached_property
    def _attention(self) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
        if self.trials.empty:
            raise MissingError(
                f"Study {self.name!r} has no trials, so people have no attention maps. Import a trial table first."
            )
        return attention_maps(self.kept_trials, self.plan, self.side, self.radius_px)

    @property
    def attention_maps(self) -> NDArray[np.float32]:
        """People's attention maps, (n_plan, side, side) in [0, 1]; raises `MissingError` without trials."""
        return self._attention[0]

    @property
    def n_correct(self) -> NDArray[np.intp]:
        """Participants with a correct response per experimental image, (n_plan,)."""
        return self._attention[1]

    @property
    def badge(self) -> str:
        """What the data is, in the words shown under every title."""
        faces = "rendered faces" if self.card.faces == "rendered" else "photographs"
        if self.simulated:
            return f"simulated people, {faces}"
        if self.trials.empty:
            return f"FER+ votes, {faces}" if self.votes is not None else f"no people yet, {faces}"
        return f"own data, {faces}"

    # ---------------------------------------------------------------- networks

    @property
    def run_names(self) -> tuple[str, ...]:
        """Complete runs: ``default`` first, then the newest."""
        return tuple(name for name in self.all_run_names if (self._run_folder(name) / "run.json").is_file())

    @property
    def all_run_names(self) -> tuple[str, ...]:
        """All runs, those in the making too: ``default`` first, then the newest."""
        folders = [path for path in (self.folder / "runs").glob("*") if (path / "training.json").is_file()]
        folders.sort(key=lambda path: (path.name != "default", -(path / "training.json").stat().st_mtime))
        return tuple(path.name for path in folders)

    def _run_folder(self, name: str) -> Path:
        return self.folder / "runs" / name

    def run(self, name: str | None = None) -> Run:
        """Give one run, by default the first complete one; raises `MissingError` when there is none."""
        if name is None:
            if not self.run_names:
                raise MissingError(
                    f"Study {self.name!r} has no finished run. Train one: `python -m fercore train {self.name}`."
                )
            name = self.run_names[0]
        if name not in self.all_run_names:
            known = ", ".join(self.all_run_names) or "none"
            raise MissingError(f"Study {self.name!r} has no run {name!r}. Its runs: {known}.")
        return Run.open(self._run_folder(name))

    def maps_key(self, run: Run, method: str, settings: Any = None, regime: str | None = None) -> str:
        """Give the store key of a run's maps by one method.

        ``settings`` are the method's, by default the default ones; ``regime`` is one that trains pair classifiers, by
        default the run's first.
        """
        regime = regime or run.pair_regime
        if regime is None:
            raise MissingError(
                f"Run {run.name!r} has no pair classifiers, and saliency maps are maps of pair classifiers."
            )
        return map_key(run, regime, method, settings or SETTINGS[method](), self.plan_digest)

    def maps(self, run: Run, method: str, settings: Any = None, regime: str | None = None) -> MapBlock | None:
        """Give a run's saliency maps, (n_plan, side, side), or None when they have not been computed."""
        if run.pair_regime is None:
            return None
        return read_maps(self.maps_store, self.maps_key(run, method, settings, regime), self.side)

    def has_maps(self, run: Run, method: str, regime: str | None = None) -> bool:
        """Tell whether a run's maps by a method are there, without reading them."""
        return run.pair_regime is not None and self.maps_store.has(self.maps_key(run, method, regime=regime))

    @cached_property
    def maps_store(self) -> store.Store:
        """Where saliency maps are found: the cache, then what is shipped."""
        return store.Store(store.cache_dir(), shelves=(SHIPPED / BLOCKS,))

    # ---------------------------------------------------------------- identity

    @cached_property
    def plan_digest(self) -> str:
        """SHA-256 over the experimental images (their pixels' digests) and their conditions, in order."""
        digests = self.images.index["digest"].to_numpy()[self.images.positions(list(self.plan["image"]))]
        rows = zip(*(self.plan[c] for c in tables.PLAN), digests, strict=True)
        return hashlib.sha256("\n".join("\t".join(row) for row in rows).encode()).hexdigest()
