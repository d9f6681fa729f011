import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from fercore.errors import MissingError, SettingsError, UnknownNameError
from fercore.images.image_set import ImageSet
from fercore.labels import LabelSet
from fercore.machines.checkpoints import write_weights
from fercore.machines.inputs import to_input
from fercore.machines.network import build_classifier
from fercore.machines.runs import Run
from fercore.saliency import explain
from fercore.saliency.explain import ExplainUnit, assemble, explain_unit, in_one_pass, plan_units
from fercore.saliency.map_keys import map_key
from fercore.saliency.maps import read_maps
from fercore.saliency.method_settings import EdgeMapSettings
from fercore.saliency.methods import cam
from fercore.settings import CamSettings, ExtremalSettings, GradCamSettings, TrainingSettings, to_mapping
from fercore.store import Store, write_json

LABELS = LabelSet(("neutral", "happy", "sad"))
SIDE, INPUT_SIDE = 40, 32
PLAN = [
    ("a", "happy", "sad"),
    ("b", "neutral", "happy"),
    ("c", "sad", "happy"),
    ("d", "sad", "neutral"),
    ("e", "happy", "neutral"),
]


def finish(folder, regime, name, labels, seed):
    classifier = build_classifier("small", len(labels), seed)
    digest = write_weights(folder / regime / f"{name}.safetensors", classifier.state_dict(), "float32")
    card = {"regime": regime, "unit": name, "network": "small", "labels": list(labels), "weights_digest": digest}
    write_json(folder / regime / f"{name}.json", card)


@pytest.fixture
def run(tmp_path):
    """A run with two of three pair classifiers and a multiclass one, untrained, of a study with five images in the plan."""
    study = tmp_path / "study"
    study.mkdir()
    rng = np.random.default_rng(0)
    np.save(study / "images.npy", rng.integers(0, 256, (6, SIDE, SIDE, 3), dtype=np.uint8))
    names = ["x", *(image for image, _, _ in PLAN)]
    index = pd.DataFrame(
        {"image": names, "label": "happy", "split": "experimental", "digest": names, "source": "noise"}
    )
    index.to_parquet(study / "images.parquet")
    pd.DataFrame(PLAN, columns=["image", "true_label", "false_label"]).to_csv(study / "plan.csv", index=False)
    folder = study / "runs" / "first"
    training = TrainingSettings(network="small", input_side=INPUT_SIDE)
    card = {
        "regimes": ["epochs-1", "multiclass"],
        "labels": list(LABELS),
        "pairs": [str(pair) for pair in LABELS.pairs],
        "training": to_mapping(training),
    }
    write_json(folder / "training.json", card)
    finish(folder, "epochs-1", "neutral-happy", ("neutral", "happy"), 1)
    finish(folder, "epochs-1", "happy-sad", ("happy", "sad"), 2)
    finish(folder, "multiclass", "multiclass", LABELS.names, 3)
    return Run.open(folder)


@pytest.fixture
def kept(tmp_path):
    return Store(tmp_path / "cache")


def by_hand(run, regime, name, images, targets):
    """CAM of the named images, straight from the stored pixels."""
    study = run.folder.parents[1]
    classifier = build_classifier(
        "small", 3 if name == "multiclass" else 2, {"neutral-happy": 1, "happy-sad": 2}.get(name, 3)
    )
    image_set = ImageSet.open(study)
    x = to_input(image_set.pixels[image_set.positions(images)], INPUT_SIDE)
    return cam.explain(classifier, x, torch.tensor(targets), CamSettings(), report=[].append)["maps"]


def test_a_unit_explains_the_images_of_its_pair(run, kept):
    units = plan_units(run, "epochs-1", "cam", CamSettings(), "plan")
    assert [unit.name for unit in units] == ["neutral-happy", "happy-sad"]
    found = explain_unit(units[1], [].append, kept)
    np.testing.assert_array_equal(found["rows"], [0, 2])
    np.testing.assert_array_equal(found["maps"], by_hand(run, "epochs-1", "happy-sad", ["a", "c"], [0, 1]))


