"""Reference numbers made with R (tests/reference/README.md says how, and how closely they must be met)."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

REFERENCE = Path(__file__).parents[1] / "reference"


class Case:
    """One folder of reference numbers."""

    def __init__(self, name: str) -> None:
        self.folder = REFERENCE / name
        self.expected: dict[str, Any] = json.loads((self.folder / "expected.json").read_text())

    def table(self, name: str = "input.csv", **options: Any) -> pd.DataFrame:
        return pd.read_csv(self.folder / name, **options)


@pytest.fixture(scope="session")
def reference():
    return Case


def near(value: float, *, rel: float = 1e-8, absolute: float = 1e-12) -> Any:
    return pytest.approx(value, rel=rel, abs=absolute)


@pytest.fixture(scope="session")
def close():
    """The tolerance of the README unless a test says otherwise."""
    return near
