import re
from pathlib import Path

import pytest

import fercore.ui
from fercore.findings.two_readings import LEADS, NAMES, WHY

PANELS = "\n".join(path.read_text() for path in Path(fercore.ui.__file__).parent.rglob("*.py"))


def test_each_reading_has_a_name():
    assert set(NAMES) == set(LEADS)


@pytest.mark.parametrize("reason", WHY)
def test_every_reason_is_one_line_and_stands_on_a_page(reason):
    assert WHY[reason].endswith(".")
    assert "\n" not in WHY[reason]
    assert re.search(rf"WHY\[[\"']{reason}[\"']\]|\"{reason}\"", PANELS)
