"""``--set NAME=VALUE`` on the command line."""

from __future__ import annotations

import tomllib
from typing import Any

from fercore.errors import InputError


def read_assignments(assignments: list[str] | None, example: str) -> dict[str, Any] | None:
    """Read ``NAME=VALUE``, with dots into nested settings; values are written as in TOML, words without quotes.

    Raises
    ------
    InputError
        For what sets nothing (told with the ``example``), and for a setting that is both a value and a group of others.
    """
    if assignments is None:
        return None
    settings: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, text = (part.strip() for part in assignment.partition("="))
        if not (name and equals):
            raise InputError(f"{assignment!r} sets nothing. Write NAME=VALUE, such as {example}.")
        *path, last = name.split(".")
        place = settings
        for step in path:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise InputError(f"{assignment!r} does not fit {step}={place!r}. Set each setting once.")
        place[last] = _value(text)
    return settings


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
