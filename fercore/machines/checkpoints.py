"""Weights on disk: ``.safetensors`` only, written whole or not at all, and never unpickled.

A finished classifier is its weights and a card that names their digest. An unfinished one is one file with the weights,
the optimizer's state and, as metadata, the history: one file, so that its parts cannot be of different epochs. Random
numbers need no state: every epoch has a seed of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load, save
from torch import Tensor, nn

from fercore.errors import DamagedError
from fercore.store import digest_bytes, write_whole

History = list[dict[str, Any]]
"""One entry per finished epoch, see `runs.HISTORY`."""

_MODEL, _OPTIMIZER = "model.", "optimizer."


def write_weights(path: Path, state: Mapping[str, Tensor], precision: str) -> str:
    """Write weights in ``float32`` or ``float16`` (whole numbers stay as they are); returns the file's SHA-256."""
    dtype = getattr(torch, precision)
    tight = {name: _tight(value.to(dtype) if value.is_floating_point() else value) for name, value in state.items()}
    data = save(tight)
    with write_whole(path) as draft:
        draft.write_bytes(data)
    return digest_bytes(data)


def read_weights(path: Path, digest: str | None = None) -> dict[str, Tensor]:
    """Read weights as float32 on the CPU.

    Raises
    ------
    DamagedError
        When the file is gone or no ``.safetensors``, or its SHA-256 is not ``digest`` (not compared when None).
    """
    try:
        data = path.read_bytes()
        if digest is not None and digest_bytes(data) != digest:
            raise DamagedError(
                f"The weights {path} are not what was written: their SHA-256 is not the card's. Train this classifier again."
            )
        state = load(data)
    except (OSError, SafetensorError) as error:
        raise DamagedError(f"The weights {path} cannot be read ({error}). Train this classifier again.") from error
    return {name: value.float() if value.is_floating_point() else value for name, value in state.items()}


def write_partial(path: Path, classifier: nn.Module, optimizer: torch.optim.Optimizer, history: History) -> None:
    """Keep all that the next epoch depends on."""
    tensors = {_MODEL + name: _tight(value) for name, value in classifier.state_dict().items()}
    for number, values in optimizer.state_dict()["state"].items():
        tensors |= {f"{_OPTIMIZER}{number}.{name}": _tight(value) for name, value in values.items()}
    with write_whole(path) as draft:
        draft.write_bytes(save(tensors, {"history": json.dumps(history, allow_nan=False)}))


def read_partial(path: Path, classifier: nn.Module, optimizer: torch.optim.Optimizer) -> History:
    """Put a classifier and its optimizer back to where they were after the last finished epoch.

    Returns
    -------
    list
        The history up to there; empty, and nothing changed, when there is no such file or it is damaged: then
        training starts anew.
    """
    try:
        with safe_open(path, framework="pt") as file:
            history: History = json.loads(file.metadata()["history"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  a safetensors file, no mapping
    except (OSError, SafetensorError, ValueError, KeyError, TypeError):
        return []
    classifier.load_state_dict(
        {name.removeprefix(_MODEL): value for name, value in tensors.items() if name.startswith(_MODEL)}
    )
    state: dict[int, dict[str, Tensor]] = {}
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    for name, value in tensors.items():
        if name.startswith(_OPTIMIZER):
            number, key = name.removeprefix(_OPTIMIZER).split(".")
            parameter = parameters[int(number)]
            # fused Adam walks through memory: moments must lie in the order of their parameter
            like = torch.empty_like(parameter).copy_(value) if value.shape == parameter.shape else value
            state.setdefault(int(number), {})[key] = like
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    return history


def _tight(value: Tensor) -> Tensor:
    return value.detach().cpu().contiguous()
