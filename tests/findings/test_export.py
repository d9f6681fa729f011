import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest

from fercore.errors import InputError
from fercore.findings.export import export_study
from fercore.findings.report import compare
from fercore.saliency.maps import PAPER_METHODS


@pytest.fixture
def archive(full, settings, tmp_path):
    names = export_study(full, full.run("first"), settings, tmp_path / "full.zip")
    with zipfile.ZipFile(tmp_path / "full.zip") as opened:
        assert opened.namelist() == names
        yield opened


def read(archive, name):
    return pd.read_csv(io.BytesIO(archive.read(name)))


def test_the_report_in_it_is_the_one_of_compare(archive, full, settings):
    assert json.loads(archive.read("compare.json")) == compare(full, full.run("first"), settings)


def test_every_table_about_people_says_that_they_are_simulated(archive):
    assert "SIMULATED" in archive.read("README.txt").decode()
    for name in ("trials.csv", "participants.csv", "conditions.csv", "confusion_people.csv", "dice.csv"):
        assert set(read(archive, name)["source"]) == {"simulated"}, name
    assert "attention_maps_simulated.npy" in archive.namelist()


def test_arrays_follow_the_plan(archive, full):
    plan = read(archive, "plan.csv")
    assert list(plan["image"]) == list(full.plan["image"])
    for method in PAPER_METHODS:
        maps = np.load(io.BytesIO(archive.read(f"maps_{method}.npy")), allow_pickle=False)
        np.testing.assert_array_equal(maps, full.maps(full.run("first"), method).maps)
    outputs = read(archive, "outputs_accuracy-90.csv")
    assert list(outputs["image"]) == list(plan["image"])
    pair = full.label_set.pairs[0]
    np.testing.assert_allclose(
        outputs[f"{pair.first}|{pair.second}|{pair.second}"],
        full.run("first").outputs("accuracy-90", "experimental")[:, 0, 1],
        rtol=1e-5,
    )


def test_no_face_is_in_it(archive):
    assert not [name for name in archive.namelist() if name.endswith((".png", ".jpg", "images.npy"))]


def test_a_study_without_people_and_networks_exports_its_plan(bare, settings, tmp_path):
    names = export_study(bare, None, settings, tmp_path / "bare.zip")
    assert {"README.txt", "compare.json", "plan.csv"} <= set(names)
    assert "trials.csv" not in names


@pytest.mark.parametrize("name", ["full.csv", "full"])
def test_an_export_is_a_zip_file(full, settings, tmp_path, name):
    with pytest.raises(InputError, match=r"does not end in \.zip"):
        export_study(full, None, settings, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_no_folder_is_one_sentence(full, settings, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        export_study(full, None, settings, tmp_path / "file" / "full.zip")


def test_answers_without_images_are_exported_without_a_plan(answers, settings, tmp_path):
    names = export_study(answers, None, settings, tmp_path / "answers.zip")
    assert names == ["README.txt", "compare.json", "study.json", "findings.csv", "responses.csv"]
    with zipfile.ZipFile(tmp_path / "answers.zip") as opened:
        assert len(read(opened, "responses.csv")) == 30
