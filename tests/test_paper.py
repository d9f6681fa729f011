import csv
import json
from pathlib import Path

import numpy as np

from fercore.paper import paper_value

ANCHORS = Path(__file__).parent / "reference" / "anchors"


def test_figure_2_is_the_reference_table():
    with (ANCHORS / "input_fig2.csv").open() as file:
        rows = [[float(v) for v in row[1:]] for row in list(csv.reader(file))[1:]]
    np.testing.assert_array_equal(paper_value("human", "confusion"), rows)


def test_the_papers_tukey_t_give_its_F_up_to_rounding():
    t = [row["t"] for row in paper_value("attention", "tukey_t")]
    expected = json.loads((ANCHORS / "expected.json").read_text())["tukey"]["F_from_t"]
    assert np.isclose(sum(v**2 for v in t) / 3, expected)
    assert abs(expected - paper_value("attention", "anova_F")) < 0.1


def test_what_the_paper_does_not_give_is_none():
    assert paper_value("machine", "finetuned", "confusion_r_simple") is None
    assert paper_value("machine", "my-regime", "accuracy") is None
