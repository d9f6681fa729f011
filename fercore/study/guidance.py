"""What networks can learn from the people of a study."""

from __future__ import annotations

import cv2
import numpy as np
import pandas as pd

from fercore.humans.click_maps import click_maps
from fercore.images.blur import blur_image
from fercore.machines.guidance import Guidance
from fercore.study.study import Study


def guidance_of(study: Study, input_side: int) -> Guidance | None:
    """Give what the participants that are kept did, at the side at which networks see images; None without trials.

    Images are blurred as they were shown, at the side of the study, and made smaller or larger afterwards; discs are
    drawn at the input side.
    """
    if study.trials.empty:
        return None
    plan, images = study.plan, study.images
    rows = images.positions(list(plan["image"]))
    trials = study.kept_trials
    uncovered = click_maps(trials, study.side, study.radius_px, grid=input_side)
    blurred = [resized(blur_image(images.pixels[row], study.card.design.blur_fraction), input_side) for row in rows]
    attention = [resized(each, input_side) for each in study.attention_maps]
    return Guidance(
        rows=rows.astype(np.int64),
        true_labels=np.array([study.label_set.index(label) for label in plan["true_label"]], dtype=np.int64),
        false_labels=np.array([study.label_set.index(label) for label in plan["false_label"]], dtype=np.int64),
        blurred=np.stack(blurred),
        attention=np.stack(attention),
        trials=pd.Index(plan["image"]).get_indexer(pd.Index(trials["image"])).astype(np.int64),
        correct=trials["correct"].to_numpy(dtype=bool),
        uncovered=np.packbits(uncovered.reshape(len(trials), -1), axis=1),
    )


def resized(image: np.ndarray, side: int) -> np.ndarray:
    """Resize one image or map by area when it shrinks, bilinear when it grows."""
    method = cv2.INTER_AREA if side < image.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (side, side), interpolation=method), dtype=image.dtype)
