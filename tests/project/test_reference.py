import ast
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


def claims_of(tree):
    """Folder and pattern of every ``@pytest.mark.reference(...)``, once for each set of the test's parameters."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        calls = [call for call in function.decorator_list if isinstance(call, ast.Call)]
        marks = {name: [c for c in calls if ast.unparse(c.func) == f"pytest.mark.{name}"] for name in NAMES}
        claims = [[ast.literal_eval(argument) for argument in call.args] for call in marks["reference"]]
        if not claims:
            continue
        for chosen in product(*(parameter_sets(call) for call in marks["parametrize"])):
            parameters = {key: value for one in chosen for key, value in one.items()}
            for folder, *patterns in claims:
                yield from ((folder, pattern.format(**parameters)) for pattern in patterns)


NAMES = ("reference", "parametrize")


def parameter_sets(call):
    names, values = map(ast.literal_eval, call.args)  # a claim is told apart only where parameters are written out
    return [{names: value} if isinstance(names, str) else dict(zip(names, value, strict=True)) for value in values]


@pytest.fixture(scope="module")
def claimed():
    found: dict[str, set[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for folder, pattern in claims_of(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(folder, set()).add(pattern)
    return found


def test_every_number_of_every_reference_file_is_claimed_by_a_test(reference_leaves, claimed):
    assert len(reference_leaves) == 10
    for folder, paths in reference_leaves.items():
        lost = {path for path in paths if not any(fnmatchcase(path, claim) for claim in claimed.get(folder, ()))}
        assert lost == set(), folder


def test_every_claim_is_of_a_number_that_there_is(reference_leaves, claimed):
    for folder, patterns in claimed.items():
        for pattern in patterns:
            assert any(fnmatchcase(path, pattern) for path in reference_leaves[folder]), (folder, pattern)


def test_claims_of_a_test_with_parameters_are_told_apart():
    source = """
@pytest.mark.reference("maps", "pair_{number}.{key}")
@pytest.mark.parametrize(("key", "other"), [("auc", 1), ("cc", 2)])
@pytest.mark.parametrize("number", [1, 2])
def test_it(number, key, other): ...
"""
    found = sorted(pattern for _, pattern in claims_of(ast.parse(source)))
    assert found == ["pair_1.auc", "pair_1.cc", "pair_2.auc", "pair_2.cc"]


def test_reference_numbers_are_read_in_one_place_only():
    readers = [path for path in TESTS.rglob("*.py") if "expected.json" in path.read_text(encoding="utf-8")]
    assert sorted(readers) == sorted([TESTS / "conftest.py", Path(__file__)])
