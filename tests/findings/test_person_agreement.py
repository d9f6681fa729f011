import numpy as np
import pytest

from fercore.comparison.binary_maps import binarise, scale_map
from fercore.comparison.measures import measures
from fercore.comparison.resamples import known_mean
from fercore.errors import MissingError
from fercore.findings.person_agreement import person_agreement
from fercore.findings.units_of_analysis import PARTICIPANT, analyse_units
from fercore.humans.click_maps import participant_maps
from fercore.saliency.maps import PAPER_METHODS


@pytest.fixture
def chosen(settings):
    return measures(settings, ["cc", "nss"])


def test_means_are_over_each_persons_images(full, chosen):
    run = full.run()
    found = person_agreement(full, run, PAPER_METHODS, chosen)
    seen, correct = participant_maps(full.kept_trials, full.plan, full.side, full.radius_px)
    for number, method in enumerate(PAPER_METHODS):
        model = full.maps(run, method).maps
        cut = binarise(scale_map(model), 50)
        by_person = {"cc": [], "dice": [], "iou": []}
        for maps, right in zip(seen, correct, strict=True):
            own = np.flatnonzero(right)
            with np.errstate(invalid="ignore"):
                r = [np.corrcoef(maps[i].ravel(), model[i].ravel())[0, 1] for i in own]
            both, areas = (
                (maps[own] & cut[own]).sum(axis=(1, 2)),
                (maps[own].sum(axis=(1, 2)), cut[own].sum(axis=(1, 2))),
            )
            by_person["cc"].append(np.nanmean(r))
            by_person["dice"].append(np.mean(2 * both / (areas[0] + areas[1])))
            by_person["iou"].append(np.mean(both / (areas[0] + areas[1] - both)))
        assert found.values["cc"][number] == pytest.approx(by_person["cc"], abs=1e-5)
        assert found.dice[50, number] == pytest.approx(by_person["dice"])
        assert found.iou[50, number] == pytest.approx(by_person["iou"])


def test_dice_is_that_of_the_participants_as_units(full, chosen, settings):
    found = person_agreement(full, full.run(), PAPER_METHODS, chosen)
    units = analyse_units(full, full.run(), settings)[PARTICIPANT].values.groupby("method")["dice"].mean()
    for number, method in enumerate(PAPER_METHODS):
        assert known_mean(found.dice[settings.threshold, number]) == pytest.approx(units[method])


def test_a_method_without_maps_is_named(full, chosen):
    with pytest.raises(MissingError, match="no maps by 'lrp'"):
        person_agreement(full, full.run(), ("lrp",), chosen)
