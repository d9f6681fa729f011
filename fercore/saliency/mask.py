"""Smooth masks from a coarse grid (Fong, Patrick, Vedaldi, ICCV 2019, section 3.2).

A mask has parameters p in [0, 1] at the nodes of a grid with spacing ``step``; node i lies at pixel ``i * step``. The
mask at pixel u is a smooth maximum over the nodes i in a square window of cells around u:

    z_i = k(|u - u_i| / sigma) p_i,    m(u) = sum z_i exp(z_i / T) / sum exp(z_i / T),    T = 1/20,
    k(r) = exp(-2 max(0, r - 1/2)^2).

The window is 2R + 1 cells wide, R = 1 + ceil(sigma / step), and centred on the pixel's own cell. All its nodes count:
those off the grid have z = 0 and stay in the denominator. The mask also covers a border: from sigma before the first
node to sigma behind the last.

k takes few different values, because many pairs of pixel and node lie equally far apart. The exponentials are therefore
taken once per node and *value*: at 64 px 46 000 of them for a mask instead of 325 000. They are summed by sparse matrices
of ones, first along x and then along y. The sums along x are taken once per column of pixels, row of nodes and *distance*
in y, since pixels above and below a row of nodes share them.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor
from torch.nn import functional

SHARPNESS = 20.0
"""1 / T of the smooth maximum."""

AT_ONCE = 8
"""Masks in one sparse product, a multiple of `VECTOR`: more do not fit into a processor's cache with all their exponentials."""

VECTOR = 4
"""Masks are padded to a multiple of this, so that each of them is rounded in the same way in any company."""


