import numpy as np
import pytest

from fercore.findings.manuscript import manuscript
from fercore.findings.manuscript_maps import settings_sentences, targets
from fercore.saliency.maps import PAPER_METHODS, write_maps
from fercore.saliency.settings_in_force import put_in_force
from fercore.settings import CamSettings, ExtremalSettings, GradCamSettings

EP = "extremal-perturbation"


@pytest.fixture
def run(bare, fill):
    return fill(bare, run="one").run()


def test_default_settings_are_told_in_few_words(run):
    assert targets(run, PAPER_METHODS) == "the true label"
    said = settings_sentences(run, PAPER_METHODS)
    assert "maximised the label's output over smooth masks that keep areas .025, .050, .100, .200, in 800 steps" in said
    assert "other than the default" not in said
    assert settings_sentences(run, ("cam",)) == ""


def test_settings_in_force_are_told_and_not_the_default_ones(run):
    put_in_force(
        run, EP,
        ExtremalSettings(
            areas=(0.3,), steps=120, reward="contrastive", variant="dual", perturbation="click-reveal", precision="bfloat16"
        ),
    )  # fmt: skip
    put_in_force(run, "grad-cam", GradCamSettings(target="predicted", layer="body.layer3"))
    assert targets(run, PAPER_METHODS) == "the true label (CAM and EP) and the predicted label (Grad-CAM)"
    said = settings_sentences(run, PAPER_METHODS)
    assert "maximised the label's output minus the largest other one inside, and minimised it outside" in said
    assert "areas .300, in 120 steps" in said
    assert "EP perturbation click-reveal, precision bfloat16" in said
    assert "Grad-CAM layer body.layer3" in said


def test_the_text_of_a_study_has_the_settings_of_its_run(bare, fill, settings):
    study = fill(bare, people=3, run="one")
    run, changed = study.run(), CamSettings(target="predicted")
    put_in_force(run, "cam", changed)
    maps = np.random.default_rng(0).random((len(study.plan), study.side, study.side)).astype(np.float32)
    write_maps(study.maps_store, study.maps_key(run, "cam"), {"maps": maps}, "cam", changed)
    methods = " ".join(manuscript(study, run, settings).methods)
    assert "computed for the predicted label" in methods
    assert "the true label with" not in methods
