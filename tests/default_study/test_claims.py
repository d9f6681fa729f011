"""The table of claims in the docs is what the program says about the shipped study."""

import re
from pathlib import Path

import numpy as np
import pytest

from fercore.findings.claims import decide, markdown
from fercore.settings import ComparisonSettings

DOCS = Path(__file__).parents[2] / "docs" / "STATISTICS.md"
NUMBER = re.compile(r"−?\d*\.\d+")


@pytest.fixture(scope="module")
def claims(default):
    return decide(default, default.run("default"), ComparisonSettings())


def test_the_table_in_the_docs_is_up_to_date(claims):
    """But for the last digit, since other builds of the libraries round differently."""
    ours = markdown(claims).splitlines()
    written = DOCS.read_text().split("-->\n\n")[1].split("\n\n<!--")[0].splitlines()
    assert len(written) == len(ours)
    for theirs, line in zip(written, ours, strict=True):
        assert NUMBER.sub("#", theirs) == NUMBER.sub("#", line)
        numbers = [
            np.array([float(number.replace("−", "-")) for number in NUMBER.findall(text)]) for text in (theirs, line)
        ]
        np.testing.assert_allclose(*numbers, rtol=2e-3, atol=0.0101, err_msg=line)


def test_what_the_default_run_cannot_tell_is_not_told(claims):
    found = {claim.name: claim.verdict for claim in claims}
    for name in ("epochs-bias", "finetuned-worse", "masked-ratio", "minor-classes"):
        assert found[name] == "cannot be told"
    assert all(claim.note.startswith("simulated observers") for claim in claims if claim.name.startswith("c"))
