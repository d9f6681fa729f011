from dataclasses import replace

import numpy as np
import pytest

from fercore.machines.guidance import write_guidance
from fercore.machines.inputs import shared_input, to_input
from fercore.machines.network import build_classifier
from fercore.machines.plan_run import plan_units
from fercore.machines.seeing import SeeingUnit, images_asked, margins, see_unit
from fercore.machines.train_unit import train_unit
from fercore.store import Store, cache_dir


@pytest.fixture
def classifier():
    return build_classifier("small", 2, seed=0).eval()


@pytest.fixture
def pixels(images):
    return shared_input(images, 16)


def test_whoever_uncovers_everything_sees_the_whole_image(classifier, pixels, guidance, device):
    everything = replace(guidance, uncovered=np.full_like(guidance.uncovered, 255))
    asked = images_asked(guidance, (0, 1))
    trials = np.flatnonzero(np.isin(guidance.trials, asked))
    found = margins(classifier, (0, 1), pixels, everything, device, trials=trials)
    logits = classifier(to_input(pixels[guidance.rows[guidance.trials[trials]]], 16)).detach().numpy()
    true = guidance.true_labels[guidance.trials[trials]]
    expected = np.where(true == 0, logits[:, 0] - logits[:, 1], logits[:, 1] - logits[:, 0])
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_whoever_uncovers_nothing_sees_the_blurred_image(classifier, pixels, guidance, device):
    nothing = replace(guidance, uncovered=np.zeros_like(guidance.uncovered))
    asked = images_asked(guidance, (0, 1))
    trials = np.flatnonzero(np.isin(guidance.trials, asked))
    found = margins(classifier, (0, 1), pixels, nothing, device, trials=trials)
    blurred = margins(classifier, (0, 1), pixels, guidance, device, images=guidance.trials[trials])
    np.testing.assert_allclose(found, blurred, atol=1e-5)
    gray = np.repeat(guidance.blurred[guidance.trials[trials], :, :, None], 3, axis=3)
    logits = classifier(to_input(gray, 16)).detach().numpy()
    np.testing.assert_allclose(np.abs(found), np.abs(logits[:, 0] - logits[:, 1]), atol=1e-4)


def test_a_classifier_of_all_labels_is_asked_about_every_image(guidance):
    assert list(images_asked(guidance, (0, 1, 2))) == list(range(6))
    for row in images_asked(guidance, (1, 2)):
        assert {guidance.true_labels[row], guidance.false_labels[row]} == {1, 2}


def test_a_unit_keeps_its_answers_once(new_run, guidance, tmp_path):
    run = new_run(regimes=("epochs-1",))
    unit = next(unit for unit in plan_units(run) if unit.name == "happy-fear")
    train_unit(unit, lambda _: None)
    write_guidance(tmp_path / "guidance", guidance)
    seeing = SeeingUnit(unit.study_folder, run.name, "epochs-1", "happy-fear", tmp_path / "guidance", "key")
    notes = []
    see_unit(seeing, notes.append)
    found = Store(cache_dir()).get("key")
    assert list(found["images"]) == list(images_asked(guidance, (0, 2)))
    assert len(found["revealed"]) == len(found["trials"]) == 2 * len(found["images"])
    (tmp_path / "guidance" / "people.safetensors").unlink()
    see_unit(seeing, notes.append)  # needs nothing any more
    assert [note["done"] for note in notes] == [1, 1]
