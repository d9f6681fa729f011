"""Which images a classifier is trained and validated on. Experimental images are refused by their content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercore.errors import InputError
from fercore.images.image_set import ImageSet
from fercore.labels import Pair


@dataclass(frozen=True)
class TrainingData:
    """The images of one classifier, as rows of the image index, and the position of their label among its outputs."""

    rows: NDArray[np.intp]
    """(n,)"""
    targets: NDArray[np.int64]
    """(n,)"""
    validation_rows: NDArray[np.intp]
    """(m,)"""
    validation_targets: NDArray[np.int64]
    """(m,)"""

    def label_weights(self, n_labels: int) -> NDArray[np.float32]:
        """Give the weight of each label in the loss, (n_labels,), so that all labels together weigh the same; mean 1 per image."""
        counts = np.bincount(self.targets, minlength=n_labels)
        weights: NDArray[np.float32] = (len(self.targets) / (n_labels * counts)).astype(np.float32)
        return weights


def training_data(
    images: ImageSet, labels: tuple[str, ...], *, balanced: bool, rng: np.random.Generator, at_most: int = 0
) -> TrainingData:
    """Choose the images of a classifier.

    Parameters
    ----------
    images
        The study's images.
    labels
        What the classifier's outputs stand for.
    balanced
        Whether larger labels are undersampled to the smallest, once, before training (paper 5.1).
    rng
        Chooses which images of a larger label stay.
    at_most
        Training images of a label at most; 0 takes all.

    Raises
    ------
    InputError
        When a training or validation image has the content of an experimental image, or a label has no training image.
    """
    train = [_rows(images, "train", label) for label in labels]
    validation = [_rows(images, "validation", label) for label in labels]
    if not all(map(len, train)):
        without = ", ".join(repr(label) for label, rows in zip(labels, train, strict=True) if not len(rows))
        raise InputError(f"No training image of {without} is in this study, so no classifier can learn it.")
    largest = min(map(len, train)) if balanced else max(map(len, train))
    largest = min(largest, at_most) if at_most else largest
    train = [np.sort(rng.choice(rows, min(largest, len(rows)), replace=False)) for rows in train]
    data = TrainingData(*_join(train), *_join(validation))
    _refuse_experimental(images, np.concatenate([data.rows, data.validation_rows]))
    return data


def images_per_epoch(counts: Mapping[Any, int], pairs: Iterable[Pair]) -> int:
    """Count what one epoch of pair classifiers shows, each undersampled to its rarer label.

    ``counts`` are training images per label; AffectNet's eight expressions (287,651 images) make 675,512 (paper 5.1).
    """
    return sum(2 * min(counts.get(label, 0) for label in pair) for pair in pairs)


def _rows(images: ImageSet, split: str, label: str) -> NDArray[np.intp]:
    table = images.of_split(split)
    return table.index[table["label"] == label].to_numpy(dtype=np.intp)


def _join(rows: list[NDArray[np.intp]]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    targets = np.repeat(np.arange(len(rows)), [len(some) for some in rows])
    return np.concatenate(rows), targets


def _refuse_experimental(images: ImageSet, rows: NDArray[np.intp]) -> None:
    experimental = set(images.of_split("experimental")["digest"])
    used = images.index.loc[rows]
    leaked = used.loc[used["digest"].isin(experimental), "image"]
    if len(leaked):
        raise InputError(
            f"The image {leaked.iloc[0]!r}{f' (and {len(leaked) - 1} others)' if len(leaked) > 1 else ''} is to be trained on and has "
            "the same pixels as an experimental image: what people are compared on must be new to the network. "
            "Remove it from the source and make the study again."
        )
