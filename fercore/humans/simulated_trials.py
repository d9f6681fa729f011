"""The trial table of simulated observers: what they did, in the order of their sessions, marked as simulated."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore import tables
from fercore.humans.design import plan_session


@dataclass(frozen=True)
class Looks:
    """What all participants did on one image."""

    person: NDArray[np.intp]
    """(n_clicks,) number of the participant who clicked."""
    x: NDArray[np.float64]
    """(n_clicks,) fraction of the side, in [0, 1)."""
    y: NDArray[np.float64]
    """(n_clicks,) likewise, downwards."""
    t_s: NDArray[np.float64]
    """(n_clicks,) s since the image appeared."""
    decision_s: NDArray[np.float64]
    """(n_participants,) s since the image appeared, after the participant's last click."""
    correct: NDArray[np.bool_]
    """(n_participants,)"""


def tabulate(
    looks: list[Looks], plan: pd.DataFrame, side: int, n_blocks: int, skip: dict[int, int], seed: int, parameters: str
) -> pd.DataFrame:
    """Make a trial table of what observers did, participant by participant in the order of their sessions.

    Parameters
    ----------
    looks
        One per image, in plan order.
    plan
        `tables.PLAN`.
    side
        Side of the stored images, px.
    n_blocks
        Blocks of a session.
    skip
        Blocks that participants (by number) did not do.
    seed, parameters
        What goes into `tables.PROVENANCE`: the seed, and the digest of the simulator's settings.

    Returns
    -------
    pandas.DataFrame
        `tables.TRIALS` and `tables.PROVENANCE`; positions to 0.1 px, times to 1 ms.
    """
    image = np.repeat(np.arange(len(looks)), [len(look.person) for look in looks])
    person, x, y, t = (np.concatenate([getattr(look, name) for look in looks]) for name in ("person", "x", "y", "t_s"))
    order = np.lexsort((t, image, person))
    places = np.minimum(np.round(np.stack([x, y], axis=1)[order] * side, 1), side - 0.1)
    times = np.round(1000 * t[order]).astype(int)
    clicks: dict[tuple[int, int], list[list[float]]] = defaultdict(list)
    for who, what, (px, py), ms in zip(
        person[order].tolist(), image[order].tolist(), places.tolist(), times.tolist(), strict=True
    ):
        clicks[who, what].append([px, py, ms])
    rows = pd.Index(plan["image"])
    n_digits = max(2, len(str(len(looks[0].correct))))
    tables_of_people = []
    for who in range(len(looks[0].correct)):
        session = plan_session(plan, n_blocks, seed, who)
        session = session[session["block"] != skip.get(who, 0)]
        shown = rows.get_indexer(pd.Index(session["image"])).tolist()
        made = [clicks[who, what] for what in shown]
        correct = np.array([looks[what].correct[who] for what in shown], dtype=bool)
        decision = np.array([round(1000 * looks[what].decision_s[who]) for what in shown], dtype=float)
        first = np.array([trial[0][2] for trial in made], dtype=float)
        tables_of_people.append(
            session.assign(
                participant=f"sim-{who + 1:0{n_digits}d}",
                response=session["true_label"].where(correct, session["false_label"]),
                correct=correct,
                n_clicks=[len(trial) for trial in made],
                first_click_ms=first,
                decision_ms=decision,
                decision_time_s=(decision - first) / 1000,
                clicks=[json.dumps(trial, separators=(",", ":")) for trial in made],
            )
        )
    trials = pd.concat(tables_of_people, ignore_index=True)[list(tables.TRIALS)]
    return trials.assign(source="simulated", seed=seed, parameters=parameters)
