import pytest

from fercore.errors import MissingError
from fercore.findings.people import CORRELATIONS, people
from fercore.findings.trial_relations import trial_relations, trial_values


def test_every_correlation_of_the_paper_has_one_within_people_and_one_over_trials(full, settings):
    found = trial_relations(full, settings)
    assert list(found.within) == list(found.over_trials) == list(CORRELATIONS)
    for slope in found.over_trials.values():
        assert slope.ci.low < slope.slope < slope.ci.high
        assert slope.n_participants == len(full.exclusion.kept)
    told = trial_values(found)
    assert told["accuracy_ci"] == found.accuracy_ci
    assert told["over_trials"]["clicks_time"]["ci"] == found.over_trials["clicks_time"].ci


def test_other_images_widen_the_interval_of_accuracy(full, settings):
    ours, both = people(full, settings), trial_relations(full, settings).accuracy_ci
    assert both.low < ours.accuracy < both.high
    assert both.high - both.low > ours.accuracy_ci.high - ours.accuracy_ci.low


def test_one_person_is_too_few(bare, fill, settings):
    with pytest.raises(MissingError, match="fewer than two participants"):
        trial_relations(fill(bare, people=1), settings)
