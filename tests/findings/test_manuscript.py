import platform
import re
from dataclasses import replace

import pytest

import fercore
from fercore.findings.attention import mean_maps, sweep_attention
from fercore.findings.bibliography import ENTRIES, METHODS, REGIMES, SOURCES, bibtex
from fercore.findings.consistency import ONE_BY_ONE, consistency_part
from fercore.findings.dice_tests import dice_tests
from fercore.findings.manuscript import manuscript
from fercore.findings.responses import responses
from fercore.images.source import SOURCES as IMAGE_SOURCES
from fercore.machines.regime import regime_names
from fercore.notation import share
from fercore.saliency.maps import METHODS as SALIENCY
from fercore.study import Study
from fercore.study.files import LOOKS_FILE
from fercore.study.observers import simulate_trials


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
    tests = dice_tests(full, full.run(), settings)
    assert f"η²G = {share(tests['rm_anova']['eta_squared_generalized'], 2)}" in results
    anova = sweep_attention(mean_maps(full, full.run())).anova(settings.threshold)
    assert f"ω² = {share(anova.omega_squared, 2)}: EP" in results
    assert tests["assumptions"]["sentence"] in results


def test_every_correlation_and_kappa_has_its_interval(text):
    results = " ".join(text.results)
    bounds = r"95% CI \[[−.\d]+,\s[−.\d]+\]"
    told = re.findall(r"(?:r\(\d+\)|κ) = [−.\d]+", results)
    assert len(told) > 8
    assert len(re.findall(rf"(?:r\(\d+\)|κ) = [−.\d]+, {bounds}", results)) == len(told)


def test_results_have_both_readings(full, text, settings):
    results = " ".join(text.results)
    for paper, rigorous in (
        ("Over conditions, correlations were", "Within participants, correlations were"),
        ("over all cells and by", "over the errors alone (people and images drawn anew; Mantel's test"),
        ("Agreement with people", "Image by image, with the top 20% of each map"),
    ):
        assert results.index(paper) < results.index(rigorous)


def test_two_methods_are_not_compared_by_ranks(bare, fill, settings):
    two = fill(bare, people=6, run="one", maps=("grad-cam", "cam"))
    results = " ".join(manuscript(two, two.run(), settings).results)
    assert "Friedman" not in results
    assert "η²p" in results


def test_error_consistency_is_told_with_people_among_themselves_and_cites_its_authors(full, text, settings):
    results, methods = " ".join(text.results), " ".join(text.methods)
    rows = {(row["a"], row["b"]): row["kappa"] for row in consistency_part(full, full.run(), settings)}
    assert f"accuracy-90 κ = {share(rows['accuracy-90', ONE_BY_ONE], 2)}" in results
    assert f"among people κ = {share(rows[ONE_BY_ONE, ONE_BY_ONE], 2)}" in results
    assert "right and wrong [@geirhos2020]" in methods


@pytest.mark.parametrize(
    ("what", "key"),
    [
        ("Mantel's test", "mantel1967"), ("noise ceiling", "spearman1910"), ("d' is", "green1966"), ("bootstrap", "davison1997"),
        ("linear mixed model", "clark1973"), ("McNemar's exact test", "mcnemar1947"),
    ],
)  # fmt: skip
def test_every_statistic_beside_the_papers_is_named_and_cited(text, what, key):
    assert any(what in paragraph and f"[@{key}]" in paragraph for paragraph in text.methods)


def test_all_relabelings_are_counted_for_few_labels(text):
    assert "over all 24 joint relabelings" in " ".join(text.methods)


def test_versions_and_seeds_make_it_repeatable(full, text):
    software = text.methods[-1]
    for name in (f"fercore {fercore.__version__}", f"Python {platform.python_version()}", "numpy ", "captum "):
        assert name in software
    assert f"(a program, seed {full.trials['seed'].iloc[0]}; no" in " ".join(text.methods)


def test_the_threshold_in_force_is_told_and_used(full, settings):
    text = manuscript(full, full.run(), replace(settings, threshold=120))
    assert "cut at 120;" in " ".join(text.methods)
    anova = sweep_attention(mean_maps(full, full.run())).anova(120)
    assert f"F({anova.df_between:g}, {anova.df_within:g}) = {anova.F:.2f}" in " ".join(text.results)


def test_answers_without_clicks_have_a_text_of_their_own(answers, settings):
    text = manuscript(answers, None, settings)
    assert text.methods[0].startswith(
        "2 people and 1 network chose among 2 labels (cat, dog) under 2 conditions of seeing"
    )
    found = responses(answers, settings)
    assert text.results[0].startswith(f"People were right in {share(found.people_accuracy)} of 20 answers")
    assert f"mean error consistency with people κ = {share(found.with_people('resnet50'), 2)}" in text.results[1]
    assert {"geirhos2020", "geirhos2021"} <= set(text.cited)
    assert not any("click" in paragraph for paragraph in text.methods)


def test_clicks_without_answers_are_told_so(bare, fill, settings):
    study = fill(bare, run="one", maps=("cam", "grad-cam"))
    looks = simulate_trials(study, n_participants=5, seed=3)[["participant", "image", "clicks"]]
    looks.to_parquet(study.folder / LOOKS_FILE, index=False)
    study = Study(study.folder)
    text = manuscript(study, study.run(), settings)
    methods = " ".join(text.methods)
    assert f"5 people uncovered {len(study.plan)} images by clicks in {len(looks)} looks [@kim2017]." in methods
    assert "share of participants who had uncovered a pixel" in methods
    assert "two-alternative choice" not in methods
    assert "chose between" not in methods
    assert any(sentence.startswith("Agreement with people") for sentence in text.results)


def test_simulated_people_are_never_called_participants(text):
    assert "no evidence about people)" in " ".join(text.methods)
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
