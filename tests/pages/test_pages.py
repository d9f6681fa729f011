import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fercore.findings.two_readings import LEADS, NAMES, WHY
from fercore.study import open_study
from fercore.ui.components import CIRCULAR

ROOT = Path(__file__).parents[2]
FRAME = ROOT / "fercore" / "ui" / "frame.py"
PAGES = ("overview", "images", "people", "confusion", "attention", "statistics", "trust", "training")


def words(app) -> str:
    """All the text of a page."""
    parts = [*app.title, *app.markdown, *app.caption, *app.info, *app.warning, *app.header]
    return "\n".join(str(part.value) for part in parts)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_the_default_study_without_an_error(open_page, page):
    app = open_page(page)
    assert not app.exception
    assert not app.error
    assert not app.warning
    assert not app.info
    assert app.title[0].value.endswith("?")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_that_people_are_simulated(open_page, page):
    assert "simulated people, rendered faces" in words(open_page(page))


@pytest.mark.parametrize("page", ["overview", "images", "attention", "statistics"])
def test_agreement_with_simulated_maps_is_called_circular(open_page, page):
    assert CIRCULAR in words(open_page(page))


def test_likeness_to_simulated_confusions_is_called_circular(open_page):
    assert "likeness to the people of the paper is circular" in words(open_page("confusion"))


@pytest.mark.parametrize("study", ["bare", "voted", "looked"])
@pytest.mark.parametrize("page", PAGES)
def test_a_study_without_trials_and_runs_gets_sentences_instead_of_errors(open_page, page, study):
    app = open_page(page, study=study)
    assert not app.exception
    assert not app.error
    assert app.title
    if not (page == "confusion" and study == "voted"):
        assert app.info or "not computed" in words(app)


@pytest.mark.parametrize("page", PAGES)
def test_two_labels_are_a_study_too(open_page, page):
    app = open_page(page, study="two")
    assert not app.exception
    assert not app.error
    assert app.title


@pytest.mark.parametrize("page", PAGES)
def test_answers_without_images_are_a_study_too(open_page, page):
    app = open_page(page, study="answers")
    assert not app.exception
    assert not app.error
    assert not app.warning
    assert app.title
    if page != "confusion":
        assert sum("answers without images" in info.value for info in app.info) == 1


def test_clicks_without_answers_are_shown_as_attention(open_page):
    assert "2 people, without answers" in words(open_page("images", study="looked"))
    assert "24 looks at 12 images without an answer" in words(open_page("people", study="looked"))


def test_answers_without_images_show_accuracy_consistency_and_confusions(open_page):
    app = open_page("people", study="answers")
    text = words(app)
    assert "Choosing among 3 labels (chance .333), **2 people** are right in" in text
    assert list(app.table[0].value["observer"]) == [r"subject\-01", r"subject\-02", "resnet50"]
    bounds = r"\[−?\.\d{3},.−?\.\d{3}\]"
    kappa = rf"−?\.\d{{3}}(\*\*)? {bounds}"
    nearest = (
        rf"Nearest to people in where it fails is resnet50: κ = \*\*{kappa}; people among themselves reach {kappa}"
    )
    assert re.search(nearest, text)
    assert all(re.fullmatch(kappa, cell) for cell in app.table[0].value["κ"])
    assert "Do people and networks fail on the same images?" in text
    assert "error_x" in app.get("plotly_chart")[1].proto.spec
    assert list(next(table.value["who"] for table in app.table if "ceiling" in table.value.columns)) == [
        "resnet50, with people, majority",
        "resnet50, with people, one by one",
        "people with each other",
    ]
    assert re.search(rf"resnet50 with people {bounds}, 60 images", words(open_page("overview", study="answers")))
    rows = open_page("confusion", study="answers").table[0].value
    assert list(rows["who"]) == ["resnet50", r"subject\-01", r"subject\-02"]
    assert "another task" not in words(open_page("overview", study="answers"))


