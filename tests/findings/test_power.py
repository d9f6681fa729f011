import numpy as np
import pytest

from fercore.errors import MissingError
from fercore.findings.power import IMAGES_PER_LABEL, N_PEOPLE, NUMBERS, power, power_part


def test_widths_shrink_with_people_and_images(full, settings):
    found = power(full, settings)
    assert len(found.widths) == len(NUMBERS) * len(N_PEOPLE) * len(IMAGES_PER_LABEL)
    for _, own in found.widths.groupby(["number", "n_images"]):
        assert (np.diff(own.sort_values("n_people")["width"]) < 0).all()


def test_the_width_here_is_about_that_of_the_bootstrap_over_people_and_images(full, settings):
    parts = power(full, settings).components["accuracy"]
    assert (parts.n_people, parts.n_images) == (len(full.exclusion.kept), len(full.plan))
    rng = np.random.default_rng(0)
    table = full.kept_trials.pivot_table(index="participant", columns="image", values="correct").to_numpy(float)
    p, i = table.shape
    means = [table[rng.integers(0, p, p)][:, rng.integers(0, i, i)].mean() for _ in range(2000)]
    low, high = np.quantile(means, [0.025, 0.975])
    assert parts.width(p, i) == pytest.approx(high - low, rel=0.45)  # the bootstrap of both counts the rest three times


def test_without_people_there_is_nothing_to_preview(bare, settings):
    with pytest.raises(MissingError, match="how people vary"):
        power(bare, settings)


def test_the_report_has_the_widths_of_the_page(full, settings):
    found, told = power(full, settings), power_part(full, full.run(), settings)
    assert list(told) == list(NUMBERS)
    for number, own in found.components.items():
        assert told[number]["variance"]["images"] == own.images
        assert told[number]["width"] == own.width(own.n_people, own.n_images, found.level)
        widths = found.widths.loc[found.widths["number"] == number, "width"]
        assert [row["width"] for row in told[number]["preview"]] == list(widths)
