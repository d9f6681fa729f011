"""What the masks of Extremal Perturbation really cover, and whether they suffice: said wherever their maps are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from fercore.comparison.resamples import known_mean
from fercore.findings.masks import METHOD, kept_ratio, masks_part
from fercore.notation import decimal, interval, share
from fercore.saliency.maps import MapBlock
from fercore.settings import ComparisonSettings
from fercore.study import Study
from fercore.ui.components import table
from fercore.ui.state import View

SMALL_OUTPUTS: Final = 2.0
"""Below this range of outputs the area penalty, made for ImageNet's networks, is too heavy."""


def told(block: MapBlock, row: int) -> str:
    """Say which share of an image each mask covers, and which is the smallest to suffice, keeping p whole; "" without masks."""
    if block.sufficiency is None:
        return ""
    covered = block.extras["covered"][row]
    enough = covered[block.sufficiency[row] >= 1]
    smallest = f"{share(enough.min())} suffices" if len(enough) else "none suffices"
    return f"masks cover {', '.join(map(share, covered))}: {smallest}"


def told_of_several(block: MapBlock, images: NDArray[np.bool_]) -> str:
    """Say what the masks of several images cover and keep on average; "" without masks.

    For p only images count that were decided right as a whole.
    """
    if block.sufficiency is None:
        return ""
    covered, kept = (known_mean(values[images].T) for values in (block.extras["covered"], kept_ratio(block)))
    return f"masks cover {', '.join(map(share, covered))} and keep {', '.join(map(share, kept))} of p"


def warned(blocks: Iterable[MapBlock | None]) -> str:
    """Warn where outputs are too small for the area penalty that masks were found with; "" where they are not."""
    ranges = [block.logit_range for block in blocks if block is not None and block.logit_range is not None]
    if not ranges or min(ranges) >= SMALL_OUTPUTS:
        return ""
    return (
        f"The network's outputs span only {decimal(min(ranges))}: below {SMALL_OUTPUTS:g}, EP's area penalty, made for larger "
        "outputs, outweighs what the mask should keep."
    )


def covered_table(view: View) -> None:
    """Offer what masks cover and keep, per area that was asked for; nothing where the run has no masks."""
    run = view.finished_run
    block = view.find(Study.maps, run, METHOD)
    if block is None or block.sufficiency is None:
        return
    with st.expander("What masks of Extremal Perturbation really cover", icon=":material/texture:"):
        rows = [
            {
                "area asked for, with border": share(part["area"]),
                "covered, with border": _written(part["covered_with_border"]),
                "covered of the image": _written(part["covered"]),
                "p kept": _written(part["kept_ratio"]),
                "sufficient": _written(part["sufficient"]),
            }
            for part in view.find(masks_part, run, ComparisonSettings())
        ]
        table(pd.DataFrame(rows), "What masks cover and keep.")
        words = "Shares, means over images with 95 % intervals (bootstrap over images). p kept: p of the label inside the mask alone over "
        words += "p on the whole image; sufficient: share of images of which the mask keeps p whole; both where the whole image was "
        st.caption(f"{words}decided right. {warned([block])}")


def _written(mean: Mapping[str, Any]) -> str:
    return f"{share(mean['value'])} {interval(mean['ci'])}, n {mean['n']}"
