import re

import pytest

from fercore.findings.attention import mean_maps, sweep_attention
from fercore.findings.bibliography import ENTRIES, METHODS, REGIMES, SOURCES, bibtex
from fercore.findings.dice_tests import dice_tests
from fercore.findings.manuscript import manuscript
from fercore.images.source import SOURCES as IMAGE_SOURCES
from fercore.machines.regime import regime_names
from fercore.saliency.maps import METHODS as SALIENCY


@pytest.fixture
def text(full, settings):
    return manuscript(full, full.run(), settings)


def test_methods_give_the_numbers_in_force(full, text, settings):
    methods = " ".join(text.methods)
    run = full.run()
    for number in (
        f"{len(full.plan)} photographs", f"{full.side} x {full.side} px", f"cut at {settings.threshold}",
        f"learning rate {run.training.learning_rate:g}", f"batches of {run.training.batch_size}", "The seed was 0",
        f"{len(full.exclusion.kept)} were kept", f"{settings.n_bootstrap} resamples",
    ):  # fmt: skip
        assert number in methods


def test_results_are_those_of_the_analysis(full, text, settings):
    results = " ".join(text.results)
    anova = sweep_attention(mean_maps(full, full.run())).anova(settings.threshold)
    assert f"F({anova.df_between:g}, {anova.df_within:g}) = {anova.F:.2f}" in results
    assert re.search(r"t\(\d+\) = −?\d+\.\d\d, p [=<] \.\d+", results)
    assert "Simulated observers chose" in results


def test_every_test_has_its_effect_size_with_an_interval(full, text, settings):
    results = " ".join(text.results)
    number, bounds = r"−?\d*\.\d\d", r"95% CI \[[−.\d]+,\s[−.\d]+\]"
    for size, times in (("η²", 2), ("η²p", 2), ("W", 1), ("d_z", 3)):
        assert len(re.findall(rf"{size} = {number}, {bounds}", results)) == times, size
    assert dice_tests(full, full.run(), settings)["assumptions"]["sentence"] in results


def test_results_have_both_readings(full, text, settings):
    results = " ".join(text.results)
    for paper, rigorous in (
        ("Over conditions, correlations were", "Within participants, correlations were"),
        ("over all cells and by", "over the errors alone (Mantel's test"),
        ("Agreement with people", "Image by image, with the top 20% of each map"),
    ):
        assert results.index(paper) < results.index(rigorous)


def test_two_methods_are_not_compared_by_ranks(bare, fill, settings):
    two = fill(bare, people=6, run="one", maps=("grad-cam", "cam"))
    results = " ".join(manuscript(two, two.run(), settings).results)
    assert "Friedman" not in results
    assert "η²p" in results


def test_simulated_people_are_never_called_participants(text):
    assert "simulated observers (a program; no evidence about people)" in " ".join(text.methods)
    assert not any(sentence.startswith("Participants") for sentence in text.results)


def test_everything_cited_is_in_the_bibliography_and_nothing_else(text):
    cited = set(re.findall(r"\[@(\w+)\]", " ".join([*text.methods, *text.results])))
    assert cited == set(re.findall(r"@\w+\{(\w+),", text.bibtex))
    assert {"zhou2016", "selvaraju2017", "fong2019", "park2022"} <= cited


def test_a_study_without_people_and_networks_has_its_stimuli(bare, settings):
    text = manuscript(bare, None, settings)
    assert len(text.methods) == 2
    assert text.results == []


def test_what_is_cited_exists():
    assert set(SOURCES) <= set(IMAGE_SOURCES)
    assert set(METHODS) <= set(SALIENCY)
    assert set(REGIMES) <= set(regime_names())
    assert {*SOURCES.values(), *METHODS.values(), *REGIMES.values()} <= set(ENTRIES)
    for key, entry in ENTRIES.items():
        assert re.match(rf"@\w+\{{{key},\n", entry)
        assert entry.count("{") == entry.count("}")
    assert bibtex(["dice1945", "dice1945"]).count("@article") == 1
