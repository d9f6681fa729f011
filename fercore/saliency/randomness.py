"""Random numbers for programs that draw them from global generators, as captum's methods do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

from fercore.errors import SettingsError


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Seed the global generators of NumPy and PyTorch as long as the context lasts; afterwards they are as before."""
    before = np.random.get_state()  # noqa: NPY002 - captum draws from it
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002
        try:
            yield
        finally:
            np.random.set_state(before)  # noqa: NPY002


def check_noise(n_samples: int, noise_fraction: float) -> None:
    """Raise `SettingsError` for a setting of noisy versions that is outside its range."""
    if n_samples < 1:
        raise SettingsError(f"n_samples is {n_samples!r}; it must be at least 1.")
    if not noise_fraction >= 0:
        raise SettingsError(f"noise_fraction is {noise_fraction!r}; it must be at least 0.")
