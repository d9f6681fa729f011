"""The area penalty of Extremal Perturbation (Fong, Patrick, Vedaldi, ICCV 2019, equation 3).

A mask of n values has area a when, sorted, it equals a template of int(n (1 - a)) zeros and then ones:
R(m) = mean((sorted m - template)^2). No sorting is needed: values below the template's step count m^2, values above it
(1 - m)^2. Values *at* the step are ties, and which of them the sort happens to put first steers the whole optimisation:

- ``shared`` (departure from the paper, which leaves it open): all of them get the same share of zero and one;
- ``position``: those nearer to the upper left corner count as smaller, which is what a stable sort does.

Values closer than `TIE` are tied: rounding errors would decide otherwise.
"""

from __future__ import annotations

from typing import Any

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
    penalty: Tensor = _Distance.apply(masks, _zero_share(masks.detach(), areas, ties))
    return penalty


class _Distance(torch.autograd.Function):
    """Mean of q m^2 + (1 - q) (1 - m)^2 over the values m of masks (B, A, n), with the share q of zero in the template.

    With d = m - (1 - q) this is the mean of d^2 + q (1 - q), and its slope 2 d / n: one array is kept instead of six.
    """

    @staticmethod
    def forward(ctx: Any, masks: Tensor, zero_share: Tensor) -> Tensor:
        difference = masks + zero_share - 1
        ctx.save_for_backward(difference)
        return torch.addcmul(difference.square(), zero_share, 1 - zero_share).mean(dim=2)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (difference,) = ctx.saved_tensors
        return difference * (2 / difference.shape[2] * gradient)[..., None], None


def _zero_share(masks: Tensor, areas: tuple[float, ...], ties: str) -> Tensor:
    """Give how much of each value of masks (B, A, n) the template sets to zero: 1 below its step, 0 above."""
    n = masks.shape[2]
    n_zeros = torch.tensor([min(int(n * (1 - area)), n - 1) for area in areas], device=masks.device)[:, None]
    steps = [masks[:, i].kthvalue(int(k) + 1, dim=1).values for i, k in enumerate(n_zeros)]
    step = torch.stack(steps, dim=1)[..., None]
    below = masks < step - TIE
    tied = (masks <= step + TIE) ^ below
    n_tied_zeros = n_zeros - below.sum(dim=2, keepdim=True)
    if ties == "position":
        return (below | (tied & (tied.cumsum(dim=2) <= n_tied_zeros))).to(masks.dtype)
    share = (n_tied_zeros / tied.sum(dim=2, keepdim=True)).to(masks.dtype)
    return torch.addcmul(below.to(masks.dtype), tied.to(masks.dtype), share)
