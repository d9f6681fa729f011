"""One study: its files, and what follows from them, each loaded or computed when first asked for."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore import store, tables
from fercore.errors import MissingError
from fercore.humans.click_maps import attention_maps
from fercore.humans.exclusion import Exclusion, exclude
from fercore.machines.runs import Run
from fercore.saliency.map_keys import map_key, unit_key
from fercore.saliency.maps import MapBlock, read_maps, read_unit
from fercore.saliency.settings_in_force import settings_in_force
from fercore.settings import ExclusionSettings
from fercore.study.files import StudyFiles

SHIPPED = Path(__file__).parents[1] / "default_study"
"""Where the default study is shipped."""

BLOCKS = "blocks"
"""Folder of the shipped study's saliency maps, by store key."""


class Study(StudyFiles):
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

    @property
    def radius_px(self) -> float:
        """Radius of the disc that a click uncovers, px."""
        return self.card.design.disc_radius_fraction * self.side

    # ---------------------------------------------------------------- people

    @cached_property
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

    @property
    def has_attention(self) -> bool:
        """Whether there are clicks that attention maps can be made of."""
        return not self.trials.empty or self.looks is not None

    @cached_property
    def attention_trials(self) -> pd.DataFrame:
        """What attention maps are made of: participant, image, correct, clicks.

        Trials of the participants that are kept; where there are none, clicks without answers, which all count as correct.
        Raises `MissingError` without either.
        """
        self.require_images()
        if not self.trials.empty:
            return self.kept_trials
        if self.looks is None:
            raise MissingError(
                f"Study {self.name!r} has no trials, so people have no attention maps. Import a trial table first."
            )
        return self.looks.assign(correct=True)

    @cached_property
    def _attention(self) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
        return attention_maps(self.attention_trials, self.plan, self.side, self.radius_px)

    @property
    def attention_maps(self) -> NDArray[np.float32]:
        """People's attention maps, (n_plan, side, side) in [0, 1]; raises `MissingError` without clicks."""
        return self._attention[0]

    @property
    def n_correct(self) -> NDArray[np.intp]:
        """Participants with a correct response per experimental image, (n_plan,)."""
        return self._attention[1]

    @property
    def badge(self) -> str:
        """What the data is, in the words shown under every title."""
        if not self.has_images:
            return "answers of people and networks, no images"
        faces = "rendered faces" if self.card.faces == "rendered" else "photographs"
        if self.simulated:
            return f"simulated people, {faces}"
        if self.trials.empty and self.looks is not None:
            return f"clicks without answers, {faces}"
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
            self.require_images()
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

        ``settings`` are the method's, by default those in force for the run and regime; ``regime`` is one that trains pair classifiers, by
        default the run's first.
        """
        regime = regime or run.pair_regime
        if regime is None:
            raise MissingError(
                f"Run {run.name!r} has no pair classifiers, and saliency maps are maps of pair classifiers."
            )
        return map_key(run, regime, method, settings or settings_in_force(run, method, regime), self.plan_digest)

    def maps(self, run: Run, method: str, settings: Any = None, regime: str | None = None) -> MapBlock | None:
        """Give a run's saliency maps, (n_plan, side, side), or None when they have not been computed."""
        if run.pair_regime is None:
            return None
        return read_maps(self.maps_store, self.maps_key(run, method, settings, regime), self.side)

    def has_maps(self, run: Run, method: str, regime: str | None = None, settings: Any = None) -> bool:
        """Tell whether a run's maps by a method are there, without reading them."""
        return run.pair_regime is not None and self.maps_store.has(self.maps_key(run, method, settings, regime))

    def image_pair(self, image: str) -> str:
        """Give the name of the pair of labels that an experimental image is shown with: ``neutral-happy``."""
        labels = self.plan.loc[self.plan["image"] == image, ["true_label", "false_label"]].to_numpy()[0]
        return str(self.label_set.pair(*map(str, labels)))

    def image_map_key(self, run: Run, method: str, image: str, settings: Any) -> str | None:
        """Give the store key of one image's map by itself, or None when its pair classifier is not trained."""
        unit = self.image_pair(image)
        if run.pair_regime is None or run.state(run.pair_regime, unit) != "done":
            return None
        return unit_key(run, run.pair_regime, unit, method, settings, self.plan_digest, image)

    def image_map(self, run: Run, method: str, image: str, settings: Any) -> MapBlock | None:
        """Give one image's map where it was computed by itself, (1, side, side), or None where it was not."""
        key = self.image_map_key(run, method, image, settings)
        return None if key is None else read_unit(self.maps_store, key, self.side, method, settings)

    @cached_property
    def maps_store(self) -> store.Store:
        """Where saliency maps are found: the cache, then what is shipped."""
        return store.Store(store.cache_dir(), shelves=(SHIPPED / BLOCKS,))

    # ---------------------------------------------------------------- identity

    @cached_property
    def plan_digest(self) -> str:
        """SHA-256 over the experimental images (their pixels' digests) and their conditions, in order; of nothing without."""
        if not self.has_images:
            return hashlib.sha256().hexdigest()
        digests = self.images.index["digest"].to_numpy()[self.images.positions(list(self.plan["image"]))]
        rows = zip(*(self.plan[c] for c in tables.PLAN), digests, strict=True)
        return hashlib.sha256("\n".join("\t".join(row) for row in rows).encode()).hexdigest()
