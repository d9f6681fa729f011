"""What the shipped default study promises."""

import numpy as np
import pytest

from fercore.findings.networks import readouts
from fercore.humans.performance import accuracy
from fercore.images.faces.generator import FaceSetSettings, render_face, sitting_at, sittings
from fercore.saliency.maps import PAPER_METHODS, SETTINGS, read_maps
from fercore.settings import ComparisonSettings
from fercore.store import Store, digest_array
from fercore.study import Study
from fercore.study.rendered import image_id
from fercore.study.revealing import missing_sources
from fercore.study.study import BLOCKS, SHIPPED
from fercore.study.trusting import trusted_sources, unchecked_sources


def test_it_is_shipped_compactly():
    n_bytes = sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file())
    assert n_bytes < 70e6
    assert (SHIPPED / "PROVENANCE.md").is_file()
    assert not list(SHIPPED.rglob("*.py"))


def test_it_has_3080_faces_of_people_who_are_in_one_split_only(default):
    index = default.images.index
    assert dict(index["split"].value_counts()) == {"train": 2480, "validation": 320, "experimental": 280}
    assert (index.groupby("identity")["split"].nunique() == 1).all()
    assert index["digest"].is_unique
    assert (default.plan.groupby(["true_label", "false_label"]).size() == 5).all()
    assert len(default.plan) == 280


def test_stored_pixels_are_the_shipped_ones(default):
    rows = default.images.positions(list(default.plan["image"][::40]))
    digests = default.images.index["digest"].to_numpy()[rows]
    assert [digest_array(np.asarray(default.images.pixels[row])) for row in rows] == list(digests)


@pytest.mark.parametrize(("split", "position"), [("train", 5), ("validation", 17), ("experimental", 101)])
def test_the_generator_renders_the_shipped_faces_again(default, split, position):
    sitting = sitting_at(FaceSetSettings(seed=default.card.seed), split, position)
    row = default.images.positions([image_id(sitting)])[0]
    assert default.images.index["label"][row] == sitting.label
    difference = np.abs(render_face(sitting).image.astype(int) - default.images.pixels[row])
    # other builds of the libraries round differently here and there; the faces are the same
    assert difference.mean() < 0.5
    assert (difference > 16).mean() < 0.01


def test_labels_do_not_follow_from_positions(default):
    labels = np.array([default.label_set.index(s.label) for s in sittings(FaceSetSettings(seed=default.card.seed))])
    positions = np.arange(len(labels)) % 8
    counts = np.zeros((8, 8))
    np.add.at(counts, (positions, labels), 1)
    expected = len(labels) / 64
    assert ((counts - expected) ** 2 / expected).sum() < 85  # chi2, 49 degrees of freedom, p > .001


def test_its_people_are_simulated_one_is_an_outlier_and_one_skipped_a_block(default):
    assert (default.trials["source"] == "simulated").all()
    assert default.trials["participant"].nunique() == 24
    excluded = default.exclusion.participants.query("not kept")
    assert len(default.exclusion.kept) == 22
    assert sorted(excluded["n_missing"]) == [0, 70]
    assert 0.80 < accuracy(default.kept_trials) < 0.88
    assert default.badge == "simulated people, rendered faces"


def test_its_run_resembles_the_papers(default):
    run = default.run("default")
    cards = [run.unit_card("accuracy-90", unit) for unit in run.units("accuracy-90")]
    assert len(cards) == 28
    assert sum(card["history"][-1]["train_accuracy"] >= 0.9 for card in cards) >= 26
    ensemble = readouts(default, run, ComparisonSettings())["accuracy-90"]["experimental"]
    assert 0.50 <= ensemble.accuracy["simple"].value <= 0.75
    assert 0.50 <= ensemble.accuracy["weighted"].value <= 0.75
    assert 0.80 <= ensemble.two_afc.value <= 0.93
    assert "multiclass" in run.regimes


def test_the_maps_of_three_methods_are_there_without_a_cache(default, tmp_path):
    run = default.run("default")
    kept = Store(tmp_path / "empty", shelves=[SHIPPED / BLOCKS])
    for method in PAPER_METHODS:
        block = read_maps(kept, default.maps_key(run, method), default.side)
        assert block.maps.shape == (280, 128, 128)
        assert np.isfinite(block.maps).all()
        # Grad-CAM is 0 everywhere where a classifier finds nothing that speaks for the true label
        assert (block.maps.std(axis=(1, 2)) > 0).mean() > 0.95


def test_every_mask_covers_what_was_asked_for_within_two_percent_of_the_image(default):
    block = default.maps(default.run(), "extremal-perturbation")
    covered = block.extras["covered_with_border"]
    assert covered.shape == (280, 4)
    assert np.abs(covered - np.array(block.settings.areas)).max() < 0.02


def test_all_maps_are_checked_and_revealed_without_a_cache(default, tmp_path, monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    study = Study(default.folder)
    run = study.run()
    assert unchecked_sources(study, run) == ()
    assert missing_sources(study, run) == ()
    assert set(trusted_sources(study, run)) == {*SETTINGS, "people", "random"}
