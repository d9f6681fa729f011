import csv

import cv2
import pytest

from fercore.commands.faces import COLUMNS, faces
from fercore.errors import InputError


def test_any_number_of_faces_is_written_with_a_table(tmp_path):
    target = tmp_path / "new" / "faces"
    faces(target, count=3, seed=1, side=48)
    with (target / "faces.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 3
    for row in rows:
        assert row["image"].startswith(f"{row['label']}/")
        assert cv2.imread(str(target / row["image"])).shape == (48, 48, 3)
        assert 0 < float(row["mouth_y"]) < 48
    assert [path.name for path in target.parent.iterdir()] == ["faces"]


def test_a_folder_with_content_is_refused_and_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="not an empty folder"):
        faces(tmp_path, count=1, seed=0, side=48)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_filled(tmp_path):
    faces(tmp_path / "empty", count=1, seed=0, side=32)
    (tmp_path / "other").mkdir()
    faces(tmp_path / "other", count=1, seed=0, side=32)
    first, second = ((tmp_path / name / "faces.csv").read_text() for name in ("empty", "other"))
    assert first == second


def test_nothing_is_left_when_rendering_fails(tmp_path):
    with pytest.raises(InputError):
        faces(tmp_path / "faces", count=1, seed=0, side=5)
    assert not list(tmp_path.iterdir())
