"""What a kind of job is, and where kinds are found."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Protocol

from fercore.errors import InputError
from fercore.jobs.job import Job, Order
from fercore.registry import Registry


class Progress(Protocol):
    """How a running job says how far it is. Cheap: what is told is written down a few times a second at most."""

    def __call__(self, done: float, total: float, message: str, detail: Mapping[str, Any] | None = None) -> None:
        """Say that ``done`` of ``total`` is finished.

        The first call says what was finished before this attempt, so that the estimate leaves it out. ``detail`` holds
        plain values for viewers, by the kind's own names.
        """


class JobKind(ABC):
    """One kind of long work; a kind is one module in ``fercore/jobs/kinds``.

    A job that is killed is run again from its payload: `run` must notice what an earlier attempt finished, and go on.
    """

    @abstractmethod
    def prepare(self, payload: Mapping[str, Any]) -> Order:
        """Check what is asked for, in the client's process, and fill in the defaults.

        Nothing is written. Raises `InputError` or `MissingError` for work that cannot be done.
        """

    @abstractmethod
    def run(self, job: Job, progress: Progress) -> str:
        """Do the work, in the worker's process; returns one sentence about what came out.

        On cancellation an exception passes through; what is on disk then must be whole.
        """


JOB_KINDS: Registry[type[JobKind]] = Registry("fercore.jobs.kinds", "kind of job")
"""The kinds that fercore has."""


def find_kind(name: str) -> JobKind:
    """Give a kind by its name, or one of the user's own as ``module:Class``.

    Raises
    ------
    UnknownNameError
        For a name that nothing is registered under.
    InputError
        For a ``module:Class`` that cannot be imported or is no `JobKind`.
    """
    module, colon, attribute = name.partition(":")
    if not colon:
        return JOB_KINDS.get(name)()
    try:
        kind = getattr(importlib.import_module(module), attribute)()
    except (ImportError, AttributeError, TypeError) as error:
        raise InputError(f"The kind of job {name!r} cannot be loaded: {error}. Write it as module:Class.") from error
    if not isinstance(kind, JobKind):
        raise InputError(f"{name!r} is no kind of job. Derive it from fercore.jobs.kind.JobKind.")
    return kind
