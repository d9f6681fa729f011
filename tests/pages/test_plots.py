"""Every plot of every page says what its numbers are: unit, n and the level of its intervals."""

import base64
import json
import re
from pathlib import Path

import numpy as np
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


BOUNDS = re.compile(r"\[(−?[\d.,]+|–),\s(−?[\d.,]+|–)\]|no interval")
WITHOUT_INTERVALS = {
    r"a line per number of images": "each line is the width of an interval",
    r"^The method that comes first": "each universe is one order of means",
    r"^Dice of .* threshold \d+": "a cell is one pair of mean maps",
    r"training, [\d,]+ validation images|^training loss": "the course of one training",
    r"\b1 seed; mean": "one seed has no spread",
}
"""Plots that have no interval, by their titles, and why."""


@pytest.fixture
def charts(open_page):
    """Give all plots of all pages of a study, by page and title."""

    def found(study, lead):
        plots = {}
        app = open_page("overview", study=study, lead=lead)
        for page in PAGES:
            app = app.switch_page(f"../../pages/{page}.py").run()
            assert not app.exception
            for number, chart in enumerate(app.get("plotly_chart")):
                spec = json.loads(chart.proto.spec)
                title = re.sub(r"<[^>]+>", " ", spec["layout"]["title"]["text"]).strip()
                plots[f"{page} {number}: {title}"] = title, spec
        return plots

    return found


@pytest.mark.parametrize(
    ("study", "lead", "fewest"),
    [
        ("default", "paper", 42),
        ("default", "rigorous", 42),
        ("answers", "paper", 7),
        ("voted", "paper", 3),
        ("looked", "paper", 1),
    ],
)
def test_every_plot_says_its_units_its_n_and_its_intervals(charts, study, lead, fewest):
    missing = []
    found = charts(study, lead)
    for name, (title, spec) in found.items():
        if not N.search(title):
            missing.append(f"{name}: n")
        drawn = _draws_intervals(spec)
        if drawn and "95 % interval" not in title:
            missing.append(f"{name}: level of the intervals")
        if not (drawn or _writes_intervals(title, spec) or any(re.search(words, title) for words in WITHOUT_INTERVALS)):
            missing.append(f"{name}: intervals")
        for axis in ("xaxis", "yaxis"):
            words = spec["layout"][axis]["title"].get("text", "")
            if _has_numbers(spec, axis) and not (UNITS.search(words) or UNITLESS.search(words)):
                missing.append(f"{name}: unit of {axis} {words!r}")
        if any(trace["type"] == "heatmap" for trace in spec["data"]):
            said = UNITS.search(title) or UNITLESS.search(title) or re.search(r"[Aa]ccuracy|seconds", title)
            missing += [] if said else [f"{name}: unit of its cells"]
    assert not missing
    assert len(found) >= fewest
    if study == "default":
        titles = [title for title, _ in found.values()]
        assert all(any(re.search(words, title) for title in titles) for words in WITHOUT_INTERVALS)


def _draws_intervals(spec) -> bool:
    """Whether there are bands, or error bars at every point of a trace that has them."""
    bars = [trace[axis] for trace in spec["data"] for axis in ("error_x", "error_y") if axis in trace]
    lengths = [np.maximum(_numbers(bar["array"]), _numbers(bar["arrayminus"])) for bar in bars]
    return any("fill" in trace for trace in spec["data"]) or (bool(lengths) and all((own > 0).all() for own in lengths))


def _writes_intervals(title, spec) -> bool:
    """Whether bounds, or that there are none, stand in the title or on hover over each cell that has a value."""
    cells = [text for trace in spec["data"] if trace.get("hoverinfo") == "text" for text in trace["text"]]
    return bool(BOUNDS.search(title)) or (
        bool(cells) and all(BOUNDS.search(text) for text in cells if ": –" not in text)
    )


def _numbers(array) -> np.ndarray:
    """Read numbers as plotly sends them."""
    if isinstance(array, dict):
        return np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"])
    return np.array(array, float)


def _has_numbers(spec, axis: str) -> bool:
    """Whether places on an axis are numbers, and not names."""
    written = spec["layout"][axis].get("ticktext")
    if written is not None:
        return any(re.fullmatch(r"−?[\d.,]+", text) for text in written)
    return not any(isinstance(value, str) for trace in spec["data"] for value in trace.get(axis[0], []))