def test_a_multiclass_network_explains_all_images(run, kept):
    (unit,) = plan_units(run, "multiclass", "cam", CamSettings(), "plan")
    found = explain_unit(unit, [].append, kept)
    np.testing.assert_array_equal(found["rows"], range(5))
    np.testing.assert_array_equal(
        found["maps"], by_hand(run, "multiclass", "multiclass", list("abcde"), [1, 0, 2, 2, 1])
    )


def test_the_predicted_label_can_be_the_target(run, kept):
    (unit,) = plan_units(run, "multiclass", "cam", CamSettings(target="predicted"), "plan")
    found = explain_unit(unit, [].append, kept)
    image_set = ImageSet.open(run.folder.parents[1])
    classifier = build_classifier("small", 3, 3).eval()
    with torch.no_grad():
        answers = classifier(to_input(image_set.pixels[image_set.positions(list("abcde"))], INPUT_SIDE)).argmax(dim=1)
    np.testing.assert_array_equal(
        found["maps"], by_hand(run, "multiclass", "multiclass", list("abcde"), answers.tolist())
    )


def test_the_units_of_a_method_become_one_block(run, kept):
    units = plan_units(run, "epochs-1", "grad-cam", GradCamSettings(), "plan")
    assert assemble(units, kept) is None
    first = explain_unit(units[0], [].append, kept)
    assert assemble(units, kept) is None
    second = explain_unit(units[1], [].append, kept)
    key = assemble(units, kept)
    assert key == map_key(run, "epochs-1", "grad-cam", GradCamSettings(), "plan")
    block = read_maps(kept, key, first["maps"].shape[1])
    np.testing.assert_array_equal(block.maps[[1, 4]], first["maps"])
    np.testing.assert_array_equal(block.maps[[0, 2]], second["maps"])
    assert np.isnan(block.maps[3]).all()  # neutral-sad is not trained
    assert read_maps(kept, key, SIDE).maps.shape == (5, SIDE, SIDE)


def test_extras_of_a_block_have_a_row_per_image(run, kept):
    settings = ExtremalSettings(steps=3, areas=(0.1, 0.2))
    units = plan_units(run, "epochs-1", "extremal-perturbation", settings, "plan")
    for unit in units:
        explain_unit(unit, [].append, kept)
    block = read_maps(kept, assemble(units, kept), SIDE)
    assert block.settings == settings
    assert block.extras["masks"].shape == (5, 2, INPUT_SIDE, INPUT_SIDE)
    assert block.extras["masks"].dtype == np.float16
    assert np.isnan(block.extras["covered"][3]).all()
    assert np.isfinite(np.delete(block.extras["covered"], 3, axis=0)).all()
    assert block.logit_range > 0
    assert block.sufficiency.shape == (5, 2)


def test_a_finished_unit_is_not_computed_again(run, kept):
    unit = plan_units(run, "epochs-1", "cam", CamSettings(), "plan")[0]
    first = explain_unit(unit, [].append, kept)
    (run.folder / "epochs-1" / "neutral-happy.safetensors").unlink()
    told = []
    again = explain_unit(unit, told.append, kept)
    np.testing.assert_array_equal(again["maps"], first["maps"])
    assert told == [
        {"unit": "epochs-1/neutral-happy", "done": 2, "total": 2, "message": "neutral-happy: 2 maps by cam"}
    ]


def test_other_weights_and_settings_are_computed_anew(run):
    def key(method, settings, digest):
        return plan_units(run, "epochs-1", method, settings, digest)[0].key

    asked = [
        ("cam", CamSettings(), "plan"),
        ("cam", CamSettings("predicted"), "plan"),
        ("grad-cam", GradCamSettings(), "plan"),
        ("cam", CamSettings(), "another plan"),
    ]
    before = {key(*what) for what in asked}
    finish(run.folder, "epochs-1", "neutral-happy", ("neutral", "happy"), 9)
    after = {key(*what) for what in asked}
    assert len(before | after) == 8


