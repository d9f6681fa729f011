import json
import os
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # two processes test side by side: threads of both would wait for each other

settings.register_profile("shared machine", deadline=None)  # timings are benchmarks, not tests
settings.load_profile("shared machine")

REFERENCE = Path(__file__).parent / "reference"


@pytest.fixture(autouse=True)
def _same_main(monkeypatch):
    """Give back ``__main__``, which Streamlit's AppTest puts its script in: processes that are spawned start from it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """Name every number of a reference file: keys and places in lists of tables, with dots between; a list of numbers is one."""
    if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, f"{path}.{key}" if path else str(key))
    else:
        yield path


class Numbers(dict[str, Any]):
    """A table of reference numbers that notes which are read, and refuses those that a test does not claim."""

    def __init__(self, values: dict[str, Any], case: "Case", path: str = "") -> None:
        super().__init__(values)
        self.case, self.path = case, path

    def __getitem__(self, key: str) -> Any:
        return self._follow(super().__getitem__(key), f"{self.path}.{key}" if self.path else key)

    def _follow(self, value: Any, path: str) -> Any:
        if isinstance(value, dict):
            return Numbers(value, self.case, path)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return [self._follow(item, f"{path}.{place}") for place, item in enumerate(value)]
        assert self.case.is_claimed(path), f"{path} of {self.case.name} is read without @pytest.mark.reference"
        self.case.read.add(path)
        return value

    def items(self) -> Any:
        return [(key, self[key]) for key in self]

    def values(self) -> Any:
        return [self[key] for key in self]


class Case:
    """One folder of reference numbers, as a test sees it that claims some of them."""

    def __init__(self, name: str, claims: list[str]) -> None:
        self.name, self.folder, self.claims = name, REFERENCE / name, claims
        self.read: set[str] = set()
        self._values = json.loads((self.folder / "expected.json").read_text())
        self.expected = Numbers(self._values, self)

    def is_claimed(self, path: str) -> bool:
        return any(fnmatchcase(path, claim) for claim in self.claims)

    def unread(self) -> set[str]:
        return {path for path in leaves(self._values) if self.is_claimed(path)} - self.read

    def table(self, name: str = "input.csv", **options: Any) -> Any:
        import pandas as pd  # not before the number of threads is set

        return pd.read_csv(self.folder / name, **options)


@pytest.fixture
def reference(request):
    """Reference numbers made with R (tests/reference/README.md says how, and how closely they must be met), by folder.

    A test says which it meets, ``@pytest.mark.reference("anchors", "fig2.*")``, parameters of the test in braces; it reads all
    of these and no others.
    """
    parameters = getattr(getattr(request.node, "callspec", None), "params", {})
    claims: dict[str, list[str]] = {}
    for mark in request.node.iter_markers("reference"):
        name, *patterns = mark.args
        claims.setdefault(name, []).extend(pattern.format(**parameters) for pattern in patterns)
    cases = {name: Case(name, patterns) for name, patterns in claims.items()}
    yield lambda name: cases.setdefault(name, Case(name, []))
    assert {name: case.unread() for name, case in cases.items() if case.unread()} == {}


@pytest.fixture(scope="session")
def reference_leaves() -> dict[str, set[str]]:
    """Every number of every reference file, by folder."""
    return {
        path.parent.name: set(leaves(json.loads(path.read_text())))
        for path in sorted(REFERENCE.glob("*/expected.json"))
    }


def near(value: float, *, rel: float = 1e-8, absolute: float = 1e-12) -> Any:
    return pytest.approx(value, rel=rel, abs=absolute)


@pytest.fixture(scope="session")
def close():
    """The tolerance of tests/reference/README.md unless a test says otherwise."""
    return near
