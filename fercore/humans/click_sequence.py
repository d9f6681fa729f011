"""In which order people uncovered a face: the colour-coded click map of the paper's Fig. 4."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.humans.clicks import read_clicks
from fercore.humans.discs import disc_pixels


def click_sequence_map(trials: pd.DataFrame, side: int, radius_px: float) -> NDArray[np.float32]:
    """Average the click sequences of the participants with a correct response (paper 4.3, Fig. 4).

    Per participant the discs are painted in click order, later ones over earlier ones: the first red (255, 0, 0), the
    last yellow (255, 255, 0), those in between with a green that grows with their rank. A single click is red. Colours
    are averaged over the participants who uncovered a pixel; how many they are goes into the opacity, which the paper
    does not describe.

    Parameters
    ----------
    trials
        `tables.TRIALS` of one image, one row per participant.
    side, radius_px
        Side of the stored image and radius of a disc, px.

    Returns
    -------
    numpy.ndarray
        (side, side, 4), red, green, blue and opacity in [0, 1], colours not multiplied by opacity. The opacity is the
        share of participants with a correct response who uncovered the pixel. All zeros without correct responses.
    """
    right = trials[trials["correct"].to_numpy(dtype=bool)]
    clicks = read_clicks(right["clicks"])
    last = np.maximum(clicks.per_trial - 1, 1)[clicks.trial]
    shade = (clicks.rank / last).astype(np.float32)
    seen = np.zeros((len(right), side, side), dtype=bool)
    green = np.zeros((len(right), side, side), dtype=np.float32)
    for rank in range(clicks.per_trial.max(initial=0)):
        now = np.flatnonzero(clicks.rank == rank)  # at most one click per trial, so no pixel is painted twice
        disc, row, column = disc_pixels(clicks.x[now], clicks.y[now], side, radius_px)
        painted = now[disc]
        seen[clicks.trial[painted], row, column] = True
        green[clicks.trial[painted], row, column] = shade[painted]
    n_seen = seen.sum(axis=0, dtype=np.float32)
    picture = np.zeros((side, side, 4), dtype=np.float32)
    picture[..., 0] = n_seen > 0
    np.divide(green.sum(axis=0), n_seen, out=picture[..., 1], where=n_seen > 0)
    picture[..., 3] = n_seen / max(len(right), 1)
    return picture
