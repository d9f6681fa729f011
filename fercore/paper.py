"""The paper's numbers, shipped as data (``paper.toml``) and shown beside ours."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _numbers() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text())


def paper_value(*path: str) -> Any:
    """Give one of the paper's numbers, or None where it gives none.

    Parameters
    ----------
    path
        Keys of ``paper.toml``, such as ``"machine", "accuracy-90", "simple_vote_accuracy"``.
    """
    value: Any = _numbers()
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    return value