def test_another_classifier_does_not_change_a_unit(run):
    unit = plan_units(run, "epochs-1", "cam", CamSettings(), "plan")[0]
    before = unit.key
    finish(run.folder, "epochs-1", "neutral-sad", ("neutral", "sad"), 4)
    assert unit.key == before
    assert [u.name for u in plan_units(run, "epochs-1", "cam", CamSettings(), "plan")] == list(map(str, LABELS.pairs))


def test_methods_that_read_the_same_features_share_a_pass_and_give_what_they_give_alone(run, kept, tmp_path):
    asked = {"grad-cam": GradCamSettings(), "edge-map": EdgeMapSettings(), "cam": CamSettings("predicted")}
    by_method = {m: plan_units(run, "epochs-1", m, settings, "plan") for m, settings in asked.items()}
    units = in_one_pass(by_method)
    order = ["grad-cam", "grad-cam", "cam", "cam", "edge-map", "edge-map"]
    assert [unit.method for unit in units] == order
    assert [unit.name for unit in units] == ["neutral-happy", "happy-sad"] * 3
    explain_unit(units[0], [].append, kept)
    assert [kept.has(unit.key) for unit in units] == [True, False, True, False, False, False]
    alone = Store(tmp_path / "alone")
    for units_of_method in by_method.values():
        for unit in units_of_method:
            found = explain_unit(unit, [].append, alone)
            shared = explain_unit(next(u for u in units if u.key == unit.key), [].append, kept)
            np.testing.assert_array_equal(found["maps"], shared["maps"])


def test_one_image_is_explained_by_itself_under_a_key_of_its_own(run, kept):
    unit = plan_units(run, "epochs-1", "cam", CamSettings(), "plan")[1]
    alone = replace(unit, image="c")
    assert alone.key != unit.key
    found, whole = explain_unit(alone, [].append, kept), explain_unit(unit, [].append, kept)
    np.testing.assert_array_equal(found["rows"], [2])
    np.testing.assert_allclose(found["maps"][0], whole["maps"][1], rtol=1e-5, atol=1e-6)


def test_threads_do_not_change_the_key(run):
    keys = {plan_units(run, "epochs-1", "cam", CamSettings(), "plan", threads=n)[0].key for n in (1, 2)}
    assert len(keys) == 1


def test_wrong_requests_are_refused(run):
    with pytest.raises(UnknownNameError, match="grad-cam"):
        plan_units(run, "epochs-1", "gradcam", CamSettings(), "plan")
    with pytest.raises(SettingsError, match="GradCamSettings"):
        plan_units(run, "epochs-1", "grad-cam", CamSettings(), "plan")
    with pytest.raises(SettingsError, match="true, predicted"):
        plan_units(run, "epochs-1", "cam", CamSettings(target="false"), "plan")
    with pytest.raises(MissingError, match="epochs-2"):
        plan_units(run, "epochs-2", "cam", CamSettings(), "plan")


def test_a_run_without_finished_classifiers_is_refused(run):
    for name in ("neutral-happy", "happy-sad"):
        (run.folder / "epochs-1" / f"{name}.json").unlink()
    with pytest.raises(MissingError, match="Train it first"):
        plan_units(run, "epochs-1", "cam", CamSettings(), "plan")


def test_outputs_are_in_label_order():
    assert explain.outputs_of(LABELS, "happy-sad") == ("happy", "sad")
    assert explain.outputs_of(LABELS, "multiclass") == LABELS.names


def test_units_can_be_sent_to_other_processes(run):
    (unit,) = plan_units(run, "multiclass", "cam", CamSettings(), "plan")
    sent = pickle.loads(pickle.dumps(unit))
    assert isinstance(sent, ExplainUnit)
    assert sent == unit
