"""The one place that decides where networks are computed, in which numbers, and says why."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Device:
    """Where and how networks are computed."""

    kind: str
    """``cpu`` or ``cuda``."""
    precision: str
    """``bfloat16`` (training under autocast) or ``float32``. Outputs that are kept are always computed in float32."""
    channels_last: bool
    """Whether pixels of one position lie together in memory, which convolutions like better on most hardware."""
    threads: int
    """Threads of the CPU."""
    reason: str
    """Why, in a sentence for the screen."""

    @property
    def torch_device(self) -> torch.device:
        """The device as torch calls it."""
        return torch.device(self.kind)

    @property
    def memory_format(self) -> torch.memory_format:
        """Order of batches and weights in memory."""
        return torch.channels_last if self.channels_last else torch.contiguous_format

    def place(self, network: nn.Module) -> None:
        """Move a network's weights here, in the order that suits the device unless the network refuses it."""
        order = torch.contiguous_format if getattr(network, "contiguous", False) else self.memory_format
        network.to(device=self.torch_device, memory_format=order)  # type: ignore[call-overload]

    def arrange(self, x: Tensor) -> Tensor:
        """Bring a batch (n, channels, h, w) into the order that suits the device."""
        return x.contiguous(memory_format=self.memory_format)

    def card(self) -> dict[str, Any]:
        """Give all fields as plain values, for the cards of runs."""
        return asdict(self)

    def autocast(self) -> AbstractContextManager[object]:
        """Compute in the device's precision while training."""
        if self.precision == "float32":
            return nullcontext()
        return torch.autocast(self.kind, torch.bfloat16)


def free_bytes(device: Device) -> int:
    """Give the memory that is free on a GPU."""
    free, _ = torch.cuda.mem_get_info(device.torch_device)
    return int(free)


def choose_device(threads: int | None = None) -> Device:
    """Choose the fastest device that gives the same answers.

    Parameters
    ----------
    threads
        Threads of the CPU to use; as many as torch finds fit when None.

    Returns
    -------
    Device
        bfloat16 only where the hardware computes it: elsewhere it is emulated, many times slower than float32.
    """
    n_threads = threads or torch.get_num_threads()
    if torch.cuda.is_available():
        name, (major, minor) = torch.cuda.get_device_name(), torch.cuda.get_device_capability()
        if major >= 8:
            reason = f"{name}: a GPU that computes bfloat16 (capability {major}.{minor})."
            return Device("cuda", "bfloat16", True, n_threads, reason)
        reason = f"{name}: a GPU without bfloat16 (capability {major}.{minor}, 8.0 is needed), so float32."
        return Device("cuda", "float32", True, n_threads, reason)
    abilities = torch.cpu.get_capabilities()
    n = f"{n_threads} CPU thread{'s' if n_threads > 1 else ''}"
    for ability in ("amx_bf16", "avx512_bf16"):
        if abilities.get(ability):
            reason = f"No GPU was found; {n} with {ability}, which computes bfloat16."
            return Device("cpu", "bfloat16", True, n_threads, reason)
    reason = f"No GPU was found, and this CPU does not compute bfloat16 itself; {n} in float32."
    return Device("cpu", "float32", True, n_threads, reason)