@dataclass(frozen=True)
class MaskShape:
    """The geometry of a mask, in px of the image that it covers."""

    side: int
    """Side of the image."""
    step: int
    """Spacing of the nodes: whole pixels, so that all cells are alike."""
    sigma: int
    """Width of the smooth maximum, and of the border."""

    @classmethod
    def of(cls, side: int, cell_fraction: float, sigma_cells: float) -> MaskShape:
        """Scale the published lengths (7 and 21 px at 224) to an image of ``side`` px, rounded to whole pixels."""
        step = max(1, round(side * cell_fraction))
        return cls(side, step, max(1, round(sigma_cells * step)))

    @property
    def n_nodes(self) -> int:
        """Nodes along a side."""
        return -(-self.side // self.step)

    @property
    def bordered_side(self) -> int:
        """Side of the mask with its border: 260 for an image of 224 px, 75 for one of 64."""
        return (self.n_nodes - 1) * self.step + 2 * self.sigma + 1

    @property
    def radius(self) -> int:
        """Cells on either side of a pixel's own cell."""
        return 1 + -(-self.sigma // self.step)


class MaskOperator:
    """Turns parameters into masks.

    Parameters
    ----------
    shape
        Geometry of the masks.
    device
        Where they are computed.
    """

    def __init__(self, shape: MaskShape, device: torch.device) -> None:
        self.shape = shape
        kernel, along_x, along_y, n_off_grid = _tables(shape)
        self.scaled_kernel = SHARPNESS * torch.from_numpy(kernel)[:, None].to(device)
        """(values, 1), the values that k takes, over T."""
        self._along_x, self._along_y = _on_device(along_x, device), _on_device(along_y, device)
        self._back_along_x, self._back_along_y = (
            _on_device(along_x.T.tocsr(), device),
            _on_device(along_y.T.tocsr(), device),
        )
        self.n_off_grid = torch.from_numpy(n_off_grid)[:, None].to(device)
        """(pixels, 1), nodes off the grid in the window of each pixel."""

    def gather(self, terms: Tensor) -> Tensor:
        """Sum terms (node in x, value, node in y x masks) over the window of each pixel: (pixels, masks), by columns."""
        sums = _times(self._along_x, terms.flatten(0, 1))  # (pixel in x and distance in y, node in y x masks)
        return _times(self._along_y, sums.view(self._along_y.shape[1], -1))

    def scatter(self, shares: Tensor) -> Tensor:
        """Sum shares (pixels, masks) over the pixels whose sums a term was part of: the transpose of `gather`."""
        sums = _times(self._back_along_y, shares)
        terms = _times(self._back_along_x, sums.view(self._back_along_x.shape[1], -1))
        return terms.view(self.shape.n_nodes, len(self.scaled_kernel), -1)

    def uniform(self, n: int) -> Tensor:
        """Give the parameters of ``n`` masks at the start: ones, (nodes, n)."""
        return torch.ones(self.shape.n_nodes**2, n, device=self.scaled_kernel.device)

    def bordered(self, parameters: Tensor) -> Tensor:
        """Compute masks with their border from parameters (nodes, n): (n, bordered_side, bordered_side) in [0, 1]."""
        n = parameters.shape[1]
        padded = functional.pad(parameters, (0, -n % VECTOR))
        parts: list[Tensor] = [
            _SmoothMaximum.apply(padded[:, start : start + AT_ONCE], self)
            for start in range(0, padded.shape[1], AT_ONCE)
        ]
        return torch.cat(parts)[:n]

    def image_part(self, bordered: Tensor) -> Tensor:
        """Cut the border off: (..., side, side)."""
        inside = slice(self.shape.sigma, self.shape.sigma + self.shape.side)
        return bordered[..., inside, inside]


class _SmoothMaximum(torch.autograd.Function):
    """Smooth maximum of parameters (nodes, n) at every pixel of the bordered mask: (n, side, side).

    With q = exp(z / T) and s = g / sum q, the gradient for p is sum over pixels of s k q (1 + (z - m) / T).
    """

    @staticmethod
    def forward(ctx: Any, parameters: Tensor, operator: MaskOperator) -> Tensor:
        n_nodes, side = operator.shape.n_nodes, operator.shape.bordered_side
        by_column = parameters.view(n_nodes, n_nodes, -1).transpose(0, 1).reshape(n_nodes, 1, -1)
        scaled = operator.scaled_kernel * by_column  # z / T: (node in x, value, node in y x n)
        powers = scaled.exp()
        weighted = scaled.mul_(powers)
        denominator = operator.gather(powers).add_(operator.n_off_grid)
        masks = operator.gather(weighted).div_(SHARPNESS * denominator)
        ctx.operator = operator
        ctx.save_for_backward(powers, weighted, denominator, masks)
        return masks.view(side, side, -1).permute(2, 1, 0).contiguous()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        powers, weighted, denominator, masks = ctx.saved_tensors
        operator: MaskOperator = ctx.operator
        share = gradient.permute(2, 1, 0).reshape(masks.shape) / denominator
        slope = operator.scatter(share * (1 - SHARPNESS * masks)).mul_(powers)
        slope.addcmul_(operator.scatter(share), weighted)
        by_column = (operator.scaled_kernel.t() / SHARPNESS) @ slope  # (node in x, 1, node in y x n)
        n_nodes = operator.shape.n_nodes
        return by_column.view(n_nodes, n_nodes, -1).transpose(0, 1).reshape(n_nodes**2, -1), None


def _times(matrix: Tensor, dense: Tensor) -> Tensor:
    """Multiply a sparse matrix by a dense one without filling the result with zeros and copying it first, as ``@`` does."""
    result = torch.empty(matrix.shape[0], dense.shape[1], dtype=dense.dtype, device=dense.device)
    return result.addmm_(matrix, dense, beta=0)


@lru_cache(maxsize=4)
def _tables(shape: MaskShape) -> tuple[NDArray[np.float32], Any, Any, NDArray[np.float32]]:
    """Precompute the sums over windows.

    Returns
    -------
    tuple
        The values that the kernel takes (values,); the CSR matrices with a one where that value of a node in x counts for a
        pixel in x at that distance in y (pixels in x x distances, nodes in x x values), and where that distance and node
        in y count for a pixel (pixels in x x pixels in y, pixels in x x distances x nodes in y); and the number of nodes
        off the grid in the window of each pixel (pixels,).
    """
    pixel, node, offset = _window_along_a_side(shape)
    distances, distance = np.unique(np.abs(offset), return_inverse=True)
    r = np.sqrt(distances[:, None] ** 2 + distances**2) / shape.sigma
    kernel, value = np.unique(np.exp(-2 * np.maximum(0, r - 0.5) ** 2).astype(np.float32), return_inverse=True)
    n, side = len(distances), shape.bordered_side
    along_x = _ones(
        pixel[:, None] * n + np.arange(n),
        node[:, None] * kernel.size + value.reshape(r.shape)[distance],
        (side * n, shape.n_nodes * kernel.size),
    )
    column = np.arange(side)[:, None]
    along_y = _ones(
        column * side + pixel,
        (column * n + distance) * shape.n_nodes + node,
        (side**2, side * n * shape.n_nodes),
    )
    on_grid = np.bincount(pixel, minlength=side)
    n_off_grid = (2 * shape.radius + 1) ** 2 - np.outer(on_grid, on_grid).ravel()
    return kernel, along_x, along_y, n_off_grid.astype(np.float32)


def _ones(rows: NDArray[np.intp], columns: NDArray[np.intp], size: tuple[int, int]) -> Any:
    places = rows.astype(np.int32).ravel(), columns.astype(np.int32).ravel()
    matrix = sparse.csr_array((np.ones(rows.size, np.float32), places), shape=size)
    matrix.sort_indices()
    return matrix


def _window_along_a_side(shape: MaskShape) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Give every (pixel of the bordered side, node on the grid in its window, distance in px) along one axis."""
    position = np.arange(shape.bordered_side) - shape.sigma
    node = position[:, None] // shape.step + np.arange(-shape.radius, shape.radius + 1)
    pixel, column = np.nonzero((node >= 0) & (node < shape.n_nodes))
    node = node[pixel, column]
    return pixel, node, position[pixel] - node * shape.step


def _on_device(matrix: Any, device: torch.device) -> Tensor:
    """Give a SciPy CSR matrix as a sparse tensor."""
    rows, columns, values = (torch.from_numpy(part) for part in (matrix.indptr, matrix.indices, matrix.data))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta state")
        tensor = torch.sparse_csr_tensor(rows, columns, values, matrix.shape, device=device, check_invariants=True)
    if device.type == "cpu" and not torch.backends.mkl.is_available():  # type: ignore[no-untyped-call]
        return tensor.to_sparse(layout=torch.sparse_coo).coalesce()  # CSR products on the CPU need MKL
    return tensor
