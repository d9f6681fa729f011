"""What a run is to train, written down before anything is trained, and its division into units of work. Needs no torch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fercore.errors import InputError
from fercore.images.image_set import ImageSet
from fercore.labels import LabelSet, Pair
from fercore.machines.guidance import Guidance, require_guidance, write_guidance
from fercore.machines.regime import find_regime
from fercore.machines.runs import TRAINING_FILE, Run
from fercore.settings import TrainingSettings, to_mapping
from fercore.store import write_json


@dataclass(frozen=True)
class TrainingUnit:
    """One classifier to train: plain values, fit to be sent to another process."""

    study_folder: Path
    """Folder of the study, with its images and its plan."""
    run: str
    """Name of the run; its folder is ``runs/<run>`` in the study's folder."""
    regime: str
    """Name of the regime."""
    name: str
    """The classifier: ``neutral-happy``, or ``multiclass``."""
    labels: tuple[str, ...]
    """What the classifier's outputs stand for, in order."""
    settings: TrainingSettings
    """How it is trained."""
    seed: int
    """Seed of the run."""
    threads: int
    """Threads to train with; the same number gives bitwise the same weights."""

    base: str | None = None
    """Regime whose classifier of the same name must be finished before."""

    @property
    def run_folder(self) -> Path:
        """Folder of the run."""
        return self.study_folder / "runs" / self.run

    def seed_of(self, purpose: str) -> int:
        """Give the seed of one random choice, such as ``"weights"``.

        It depends on the run's seed and on the classifier, not on the regime, so that ``epochs-30`` and ``accuracy-90``
        of one seed start alike, and not on what else the run trains.
        """
        text = f"{self.seed} {self.name} {purpose}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def start_run(
    study_folder: Path,
    name: str,
    *,
    label_set: LabelSet,
    regimes: Sequence[str],
    settings: TrainingSettings,
    pairs: Sequence[Pair] | None = None,
    seed: int = 0,
    threads: int = 1,
    guidance: Guidance | None = None,
) -> Run:
    """Write down what a new run is to train.

    Parameters
    ----------
    study_folder
        Folder of the study.
    name
        Name of the new run.
    label_set
        The study's labels.
    regimes
        Names of the regimes.
    settings
        How the classifiers are trained.
    pairs
        Pairs to train classifiers of; all when None.
    seed
        Seed of everything that is random.
    threads
        Threads that train one classifier.
    guidance
        What people did, for regimes that learn from it; kept with the run.

    Raises
    ------
    InputError
        For a name that is taken, no regime or one that does not exist, labels without training images, and a regime that
        learns from people where nobody answered. Nothing is written then.
    """
    folder = study_folder / "runs" / name
    if (folder / TRAINING_FILE).exists():
        raise InputError(f"The study has a run {name!r} already, and runs are never changed. Take another name.")
    found = [find_regime(regime, settings) for regime in with_bases(regimes, settings)]
    if not found:
        raise InputError("A run needs a regime, and none was named. Name one, such as accuracy-90.")
    chosen = set(label_set.pairs if pairs is None else pairs)
    pairwise = all(regime.pairwise for regime in found)
    images = ImageSet.open(study_folder)
    _require_images(images, [a for a in label_set if not pairwise or any(a in pair for pair in chosen)])
    card = {
        "run": name,
        "regimes": [regime.name for regime in found],
        "labels": list(label_set),
        "pairs": [str(pair) for pair in label_set.pairs if pair in chosen],
        "training": to_mapping(settings),
        "seed": seed,
        "threads": threads,
        "images_digest": images.digest,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    guided = [regime.name for regime in found if regime.learns_from_people]
    if guided:
        write_guidance(folder, require_guidance(guidance, guided[0]))
    write_json(folder / TRAINING_FILE, card)
    return Run.open(folder)


def with_bases(regimes: Sequence[str], settings: TrainingSettings) -> list[str]:
    """Give names of regimes without repetitions, and after them those that some of them go on from."""
    bases = [find_regime(regime, settings).base for regime in regimes]
    return list(dict.fromkeys([*regimes, *(base for base in bases if base is not None)]))


def plan_units(run: Run) -> list[TrainingUnit]:
    """Divide a run into units of work: the longest first, those that go on from others last.

    Units that are finished are among them and cost nothing.
    """
    found = [find_regime(regime, run.training) for regime in run.regimes]
    units = [
        TrainingUnit(
            study_folder=run.folder.parents[1],
            run=run.name,
            regime=regime.name,
            name=unit,
            labels=tuple(run.label_set.parse_pair(unit)) if regime.pairwise else run.label_set.names,
            settings=run.training,
            seed=run.card["seed"],
            threads=run.card["threads"],
            base=regime.base,
        )
        for regime in found
        for unit in run.units(regime.name)
    ]
    return sorted(units, key=lambda unit: (unit.base is not None, -len(unit.labels)))


def _require_images(images: ImageSet, labels: Sequence[str]) -> None:
    counts = images.of_split("train")["label"].value_counts()
    without = [label for label in labels if counts.get(label, 0) == 0]
    if without:
        raise InputError(
            f"No training image of {', '.join(map(repr, without))} is in this study, so no classifier can learn it. "
            "Make the study with more images, or name pairs without this label."
        )
