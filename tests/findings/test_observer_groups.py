import numpy as np
import pytest

from fercore.errors import MissingError
from fercore.findings.observer_groups import (
    PEOPLE,
    answers_of_people,
    group_answers,
    groups_of_people,
    runs_of,
    vote_counts,
)


@pytest.fixture
def grouped(bare, fill):
    """Six people, of whom the trial table says that the first two are experts."""
    study = fill(bare, people=6)
    people = sorted(study.trials["participant"].unique())
    expert = study.trials["participant"].isin(people[:2])
    study.trial_store.add(study.trials.assign(group=np.where(expert, "experts", "lay")), replace=True)
    return fill(study)


def test_a_column_of_the_trial_table_divides_people_into_groups(grouped):
    groups = groups_of_people(grouped)
    kept = set(grouped.exclusion.kept)
    people = {name: set(trials["participant"]) for name, trials in groups.items()}
    assert list(people) == [PEOPLE, "people: experts", "people: lay"]
    assert people[PEOPLE] == kept == people["people: experts"] | people["people: lay"]
    answers = group_answers(grouped)
    np.testing.assert_array_equal(answers[PEOPLE], answers_of_people(grouped))
    assert answers["people: experts"].shape == (2, len(grouped.plan))


def test_without_such_a_column_people_are_one_group(full, bare):
    assert list(groups_of_people(full)) == [PEOPLE]
    assert groups_of_people(bare) == {}
    assert answers_of_people(bare).shape == (0, len(bare.plan))


def test_votes_are_counted_for_the_two_options_of_an_image(full, bare):
    counts = vote_counts(full)
    assert (counts.right == 7).all()
    assert (counts.wrong == 1).all()
    assert counts.n == 8 * len(full.plan)
    assert (counts.majority_right == 1).all()
    assert vote_counts(bare) is None


def test_a_tie_of_votes_is_wrong_and_no_votes_are_no_answer(voted):
    first, second = voted.plan["image"].iloc[:2]
    voted.votes.loc[voted.votes["image"] == first, list(voted.label_set)] = 3
    voted.votes.loc[voted.votes["image"] == second, list(voted.label_set)] = 0
    counts = vote_counts(voted)
    np.testing.assert_array_equal(counts.majority_right[:3], [0, np.nan, 1])
    np.testing.assert_array_equal(counts.share[:3], [0.5, np.nan, 7 / 8])


def test_networks_of_other_runs_are_called_by_both_names(bare, fill):
    study = fill(fill(bare, run="first"), run="second", regimes=("multiclass",), seed=1)
    found = runs_of(study, study.run("first"), ("second",))
    assert list(found) == ["accuracy-90", "multiclass", "second: multiclass"]
    assert found["second: multiclass"][0].name == "second"
    (study.folder / "runs" / "second" / "run.json").unlink()
    with pytest.raises(MissingError, match="'second' of study 'bare' is not finished"):
        runs_of(study, None, ("second",))
