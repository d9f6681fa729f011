"""Which images become the experiment: 35 per expression in the paper, five for each false label (paper section 3).

The paper does not say how its 280 images were drawn. Here the validation split gives first, and the training split only
what is still missing, because training images are what rare expressions lack most. At least half of what a label has in
either split stays there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fercore import tables
from fercore.errors import DamagedError, InputError
from fercore.labels import LabelSet


@dataclass(frozen=True)
class Selection:
    """The experimental images."""

    plan: pd.DataFrame
    """`tables.PLAN`, ordered by true label, false label (both as in the label set) and image."""
    notes: tuple[str, ...] = ()
    """What differs from what was asked for, in sentences."""

    @property
    def per_label(self) -> int:
        """Images of the label that has fewest; of every label, unless the plan came from outside."""
        return int(self.plan.groupby("true_label").size().min())


def choose_experimental(index: pd.DataFrame, label_set: LabelSet, per_label: int, seed: int) -> Selection:
    """Choose experimental images and their false labels by seed.

    1. Candidates have different contents; a content that carries several labels is no candidate.
    2. A label can give half of its candidates in each split. If one cannot give ``per_label``, all labels give as many as
       the rarest can, rounded down to a multiple of the number of false labels where that leaves any.
    3. Validation images are drawn first, then training images.
    4. Every false label gets the same number of a label's images; what is left over goes to false labels by lot.

    Parameters
    ----------
    index
        `tables.IMAGES` with the splits train and validation; the order of its rows does not matter.
    label_set
        The study's labels.
    per_label
        Images per label, at least 1.
    seed
        Seed of every choice.

    Raises
    ------
    InputError
        When a label has too few images to give any.
    """
    if per_label < 1:
        raise InputError(f"{per_label} experimental images per label are too few: at least 1.")
    candidates = _candidates(index)
    n_most = {label: _n_most(candidates[candidates["label"] == label]) for label in label_set}
    rarest = min(n_most, key=lambda label: n_most[label])
    if n_most[rarest] == 0:
        n = int((index["label"] == rarest).sum())
        raise InputError(
            f"The label {rarest!r} has {n} image(s), too few for the experiment: at least two different ones are needed in "
            "training or in validation. Add images, or leave the label out with --labels."
        )
    n_false = len(label_set) - 1
    n, notes = per_label, []
    if n_most[rarest] < per_label:
        n = n_most[rarest] // n_false * n_false or n_most[rarest]
        notes.append(
            f"{n} experimental images per label instead of {per_label}: {rarest!r} can give {n_most[rarest]} without "
            "losing more than half of its images for training or validation."
        )
    if n % n_false:
        notes.append(
            f"{n} images per label do not divide evenly among {n_false} false labels: conditions have {n // n_false} or "
            f"{n // n_false + 1}."
        )
    rng = np.random.default_rng(seed)
    plans = [_plan_label(candidates, label_set, label, n, rng) for label in label_set]
    return Selection(order_plan(pd.concat(plans), label_set), tuple(notes))


def _candidates(index: pd.DataFrame) -> pd.DataFrame:
    """Give one image per content, validation images before training images, then by name."""
    n_labels = index.groupby("digest")["label"].transform("nunique")
    rank = index["split"].map({"validation": 0, "train": 1})
    ordered = index.assign(rank=rank)[n_labels == 1].sort_values(["rank", "image"])
    return ordered.drop_duplicates("digest")


def _n_most(candidates: pd.DataFrame) -> int:
    return sum(int((candidates["split"] == split).sum()) // 2 for split in ("validation", "train"))


def _plan_label(
    candidates: pd.DataFrame, label_set: LabelSet, label: str, n: int, rng: np.random.Generator
) -> pd.DataFrame:
    own = candidates[candidates["label"] == label]
    validation, train = (
        own.loc[own["split"] == split, "image"].to_numpy(dtype=object) for split in ("validation", "train")
    )
    n_validation = min(n, len(validation) // 2)
    chosen = [
        *rng.permutation(validation)[:n_validation],
        *rng.permutation(train)[: n - n_validation],
    ]
    others = [name for name in label_set if name != label]
    spare = rng.permutation(others)[: n % len(others)]
    false_labels = rng.permutation([*np.repeat(others, n // len(others)), *spare])
    return pd.DataFrame({"image": chosen, "true_label": label, "false_label": false_labels}, dtype=str)


def order_plan(plan: pd.DataFrame, label_set: LabelSet) -> pd.DataFrame:
    """Order a plan by true label, false label and image."""
    rank = {label: position for position, label in enumerate(label_set)}
    keys = plan.assign(true_rank=plan["true_label"].map(rank), false_rank=plan["false_label"].map(rank))
    ordered = keys.sort_values(["true_rank", "false_rank", "image"])
    return ordered[list(tables.PLAN)].reset_index(drop=True)


def set_apart(index: pd.DataFrame, plan: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Make the plan's images experimental, and take every other image with the same content away.

    Parameters
    ----------
    index
        `tables.IMAGES`.
    plan
        `tables.PLAN`; all of its images are in the index.

    Returns
    -------
    tuple
        The rows that stay (their row labels kept), and the names of the images that were taken away.

    Raises
    ------
    DamagedError
        When an experimental image is still among the others: this is checked, not assumed.
    """
    experimental = index["image"].isin(plan["image"])
    shown = set(index.loc[experimental, "digest"])
    copies = ~experimental & index["digest"].isin(shown)
    apart = index.assign(split=index["split"].mask(experimental, "experimental"))[~copies]
    others = apart["split"] != "experimental"
    if apart.loc[others, "digest"].isin(shown).any() or (~others).sum() != len(plan):
        raise DamagedError("Experimental images are among those for training and validation. Make the study again.")
    return apart, list(index.loc[copies, "image"])
