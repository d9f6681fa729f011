"""A network of one's own: ``module:function``, or ``path/to/file.py:function``.

The function is called with the number of outputs and returns a `torch.nn.Module`. It is the user's own code and runs with
the user's rights, in every process that trains or explains.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType

from torch import nn

from fercore.errors import InputError, MissingError, UnknownNameError
from fercore.machines.network import FAMILIES, Family


@FAMILIES.register
class Entry(Family):
    """Networks that a function of one's own makes."""

    name_says_all = False

    def build(self, name: str, n_outputs: int, input_side: int) -> nn.Module:  # noqa: ARG002  told at the first image
        """Call the function with ``n_outputs``."""
        place, _, function = name.rpartition(":")
        module = _load(place)
        build = getattr(module, function, None)
        if not callable(build):
            known = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
            raise UnknownNameError(f"function in {place}", function, known)
        try:
            network = build(n_outputs)
        except Exception as error:
            raise InputError(
                f"{name} does not make a network of {n_outputs} outputs ({type(error).__name__}: {error}). It is called "
                "with the number of outputs and must return a torch.nn.Module: mend it."
            ) from error
        if not isinstance(network, nn.Module):
            raise InputError(f"{name} returns a {type(network).__name__}. It must return a torch.nn.Module: mend it.")
        return network

    def first_weights(self, name: str) -> str:
        """Say who made the weights: a function may do more than draw them at random."""
        return f"as {name} made them"


def _load(place: str) -> ModuleType:
    """Import a module by its name, or load a file."""
    path = Path(place).expanduser()
    if place.endswith(".py") and not path.is_file():
        raise MissingError(f"The file {place!r} of a network does not exist. Name a Python file and its function.")
    try:
        if not place.endswith(".py"):
            return importlib.import_module(place)
        name = f"network_{path.stem}"
        loader = SourceFileLoader(name, str(path))
        module = importlib.util.module_from_spec(ModuleSpec(name, loader, origin=str(path)))
        sys.modules[name] = module
        loader.exec_module(module)
    except Exception as error:
        raise InputError(
            f"The module {place!r} of a network cannot be imported ({type(error).__name__}: {error}). Install it, mend it, "
            "or name its file, as in path/to/file.py:function."
        ) from error
    return module
