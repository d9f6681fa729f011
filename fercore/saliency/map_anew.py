"""Mapping the images of a check's subject again: by another network, or with other settings."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from fercore.machines.classifier import Classifier
from fercore.machines.inputs import normalise, to_unit_range
from fercore.saliency.examine import Subject
from fercore.saliency.maps import METHODS
from fercore.saliency.trust import ONE_PASS
from fercore.store import Arrays


def drawn_rows(subject: Subject) -> NDArray[np.intp]:
    """Give the rows that are mapped anew: all where that is quick."""
    n = len(subject.maps)
    if subject.method in ONE_PASS:
        return np.arange(n)
    rng = np.random.default_rng([subject.settings.seed, *subject.name.encode()])
    return np.sort(rng.permutation(n)[: subject.settings.images_per_classifier])


def laid_out(subject: Subject, rows: NDArray[np.intp], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay what was found about some rows, (n_rows, ...), out for all images of a subject: NaN elsewhere."""
    everywhere = np.full((len(subject.maps), *values.shape[1:]), np.nan)
    everywhere[rows] = values
    return everywhere


def map_anew(subject: Subject, classifier: Classifier, rows: NDArray[np.intp], settings: Any) -> Arrays:
    """Map images by the subject's method, with settings that are made quicker where it takes long: what the method gives."""
    sight, method = subject.sight, str(subject.method)
    quicker = dataclasses.replace(settings, **subject.settings.shortened(method))
    x = normalise(to_unit_range(torch.from_numpy(sight.sharp[rows]).to(sight.device.torch_device)))
    targets = torch.from_numpy(sight.true[rows]).to(x.device)
    if settings.target == "predicted":  # by the classifier itself, whichever network is mapped
        with torch.no_grad():
            targets = sight.classifier(x).argmax(dim=1)
    return METHODS.get(method)(classifier, x, targets, quicker, report=lambda _: None)
