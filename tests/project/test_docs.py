"""What a user can ask for is documented."""

from pathlib import Path

import pytest

from fercore.__main__ import app
from fercore.comparison.measures import SIMILARITY
from fercore.findings.finding import FINDINGS
from fercore.images.source import SOURCES
from fercore.saliency.maps import METHODS

ROOT = Path(__file__).parents[2]


def read(name):
    return (ROOT / name).read_text()


@pytest.mark.parametrize("command", [c.name or c.callback.__name__ for c in app.registered_commands if not c.hidden])
def test_every_command_is_in_the_readme(command):
    assert command in read("README.md")


@pytest.mark.parametrize("page", sorted(path.stem for path in (ROOT / "pages").glob("*.py")))
def test_every_page_is_in_the_readme(page):
    assert page.capitalize() in read("README.md")


@pytest.mark.parametrize("finding", list(FINDINGS))
def test_every_finding_stands_beside_its_statement(finding):
    assert f"results/{finding.replace('-', '_')}.py" in read("docs/PAPER.md")


@pytest.mark.parametrize("source", list(SOURCES))
def test_every_source_is_explained(source):
    assert f"--source {source}" in read("docs/DATA.md")


@pytest.mark.parametrize("method", list(METHODS))
def test_every_method_is_explained(method):
    assert f"`{method}`" in read("docs/SALIENCY.md")


COMPARISON = sorted(p.name for p in (ROOT / "fercore" / "comparison").glob("*.py") if p.name != "__init__.py")


@pytest.mark.parametrize("module", COMPARISON)
def test_every_module_of_statistics_has_its_place_in_the_docs(module):
    assert f"{module}`" in read("docs/STATISTICS.md")


@pytest.mark.parametrize("measure", list(SIMILARITY))
def test_every_measure_of_map_agreement_is_explained(measure):
    assert SIMILARITY.get(measure).label.split(" at ")[0] in read("docs/STATISTICS.md")


def test_every_link_leads_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in page.read_text().split("](")[1:]:
            path = target.split(")")[0].split("#")[0]
            assert path.startswith("http") or (page.parent / path).exists(), f"{page.name}: {path}"


def test_modules_are_short():
    long = [p for p in (ROOT / "fercore").rglob("*.py") if len(p.read_text().splitlines()) > 250]
    long += [p for p in (ROOT / "pages").glob("*.py") if len(p.read_text().splitlines()) > 80]
    assert not long
