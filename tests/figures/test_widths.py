import numpy as np
import pandas as pd

from fercore.figures.theme import DARK
from fercore.figures.widths import widths


def test_every_number_of_images_has_its_line_dotted_beyond_the_study_and_this_study_its_mark():
    data = pd.DataFrame(
        {
            "n_people": [5, 10, 20, 5, 10, 20],
            "n_images": [70] * 3 + [280] * 3,
            "width": [0.2, 0.1, 0.08, 0.1, 0.05, 0.03],
            "extrapolated": [False, False, True, True, True, True],
        }
    )
    figure = widths(data, (8, 0.12), DARK, title="t", y_title="width")
    lines = figure.data[:-1]
    assert [(list(line.y), line.line.dash) for line in lines] == [
        ([0.2, 0.1], "solid"),
        ([0.1, 0.08], "dot"),
        ([], "solid"),
        ([0.1, 0.05, 0.03], "dot"),
    ]
    assert ["extrapolated" in line.hovertemplate for line in lines] == [False, True, False, True]
    assert (figure.data[-1].x[0], figure.data[-1].y[0]) == (8, 0.12)
    assert [note.text.strip() for note in figure.layout.annotations] == ["70", "280"]
    np.testing.assert_allclose([note.y for note in figure.layout.annotations], [0.08, 0.03])
