import numpy as np
import pandas as pd

from fercore.figures.theme import DARK
from fercore.figures.widths import widths


def test_every_number_of_images_has_its_line_and_this_study_its_mark():
    data = pd.DataFrame({"n_people": [5, 10, 5, 10], "n_images": [70, 70, 280, 280], "width": [0.2, 0.1, 0.1, 0.05]})
    figure = widths(data, (8, 0.12), DARK, title="t", y_title="width")
    assert [list(line.y) for line in figure.data[:2]] == [[0.2, 0.1], [0.1, 0.05]]
    assert (figure.data[2].x[0], figure.data[2].y[0]) == (8, 0.12)
    assert [note.text.strip() for note in figure.layout.annotations] == ["70", "280"]
    np.testing.assert_allclose([note.y for note in figure.layout.annotations], [0.1, 0.05])
