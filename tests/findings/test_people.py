import numpy as np
import pytest

from fercore.errors import MissingError
from fercore.findings.people import people


def test_numbers_are_those_of_the_kept_participants(full, settings):
    ours = people(full, settings)
    trials = full.trials[full.trials["participant"].isin(full.exclusion.kept)]
    assert 0 < ours.n_participants < full.trials["participant"].nunique()
    assert ours.n_trials == len(trials)
    assert ours.accuracy == pytest.approx(trials["correct"].mean())
    assert ours.accuracy_ci.low < ours.accuracy < ours.accuracy_ci.high


def test_correlations_are_over_conditions(full, settings):
    ours = people(full, settings)
    table = ours.conditions
    assert len(table) == 12
    r = ours.correlations["clicks_accuracy"]
    assert r.n == 12
    assert r.r == pytest.approx(np.corrcoef(table["clicks"], table["accuracy"])[0, 1])


def test_the_interval_is_the_same_every_time(full, settings):
    assert people(full, settings).accuracy_ci == people(full, settings).accuracy_ci


def test_without_trials_the_message_says_how_to_get_some(bare, settings):
    with pytest.raises(MissingError, match="has no trials"):
        people(bare, settings)


def test_when_nobody_is_kept_the_message_says_so(full, bare, settings):
    trials = full.trials
    bare.trial_store.add(trials[trials["block"] == 1])
    assert len(bare.exclusion.kept) == 0
    with pytest.raises(MissingError, match="every participant is left out"):
        people(bare, settings)
