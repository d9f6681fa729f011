import json

import numpy as np
import pytest
from scipy.stats import spearmanr

from fercore.findings.map_likeness import SIDE, likeness_key, likeness_of_seeds, likeness_of_sources, other_seeds
from fercore.saliency.maps import SETTINGS, enlarge, write_maps
from fercore.study import Study
from fercore.study.revealing import PEOPLE


def put(study, run, method, maps):
    write_maps(study.maps_store, study.maps_key(study.run(run), method), {"maps": maps}, method, SETTINGS[method]())


@pytest.fixture
def two(bare, fill):
    """A study with two runs, which have maps by CAM, and the first by Grad-CAM too."""
    study = fill(fill(bare, run="only", maps=("cam", "grad-cam")), run="other", seed=3)
    rng = np.random.default_rng(4)
    put(study, "other", "cam", rng.random((len(study.plan), 16, 16)).astype(np.float32))
    return Study(study.folder)


def test_it_is_the_rank_correlation_of_each_image_s_maps(two):
    found = likeness_of_sources(two, two.run("only"))
    assert found.sources == ("cam", "grad-cam")
    np.testing.assert_allclose(found.values[0, 0], 1, atol=1e-5)
    np.testing.assert_array_equal(found.values[0, 1], found.values[1, 0])
    cam, grad_cam = (enlarge(two.maps(two.run("only"), method).maps, SIDE) for method in found.sources)
    expected = [spearmanr(a, b, axis=None).statistic for a, b in zip(cam, grad_cam, strict=True)]
    np.testing.assert_allclose(found.values[0, 1], expected, atol=1e-4)


def test_what_was_worked_out_is_kept(two):
    first = likeness_of_sources(two, two.run("only"))
    assert two.maps_store.has(likeness_key(two, two.run("only")))
    again = likeness_of_sources(Study(two.folder), two.run("only"))
    np.testing.assert_array_equal(first.values, again.values)


def test_people_take_part(full):
    assert likeness_of_sources(full, full.run()).sources[-1] == PEOPLE


def test_methods_are_compared_with_themselves_on_networks_of_other_seeds(two):
    assert [run.name for run in other_seeds(two, two.run("only"))] == ["other"]
    found = likeness_of_seeds(two, two.run("only"))
    assert set(found) == {"cam"}
    assert abs(np.mean(found["cam"])) < 0.1
    np.testing.assert_allclose(likeness_of_seeds(two, two.run("other"))["cam"], found["cam"], atol=1e-6)


def test_the_same_maps_of_another_seed_are_perfectly_stable(two):
    put(two, "other", "cam", two.maps(two.run("only"), "cam").maps)
    np.testing.assert_allclose(likeness_of_seeds(Study(two.folder), two.run("only"))["cam"], 1, atol=1e-5)


def test_without_another_run_there_are_no_other_seeds(bare, fill):
    study = fill(bare, run="only", maps=("cam",))
    assert other_seeds(study, study.run("only")) == ()
    assert likeness_of_seeds(study, study.run("only")) == {}


def test_a_run_on_fewer_images_is_no_other_seed(two):
    path = two.run("other").folder / "run.json"
    card = json.loads(path.read_text())
    card["training"]["max_images_per_label"] = 5
    path.write_text(json.dumps(card))
    assert other_seeds(Study(two.folder), two.run("only")) == ()
