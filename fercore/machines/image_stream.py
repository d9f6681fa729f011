"""How training images reach the device, batch by batch.

On a CPU they are read from the memory map. A GPU keeps them in its own memory as uint8, so that a step copies nothing
from the host; where they do not fit they are streamed through pinned host memory, one batch ahead of the step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fercore.images.pixel_file import as_stored
from fercore.machines.device import Device, free_bytes
from fercore.machines.inputs import to_unit_range

MAPPED, RESIDENT, STREAMED = "mapped", "resident", "streamed"
"""Read from the memory map; kept on the device; streamed to it."""

RESIDENT_SHARE = 0.2
"""Part of a GPU's free memory that images of one classifier may take: several classifiers are trained side by side."""

_ROWS_AT_ONCE = 1024


def choose_way(device: Device, n_bytes: int) -> str:
    """Tell how images that take ``n_bytes`` reach a device."""
    if device.kind == "cpu":
        return MAPPED
    return RESIDENT if n_bytes <= RESIDENT_SHARE * free_bytes(device) else STREAMED


class ImageStream:
    """The images of one classifier.

    Parameters
    ----------
    pixels
        (n_images, s, s, 3), uint8: all images of the study, a view of a memory map.
    rows
        (n,): which of them are needed, in the order in which examples are numbered.
    device
        Where they are needed.
    way
        `MAPPED`, `RESIDENT` or `STREAMED`; what suits the device and its free memory when None.
    """

    def __init__(self, pixels: np.ndarray, rows: NDArray[np.intp], device: Device, way: str | None = None) -> None:
        self.stored = as_stored(pixels)
        self.rows, self.device = rows, device
        self.way = way or choose_way(device, len(rows) * int(np.prod(self.stored.shape[1:])))
        self._kept = self._upload() if self.way == RESIDENT else None

    def _upload(self) -> Tensor:
        kept = torch.empty((len(self.rows), *self.stored.shape[1:]), dtype=torch.uint8, device=self.device.torch_device)
        for start in range(0, len(self.rows), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            kept[part] = torch.from_numpy(np.ascontiguousarray(self.stored[self.rows[part]]))
        return kept

    def batches(self, batches: Sequence[NDArray[np.intp]]) -> Iterator[Tensor]:
        """Give batches of examples one after the other: float32 (B, 3, s, s) in [0, 1], on the device."""
        if self._kept is not None:
            order = torch.from_numpy(np.concatenate([np.empty(0, np.intp), *batches])).to(self._kept.device)
            for examples in torch.split(order, [len(batch) for batch in batches]):
                yield self._prepare(self._kept[examples])
        elif self.way == MAPPED:
            for batch in batches:
                yield self._prepare(self._read(batch))
        else:
            yield from self._stream(batches)

    def _stream(self, batches: Sequence[NDArray[np.intp]]) -> Iterator[Tensor]:
        """Read the next batch while the device works on the last one."""
        with ThreadPoolExecutor(1) as reader:
            ahead = [reader.submit(self._read_pinned, batch) for batch in batches[:1]]
            for number in range(len(batches)):
                host = ahead.pop().result()
                ahead = [reader.submit(self._read_pinned, batch) for batch in batches[number + 1 : number + 2]]
                yield self._prepare(host.to(self.device.torch_device, non_blocking=True))

    def _read(self, examples: NDArray[np.intp]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(self.stored[self.rows[examples]]))

    def _read_pinned(self, examples: NDArray[np.intp]) -> Tensor:
        host = self._read(examples)
        return host.pin_memory() if self.device.kind == "cuda" else host

    def _prepare(self, batch: Tensor) -> Tensor:
        return self.device.arrange(to_unit_range(batch).expand(-1, 3, -1, -1))
