"""Interchangeable parts by name, one module each.

A registry looks into one package. Every public module there is a part; its name is the module's name with hyphens
(``grad_cam.py`` is ``grad-cam``). Names can be listed without importing anything; a part's module is imported when the
part is first asked for, so that listing the saliency methods does not load torch.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Generic, TypeVar

from fercore.errors import UnknownNameError

Part = TypeVar("Part")


class Registry(Generic[Part]):
    """The parts of one package.

    Parameters
    ----------
    package
        Dotted name of the package that holds one module per part.
    kind
        What one part is called in messages, in the singular.

    Examples
    --------
    >>> METHODS = Registry("fercore.saliency.methods", "saliency method")  # doctest: +SKIP
    >>> METHODS.names()  # doctest: +SKIP
    ('cam', 'extremal-perturbation', 'grad-cam')
    """

    def __init__(self, package: str, kind: str) -> None:
        self.package = package
        self.kind = kind
        self._parts: dict[str, Part] = {}

    def register(self, part: Part) -> Part:
        """Decorate the one part of a module; its name is taken from the module."""
        module = getattr(part, "__module__", None) or type(part).__module__
        name = module.rsplit(".", 1)[-1].replace("_", "-")
        if name in self._parts and self._parts[name] is not part:
            raise ValueError(f"{module} registers a second {self.kind} under {name!r}: one part per module.")
        self._parts[name] = part
        return part

    def names(self) -> tuple[str, ...]:
        """Give the names of all parts, sorted, without importing their modules."""
        path = importlib.import_module(self.package).__path__
        return tuple(sorted(m.name.replace("_", "-") for m in pkgutil.iter_modules(path) if not m.name.startswith("_")))

    def get(self, name: str) -> Part:
        """Give the part called ``name``; raises `UnknownNameError` with the nearest known name."""
        if name not in self._parts:
            if name not in self.names():
                raise UnknownNameError(self.kind, name, self.names())
            importlib.import_module(f"{self.package}.{name.replace('-', '_')}")
        return self._parts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __contains__(self, name: object) -> bool:
        return name in self.names()