IN_BOTH_READINGS = {
    "overview": ("by simple vote, the network is right", "In people's own 2AFC"),
    "confusion": ("over all 64 cells", "over the 56 errors alone, by ranks"),
    "attention": ("Dice with people at threshold 50", "Dice with people at equal area"),
    "statistics": ("Mean Dice with people at threshold 50", "Image by image, at equal area"),
    "people": ("Over conditions, clicks with time", "Over single trials, people and images random, clicks with time"),
}
"""What each page says in the paper's reading and in the rigorous one."""


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("page", IN_BOTH_READINGS)
def test_the_leading_reading_comes_first_and_the_other_stands_beside_it_with_the_reason(open_page, page, lead):
    app = open_page(page, lead=lead)
    assert not app.exception
    assert not app.error
    other = next(name for name in LEADS if name != lead)
    said = dict(zip(LEADS, IN_BOTH_READINGS[page], strict=True))
    first = next(text.value for text in app.markdown if said[lead] in str(text.value))
    assert said[other] not in first
    beside = next(text.value for text in app.caption if f"**{NAMES[other]}:**" in str(text.value))
    assert said[other] in beside
    assert any(reason in words(app) for reason in WHY.values())
    if page == "overview":
        assert all(WHY[reason] in beside for reason in ("task", "confusions", "area"))


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("page", IN_BOTH_READINGS)
def test_every_result_in_bold_has_its_interval(open_page, page, lead):
    app = open_page(page, lead=lead)
    texts = [str(part.value) for part in (*app.markdown, *app.caption)]
    told = [text for text in texts if "no interval" not in text and "universes" not in text]
    results = [found for text in told for found in re.finditer(r"\*\*[^*]*−?\.\d{2,3}\*\*.{0,2}", text)]
    assert results or page == "attention"
    assert [found.group() for found in results if not found.group().endswith(" [")] == []


@pytest.mark.parametrize("page", ["overview", "confusion"])
def test_answers_without_images_are_led_by_either_reading(open_page, page):
    text = words(open_page(page, study="answers", lead="rigorous"))
    assert "over the 6 errors alone" in text or "Over the 6 errors alone" in text
    assert f"**{NAMES['paper']}:**" in text
    if page == "overview":
        labels = [metric.label for metric in open_page(page, study="answers").metric]
        assert labels == ["People, 3-way", "Network, 3-way", "r of confusions", "κ, same failures"]


def test_numbers_of_people_stand_beside_the_papers(open_page):
    text = words(open_page("people"))
    assert re.search(r"\*\*\.8\d\d\*\* \[\.8\d\d,.\.8\d\d\]", text)
    assert "paper .839" in text
    assert "paper .93" in text


def test_people_page_lists_who_was_left_out_and_why(open_page):
    tables = (table.value for table in open_page("people").table)
    reasons = " ".join(next(table["reason"] for table in tables if "reason" in table.columns))
    assert "missing" in reasons
    assert "SD below the mean" in reasons


def test_voters_are_people_without_clicks(open_page):
    text = words(open_page("people", study="voted"))
    assert "Crowd voters" in text
    assert "no clicks" in text
    assert "The same question to everybody" in text
    assert "crowd voters, majority, full image: Only 12 answers: below 70" in text.replace("\\", "")


def test_few_trials_are_warned_of(open_page):
    assert "Only 24 answers: below 70" in words(open_page("people", study="two")).replace("\\", "")


def test_cards_say_why_a_number_is_missing(open_page):
    app = open_page("overview", study="bare")
    assert [metric.value for metric in app.metric] == ["–"] * 4
    assert all("bare" in metric.help for metric in app.metric)


def test_filters_leave_the_faces_that_fit(open_page):
    app = open_page("images", label="fear", pair="fear-anger")
    offered = app.selectbox(key="image").options
    assert len(offered) == 5
    assert "fear, offered against anger" in words(app)


def test_the_arrows_walk_through_the_faces(open_page):
    app = open_page("images")
    images = app.selectbox(key="image").options
    app.button(key="on").click().run()
    assert app.selectbox(key="image").value == images[1]
    app.button(key="back").click().run()
    app.button(key="back").click().run()
    assert app.selectbox(key="image").value == images[-1]


def test_filters_that_nothing_fits_say_so(open_page):
    app = open_page("images", label="fear", pair="neutral-happy")
    assert "No image fits" in app.info[0].value
    assert not app.exception


def test_the_threshold_moves_dice_and_tests(open_page):
    app = open_page("statistics")
    before = words(app)
    app.slider(key="threshold").set_value(120).run()
    assert not app.exception
    assert "threshold 120" in words(app)
    assert words(app) != before


def test_a_link_restores_threshold_method_and_condition(open_page):
    app = open_page("attention", threshold="90", method="CAM", condition="fear against surprise")
    assert app.slider(key="threshold").value == 90
    assert "*fear* offered against *surprise*" in words(app)
    assert app.session_state["method"] == "CAM"


