import numpy as np
import pandas as pd

from fercore.figures.bands import bands
from fercore.figures.theme import LIGHT
from fercore.figures.universes import universes


def test_floor_and_ceiling_are_marked_and_every_method_has_its_scores():
    scores = pd.DataFrame(
        {"label": ["CC", "CC", "SIM", "SIM"], "method": ["cam", "grad-cam"] * 2, "score": [0.2, 0.4, 0.1, 1.2]}
    ).assign(score_low=lambda t: t["score"] - 0.1, score_high=lambda t: t["score"] + 0.1)
    scores = scores.assign(mean=0.5, floor=0.3, ceiling=0.9, n_images=280)
    figure = bands(scores, LIGHT, title="t")
    assert [trace.name for trace in figure.data] == ["CAM", "Grad-CAM"]
    assert list(figure.data[1].x) == [0.4, 1.2]
    np.testing.assert_allclose(figure.data[0].error_x.array, 0.1)
    assert [note.text.strip() for note in figure.layout.annotations] == ["floor", "ceiling"]
    assert list(figure.layout.yaxis.ticktext) == ["CC", "SIM"]
    said = figure.data[0].text[0]
    assert said == "CC: score 0.20 [0.10, 0.30]<br>agreement 0.500, floor 0.300, ceiling 0.900; 280 images"


def test_universes_without_a_threshold_stand_apart():
    winners = pd.DataFrame(
        {
            "universe": ["a", "a", "b"],
            "threshold": [10.0, 20.0, np.nan],
            "method": ["cam", "grad-cam", "cam"],
            "lead": [0.1] * 3,
        }
    )
    figure = universes(winners, LIGHT, title="t")
    assert [trace.name for trace in figure.data] == ["CAM", "Grad-CAM"]
    assert min(figure.data[0].x) < 0
    assert list(figure.layout.yaxis.categoryarray) == ["b", "a"]
