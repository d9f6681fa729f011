"""The area penalty of Extremal Perturbation (Fong, Patrick, Vedaldi, ICCV 2019, equation 3).

A mask of n values has area a when, sorted, it equals a template of int(n (1 - a)) zeros and then ones:
R(m) = mean((sorted m - template)^2). No sorting is needed: values below the template's step count m^2, values above it
(1 - m)^2. Values *at* the step are ties, and which of them the sort happens to put first steers the whole optimisation:

- ``shared`` (departure from the paper, which leaves it open): all of them get the same share of zero and one;
- ``position``: those nearer to the upper left corner count as smaller, which is what a stable sort does.

Values closer than `TIE` are tied: rounding errors would decide otherwise.
"""

from __future__ import annotations

import torch
from torch import Tensor

TIE = 1e-5
"""Values of a mask that differ by less are the same."""


def area_penalty(masks: Tensor, areas: tuple[float, ...], ties: str) -> Tensor:
    """Tell how far masks are from their areas.

    Parameters
    ----------
    masks
        (B, A, n), values in [0, 1], the mask of image b for area a with its border.
    areas
        A fractions of the n values.
    ties
        ``shared`` or ``position``.

    Returns
    -------
    Tensor
        (B, A), 0 for a mask of exactly its area, at most 1; differentiable in the masks.
    """
    with torch.no_grad():
        zero_share = torch.stack(
            [_zero_share(masks[:, column], area, ties) for column, area in enumerate(areas)], dim=1
        )
    return torch.lerp((1 - masks).square(), masks.square(), zero_share).mean(dim=2)


def _zero_share(masks: Tensor, area: float, ties: str) -> Tensor:
    """Give how much of each value of masks (B, n) the template sets to zero: 1 below its step, 0 above."""
    n = masks.shape[1]
    n_zeros = min(int(n * (1 - area)), n - 1)
    step = masks.kthvalue(n_zeros + 1, dim=1, keepdim=True).values
    below = masks < step - TIE
    tied = (masks <= step + TIE) & ~below
    n_tied_zeros = n_zeros - below.sum(dim=1, keepdim=True)
    if ties == "position":
        return (below | (tied & (tied.cumsum(dim=1) <= n_tied_zeros))).to(masks.dtype)
    return below.to(masks) + tied * (n_tied_zeros / tied.sum(dim=1, keepdim=True)).to(masks)
