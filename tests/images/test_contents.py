from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fercore.errors import SourceError
from fercore.images.contents import Faces, make_contents
from fercore.labels import LabelSet

PUBLISHED = {("one", "happy"): 3, ("one", "sad"): 5, ("two", "sad"): 7}


def _faces(**changes):
    rows = [("a", "happy", "train", "a.png", "one"), ("b", "sad", "validation", "b.png", "one")]
    rows += [("c", "happy", "train", "c.png", "one"), ("d", "fear", "train", "d.png", "")]
    index = pd.DataFrame(rows, columns=["key", "label", "split", "source", "part"])
    return Faces(index, lambda _: np.zeros((1, 1, 3), np.uint8), "whole pictures", published=PUBLISHED, **changes)


def test_parts_stand_beside_the_published_counts():
    contents = make_contents("some", Path("p"), _faces(), LabelSet(("happy", "sad")), 0)
    assert [(part.part, part.n_files, part.n_published, part.used_as) for part in contents.report.parts] == [
        ("one: happy", 2, 3, "train"),
        ("one: sad", 1, 5, "validation"),
        ("fear", 1, None, "left out"),
        ("two: sad", 0, 7, "not here"),
    ]


@pytest.mark.parametrize(("gray", "colours"), [(False, "read as RGB"), (True, "gray")])
def test_colour_and_crop_are_noted(gray, colours):
    contents = make_contents("some", Path("p"), _faces(gray=gray), None, 0)
    (note,) = [tally for tally in contents.report.tallies if "whole pictures" in tally.what]
    assert note.what.startswith(colours)
    assert note.n == 4


def test_splits_may_be_settled_otherwise():
    def divide(index, seed):
        return index.assign(split="train" if seed else "validation"), ()

    contents = make_contents("some", Path("p"), _faces(divide=divide), None, 1)
    assert set(contents.index["split"]) == {"train"}


def test_no_face_at_all_is_refused():
    empty = _faces().index.iloc[:0]
    with pytest.raises(SourceError, match="empty"):
        make_contents("some", Path("p"), Faces(empty, lambda _: np.zeros(1), ""), None, 0)
