import numpy as np
import pytest

from fercore.errors import MissingError
from fercore.findings.power import IMAGES_PER_LABEL, N_PEOPLE, NUMBERS, power, power_part
from fercore.findings.power_resampled import resampled_numbers

RELATIONS = ("clicks_time", "clicks_accuracy", "time_accuracy")
OF_RUNS = ("network", "kappa", "r_errors", "dice")


@pytest.fixture
def found(full, settings):
    return power(full, settings, full.run())


def test_widths_shrink_with_people_and_images(found):
    assert set(found.components) == {*NUMBERS, *RELATIONS, *OF_RUNS}
    assert len(found.widths) == len(found.components) * len(N_PEOPLE) * len(IMAGES_PER_LABEL)
    for (number, _), own in found.widths.groupby(["number", "n_images"]):
        steps = np.diff(own.sort_values("n_people")["width"])
        assert (steps < 0).all() if number in NUMBERS else (steps <= 0).all()
    for _, own in found.widths.groupby(["number", "n_people"]):
        assert (np.diff(own.sort_values("n_images")["width"]) <= 0).all()


def test_what_goes_beyond_the_study_is_called_extrapolated(full, settings, monkeypatch):
    monkeypatch.setattr("fercore.findings.power.IMAGES_PER_LABEL", (3, 6, 12))
    found = power(full, settings)
    beyond = (found.widths["n_people"] > len(full.exclusion.kept)) | (found.widths["n_images"] > len(full.plan))
    assert (found.widths["extrapolated"] == beyond).all()
    assert 0 < found.widths["extrapolated"].sum() < len(found.widths)


def test_the_width_here_is_about_that_of_the_bootstrap_over_people_and_images(found, full):
    parts = found.components["accuracy"]
    assert (parts.n_people, parts.n_images) == (len(full.exclusion.kept), len(full.plan))
    rng = np.random.default_rng(0)
    table = full.kept_trials.pivot_table(index="participant", columns="image", values="correct").to_numpy(float)
    p, i = table.shape
    means = [table[rng.integers(0, p, p)][:, rng.integers(0, i, i)].mean() for _ in range(2000)]
    low, high = np.quantile(means, [0.025, 0.975])
    assert parts.width(p, i) == pytest.approx(high - low, rel=0.45)  # the bootstrap of both counts the rest three times


def test_more_people_do_not_make_the_networks_accuracy_more_certain(found):
    own = found.components["network"]
    assert own.width(5, own.n_images) == own.width(500, own.n_images) > 0
    assert found.about["network"] == found.about["kappa"] == "accuracy-90"


def test_every_number_of_a_run_has_a_width(found):
    for number in (*RELATIONS, *OF_RUNS):
        assert 0 < found.components[number].width(22, 280) < 1, number
    assert found.about["dice"]
    assert not any(found.about[name] for name in RELATIONS)


def test_one_seed_gives_one_preview(found, full, settings):
    again = resampled_numbers(full, full.run(), settings)
    assert again["r_errors"][0] == found.components["r_errors"]


def test_without_a_run_people_alone_are_previewed(full, settings):
    assert set(power(full, settings).components) == {*NUMBERS, *RELATIONS}


def test_without_people_there_is_nothing_to_preview(bare, settings):
    with pytest.raises(MissingError, match="how people vary"):
        power(bare, settings)


def test_the_report_has_the_widths_of_the_page(found, full, settings):
    told = power_part(full, full.run(), settings)
    assert list(told) == list(found.components)
    assert told["kappa"]["of"] == "accuracy-90"
    for number, own in found.components.items():
        assert told[number]["variance"]["images"] == own.images
        assert told[number]["width"] == own.width(own.n_people, own.n_images, found.level)
        widths = found.widths.loc[found.widths["number"] == number, "width"]
        assert [row["width"] for row in told[number]["preview"]] == list(widths)
