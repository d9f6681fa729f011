"""What all releases of AffectNet share: its codes and its counts (Mollahosseini, Hasani and Mahoor 2017)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fercore.images.report import Tally

EXPRESSION_CODES = {
    0: "neutral", 1: "happy", 2: "sad", 3: "surprise", 4: "fear", 5: "disgust", 6: "anger", 7: "contempt",
}  # fmt: skip
"""Expressions by their code, in all releases."""

OTHER_CODES = {8: "none", 9: "uncertain", 10: "no face"}
"""Codes that name no expression: these faces are left out."""

CODES = frozenset((*EXPRESSION_CODES, *OTHER_CODES))
"""All codes."""

TRAINING_COUNTS = {
    "neutral": 74_874, "happy": 134_415, "sad": 25_459, "surprise": 14_090, "fear": 6_378, "disgust": 3_803,
    "anger": 24_882, "contempt": 3_750,
}  # fmt: skip
"""Published training faces per expression, 287,651 in all."""

VALIDATION_COUNTS = {**dict.fromkeys(TRAINING_COUNTS, 500), "contempt": 499}
"""Published validation faces per expression, 3,999 in all (3,500 without contempt)."""

PAPER_COUNTS = {"images in all": 440_601, "happy": 143_991, "contempt": 5_119}
"""AffectNet as Park and Wallraven count it (section 3). No known release has these numbers."""


def name_expressions(codes: pd.Series[int]) -> pd.Series[str]:
    """Give the expression of every known code, "" for the codes that name none."""
    names = EXPRESSION_CODES | dict.fromkeys(OTHER_CODES, "")
    return pd.Series(np.array([names[code] for code in codes], dtype=object), index=codes.index, dtype=str)


def other_code_tallies(codes: pd.Series[int], names: pd.Series[str]) -> list[Tally]:
    """Count the faces whose code names no expression; ``names`` are shown as examples."""
    return [
        Tally.of("left out", f"code {code} ({word}): no expression", list(names[codes == code]))
        for code, word in OTHER_CODES.items()
    ]


def paper_tallies() -> Sequence[Tally]:
    """Give the paper's own counts, to stand beside the published ones."""
    published = {name: TRAINING_COUNTS[name] + VALIDATION_COUNTS[name] for name in TRAINING_COUNTS}
    published["images in all"] = sum(published.values())
    return [
        Tally(
            "note",
            f"{what} of AffectNet by the paper's count; no known release has it ({published[what]:,} published)",
            n,
        )
        for what, n in PAPER_COUNTS.items()
    ]
