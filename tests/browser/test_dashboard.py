import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from fercore.study import Study

pytestmark = pytest.mark.browser

PAGES = ("overview", "images", "people", "confusion", "attention", "statistics", "trust", "training")
ERRORS = "[data-testid=stException], [data-testid=stAlertContentError], [role=dialog]"


def text(page) -> str:
    return page.locator("[data-testid=stMain]").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_drawn_whole_in_both_themes_and_wraps_at_900_px(visit, name, theme):
    page = visit(name, theme)
    violations = Axe().run(page).response["violations"]
    assert [(found["id"], found["nodes"][0]["target"]) for found in violations] == []
    assert page.locator(ERRORS).count() == 0
    assert page.locator("h1").inner_text().endswith("?")
    assert "simulated people" in text(page)
    assert page.foreign == []
    page.set_viewport_size({"width": 900, "height": 900})
    page.wait_for_timeout(500)
    for part in ("document.documentElement", "document.querySelector('[data-testid=stMain]')"):
        assert page.evaluate(f"{part}.scrollWidth <= {part}.clientWidth"), part


def test_a_link_into_the_middle_is_the_first_request_of_a_new_server(visit, serve_anew):
    with serve_anew() as server:
        page = visit("statistics?threshold=90&method=CAM", base=server.address)
        assert "at threshold 90" in text(page)
        assert page.get_by_role("combobox", name="Method").input_value() == "CAM"
        assert page.locator(ERRORS).count() == 0


def test_the_threshold_slider_changes_the_numbers_and_the_link(visit):
    page = visit("statistics")
    before = text(page)
    page.get_by_role("slider").first.focus()
    for _ in range(25):
        page.keyboard.press("ArrowRight")
    page.get_by_text("Mean Dice with people at threshold 75").wait_for()
    after = text(page)
    assert re.search(r"F\(2, 165\) = [\d.]+", before).group() != re.search(r"F\(2, 165\) = [\d.]+", after).group()
    assert "threshold=75" in page.url
    off = page.evaluate("""() => {
        const axis = document.querySelector(".st-key-sweep .js-plotly-plot")._fullLayout.xaxis;
        const chart = document.querySelector(".st-key-sweep .js-plotly-plot").getBoundingClientRect();
        const line = document.querySelector(".threshold").getBoundingClientRect();
        return line.left - (chart.left + axis._offset + axis.l2p(75));
    }""")
    assert abs(off) < 2


def test_figures_follow_when_the_reader_changes_the_theme(visit):
    page = visit("statistics", "light")
    ink = "getComputedStyle(document.querySelector('.js-plotly-plot .gtitle')).fill"
    page.wait_for_selector(".js-plotly-plot .gtitle")
    assert page.evaluate(ink) == "rgb(27, 35, 39)"
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"{ink} === 'rgb(230, 236, 238)'")


def test_a_click_on_a_cell_shows_its_maps(visit):
    page = visit("attention")
    cells = page.locator(".js-plotly-plot path.point")
    cells.first.wait_for()
    box = cells.nth(4 * 8 + 3).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.get_by_text("For fear offered against surprise").first.wait_for()
    assert "condition=fear+against+surprise" in page.url


def test_a_click_on_the_filmstrip_shows_that_face(visit):
    page = visit("images?label=fear")
    button = page.locator(".strip button").nth(5)
    image = button.get_attribute("title").rsplit(" ", 1)[-1]
    button.click()
    page.wait_for_url(f"**image={image}*")
    page.locator(f".strip button[aria-current=true][title$='{image}']").wait_for()


def test_choices_go_along_to_other_pages_and_back(visit):
    page = visit("statistics?method=Grad-CAM")
    page.get_by_role("link", name="Attention").click()
    page.wait_for_url("**/attention*")
    page.get_by_text("Dice of Grad-CAM with people").first.wait_for(state="attached")
    page.go_back()
    page.wait_for_url("**/statistics*")


def test_the_text_for_a_paper_and_its_references_can_be_downloaded(visit):
    page = visit("statistics")
    saved = {}
    for name in ("Text", "BibTeX"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name, exact=True).click()
        saved[waiting.value.suggested_filename] = waiting.value.path().read_text(encoding="utf-8")
    assert saved["default.md"].startswith("## Methods\n\nStimuli were 280")
    cited = set(re.findall(r"@([A-Za-z]\w+)", saved["default.md"]))
    assert cited
    assert cited <= set(re.findall(r"^@\w+\{(\w+),", saved["default.bib"], re.MULTILINE))


def test_retrain_opens_with_an_estimate(visit):
    page = visit("overview")
    page.get_by_role("button", name="Retrain…").click()
    page.get_by_text("29 classifiers").wait_for()
    assert page.get_by_role("button", name="Start training").is_enabled()


def test_a_retraining_outlives_the_server_that_it_was_started_from(visit, serve_anew, tmp_path):
    with serve_anew() as server:
        page = visit("overview", base=server.address)
        page.get_by_role("button", name="Retrain…").click()
        page.get_by_text("a choice", exact=True).click()
        page.get_by_role("combobox", name="Choose pairs").fill("neutral-happy")
        page.keyboard.press("Enter")
        page.get_by_text("2 classifiers").wait_for()
        page.get_by_label("Epochs at most", exact=True).fill("1")
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Start training").click()
        page.get_by_text("Train accuracy-90-multiclass").first.wait_for()
        server.process.kill()
    before = Study(tmp_path / "studies" / "default").run("default")
    with serve_anew() as server:
        page = visit("training?watch=accuracy-90-multiclass", base=server.address)
        page.get_by_text("2 runs finished").wait_for(timeout=120_000)
        assert page.locator(ERRORS).count() == 0
    study = Study(tmp_path / "studies" / "default")
    run = study.run("accuracy-90-multiclass")
    assert run.complete
    assert run.units("accuracy-90") == ("neutral-happy",)
    assert len(run.history("multiclass", "multiclass")) == 1
    assert study.run("default").card == before.card
    assert study.run("default").weights_digest("accuracy-90") == before.weights_digest("accuracy-90")
