"""What the masks of Extremal Perturbation really cover, and whether they suffice: said wherever their maps are drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fercore.notation import decimal, share
from fercore.saliency.maps import MapBlock

SMALL_OUTPUTS: Final = 2.0
"""Below this range of outputs the area penalty, made for ImageNet's networks, is too heavy."""


def told(block: MapBlock, at: int | slice | NDArray[np.bool_]) -> str:
    """Say which share of the image each mask really covers, and how much of p it keeps: means over images ``at``; "" without masks."""
    if block.sufficiency is None:
        return ""
    covered, kept = (
        np.nanmean(np.atleast_2d(values[at]), axis=0) for values in (block.extras["covered"], block.sufficiency)
    )
    return f"masks cover {', '.join(map(share, covered))} of the image and keep {', '.join(map(share, kept))} of p"


def warned(blocks: Iterable[MapBlock | None]) -> str:
    """Warn where outputs are too small for the area penalty that masks were found with; "" where they are not."""
    ranges = [block.logit_range for block in blocks if block is not None and block.logit_range is not None]
    if not ranges or min(ranges) >= SMALL_OUTPUTS:
        return ""
    return (
        f"The network's outputs span only {decimal(min(ranges))}: below {SMALL_OUTPUTS:g}, EP's area penalty, made for larger "
        "outputs, outweighs what the mask should keep."
    )
