import numpy as np

from fercore.findings.confusions import Observer
from fercore.ui.panels.confusion_band import cell_in_words

LABELS = ("happy", "sad")
MATRIX = np.array([[0.8, 0.2], [0.5, 0.5]])


def test_a_cell_says_its_answers_and_their_interval():
    observer = Observer("network", MATRIX, "40 images", row_n=np.array([20, 20]))
    said = cell_in_words(observer, LABELS, "happy", "sad", ".200")
    assert said == "happy taken for sad: .200 [.08,\N{NO-BREAK SPACE}.42]<br>n = 20, interval over answers"


def test_without_counts_there_is_no_interval():
    said = cell_in_words(Observer("paper", MATRIX, ""), LABELS, "sad", "sad", ".500")
    assert said == "sad taken for sad: .500<br>no interval: answers were not counted"


def test_votes_have_intervals_over_images():
    bounds = np.stack([MATRIX - 0.1, MATRIX + 0.1], axis=-1)
    bounds[1] = np.nan
    observer = Observer("voters", MATRIX, "", bounds=bounds)
    said = cell_in_words(observer, LABELS, "happy", "sad", ".200")
    assert said == "happy taken for sad: .200 [.10,\N{NO-BREAK SPACE}.30]<br>interval over images"
    assert cell_in_words(observer, LABELS, "sad", "sad", ".500").endswith("<br>no interval")