def test_the_leading_reading_is_the_papers_unless_the_link_or_the_switch_says_otherwise(open_page):
    app = open_page("overview")
    assert app.session_state["lead"] == "paper"
    assert open_page("overview", lead="rigorous").session_state["lead"] == "rigorous"


@pytest.mark.parametrize("parameter", ["study", "run", "method", "lead"])
def test_a_link_to_something_unknown_is_told_and_another_view_shown(open_page, parameter):
    app = open_page("overview", **{parameter: "<script>"})
    assert r"\<script\>”, which is not here" in app.warning[0].value
    assert not app.exception
    assert len(app.metric) == 4


def test_confusion_puts_the_chosen_observers_side_by_side(open_page):
    app = open_page("confusion")
    rows = app.table[0].value
    assert {"accuracy-90, simple vote", "accuracy-90, weighted vote", "multiclass", "people of the paper"} <= set(
        rows["who"]
    )
    assert ".93" in set(rows["paper r"])


def test_training_lists_the_run_with_all_its_classifiers(open_page):
    rows = open_page("training").table[0].value
    assert list(rows["run"]) == ["default"]
    assert rows["state"].item() == "finished"
    assert rows["trained"].item() == "29 of 29"


def test_retrain_asks_for_network_regimes_pairs_epochs_and_seed_and_estimates(open_page):
    app = open_page("training")
    app.button(key="retrain").click().run()
    assert app.selectbox(key="retrain-network").value == "small"
    assert "resnet50" in app.selectbox(key="retrain-network").options
    assert app.multiselect(key="retrain-regimes").value == ["accuracy-90", "multiclass"]
    assert app.number_input(key="retrain-seed").value == 0
    assert "29 classifiers" in words(app)
    assert re.search(r"about \*\*\d+", words(app))


def test_no_page_loads_torch(studies):
    script = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"app = AppTest.from_file({str(FRAME)!r}, default_timeout=60).run()\n"
        f"for page in {PAGES[1:]!r}:\n"
        "    assert app.switch_page(f'../../pages/{page}.py').run().title\n"
        "assert 'torch' not in sys.modules, 'torch'\n"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-2000:]


def test_regimes_stand_side_by_side_and_people_are_a_line(open_page):
    app = open_page("training")
    assert "Which way of training comes nearest to people?" in words(app)
    chooser = app.selectbox(key="measure")
    assert any(option.startswith("Accuracy in people") for option in chooser.options)
    chooser.select("two_afc").run()
    assert not app.exception
    assert not app.error
    assert list(app.table[-1].value["regime"]) == ["accuracy-90", "multiclass"]


def test_people_and_networks_answer_the_same_question(open_page):
    app = open_page("people")
    assert "The same question to everybody" in words(app)
    answers = next(t.value for t in app.table if "κ" in t.value.columns)
    assert list(answers["observer"])[:2] == ["simulated people, what people had uncovered", "accuracy-90, full image"]
    assert len(answers) == 7
    assert not [button for button in app.button if button.label == "Let networks take part"]


@pytest.fixture
def run_without_maps(tmp_path, monkeypatch):
    """The name of a run of the shipped study whose weights nobody has seen: one classifier is another one's."""
    monkeypatch.setenv("FERCORE_STUDIES", str(tmp_path / "studies"))
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    runs = open_study().folder / "runs"
    shutil.copytree(runs / "default", runs / "new")
    folder = runs / "new" / "accuracy-90"
    card = json.loads((folder / "neutral-happy.json").read_text())
    card["weights_digest"] = json.loads((folder / "happy-sad.json").read_text())["weights_digest"]
    (folder / "neutral-happy.json").write_text(json.dumps(card))
    shutil.copy(folder / "happy-sad.safetensors", folder / "neutral-happy.safetensors")
    run = json.loads((runs / "new" / "run.json").read_text())
    run["weights_digests"]["accuracy-90"] = "of other weights"
    (runs / "new" / "run.json").write_text(json.dumps(run))
    return "new"


def test_an_image_without_a_map_gets_one_at_once(studies, run_without_maps, open_page):
    asked = {"run": run_without_maps, "pair": "neutral-happy"}
    app = open_page("images", **asked)
    offers = [button for button in app.button if button.label == "Compute now"]
    assert len(offers) == 3  # the paper's methods
    offers[0].click().run()
    until = time.monotonic() + 120
    while any(button.label == "Cancel" for button in app.button) and time.monotonic() < until:
        time.sleep(0.1)
        app.run()
    assert not app.exception
    assert words(app).count("computed live") == 1
    assert words(open_page("images", **asked)).count("computed live") == 1  # it is kept
