"""Every plot of every page says what its numbers are: unit, n and the level of its intervals."""

import json
import re
from pathlib import Path

import pytest

PAGES = sorted(path.stem for path in (Path(__file__).parents[2] / "pages").glob("*.py"))
N = re.compile(
    r"n = [\d,]+|[\d,]+ (simulated )?(people|participants|trials|answers|images|(experimental|validation|training) images?"
    r"|conditions|cells|universes|seeds?)\b"
)
UNITS = re.compile(
    r"(?<!\w)(share|s|px|nats|clicks|number of people|people with a correct answer|% of the image|epoch|255)\b"
)
UNITLESS = re.compile(r"\b(Dice|CC|r|κ|p of the true label|area under p|accuracy among all labels)\b|^\(agreement")
"""Quantities without a unit, by the names that the glossary gives them."""


@pytest.fixture
def charts(open_page):
    """All plots of all pages of the default study, by page and title."""
    found = {}
    app = open_page("overview")
    for page in PAGES:
        app = app.switch_page(f"../../pages/{page}.py").run()
        assert not app.exception
        for number, chart in enumerate(app.get("plotly_chart")):
            spec = json.loads(chart.proto.spec)
            title = re.sub(r"<[^>]+>", " ", spec["layout"]["title"]["text"])
            found[f"{page} {number}: {title}"] = title, spec
    return found


def test_every_plot_says_its_units_its_n_and_the_level_of_its_intervals(charts):
    missing = []
    for name, (title, spec) in charts.items():
        if not N.search(title):
            missing.append(f"{name}: n")
        if _has_intervals(spec) and "95 % interval" not in title:
            missing.append(f"{name}: level of the intervals")
        for axis in ("xaxis", "yaxis"):
            words = spec["layout"][axis]["title"].get("text", "")
            if _has_numbers(spec, axis) and not (UNITS.search(words) or UNITLESS.search(words)):
                missing.append(f"{name}: unit of {axis} {words!r}")
        if any(trace["type"] == "heatmap" for trace in spec["data"]):
            said = UNITS.search(title) or UNITLESS.search(title) or re.search(r"[Aa]ccuracy|seconds", title)
            missing += [] if said else [f"{name}: unit of its cells"]
    assert not missing
    assert len(charts) > 30


def _has_intervals(spec) -> bool:
    return any("error_x" in trace or "error_y" in trace for trace in spec["data"])


def _has_numbers(spec, axis: str) -> bool:
    """Whether places on an axis are numbers, and not names."""
    written = spec["layout"][axis].get("ticktext")
    if written is not None:
        return any(re.fullmatch(r"−?[\d.,]+", text) for text in written)
    return not any(isinstance(value, str) for trace in spec["data"] for value in trace.get(axis[0], []))
