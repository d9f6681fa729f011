import numpy as np
import pytest

from fercore.comparison.confusion import correlate_confusions, even_errors, normalise_rows
from fercore.comparison.mantel import mantel
from fercore.errors import MissingError
from fercore.findings.confusions import PAPERS, PEOPLE, VOTERS, confusion_likeness, confusion_part
from fercore.findings.networks import readouts
from fercore.findings.people import people
from fercore.findings.responses import responses


def test_everybody_is_held_against_people_by_every_coefficient_of_the_report(full, settings):
    found = confusion_likeness(full, full.run(), "experimental", settings)
    assert found.reference == PEOPLE
    assert {VOTERS, "accuracy-90, simple vote", "multiclass"} <= set(found.others)
    part = confusion_part(full, full.run(), settings)
    for name, key in (("accuracy-90, simple vote", "accuracy-90 simple"), ("multiclass", "multiclass")):
        like, expected = found.others[name], part[key]
        assert (like.all_cells.r, like.errors.r) == pytest.approx((expected["r_64"], expected["r_56"]), nan_ok=True)
        assert like.relabelled.p == pytest.approx(expected["mantel_p"], nan_ok=True)
        assert found.ceiling.mean == pytest.approx(expected["ceiling"], nan_ok=True)
        assert found.even_errors_r == pytest.approx(expected["even_error_r_64"])
        assert expected["r_56_ci"] == like.errors_ci
        assert like.errors_ci.low < like.errors.r < like.errors_ci.high
        assert like.score == pytest.approx(like.errors.r / found.ceiling.mean)
        assert like.score_ci.low < like.score < like.score_ci.high


def test_even_errors_are_as_alike_at_any_accuracy(full, settings):
    found = confusion_likeness(full, full.run(), "experimental", settings)
    people = found.observers[PEOPLE].matrix
    for accuracy in (0.4, 0.9):
        even = correlate_confusions(people, even_errors(accuracy, len(people))).all_cells.r
        assert found.even_errors_r == pytest.approx(even)


def test_one_of_the_people_is_held_against_the_others(answers, settings):
    found = confusion_likeness(answers, None, "experimental", settings)
    assert found.networks == ("resnet50",)
    assert found.first_network == "resnet50"
    first, second = responses(answers, settings).people
    assert found.observers[first.name].other_people == pytest.approx(normalise_rows(second.counts), nan_ok=True)
    assert np.isnan(found.even_errors_r)  # two labels leave errors no room to be uneven


def test_without_answers_it_says_how_to_get_some(bare, settings):
    with pytest.raises(MissingError, match="Import trials"):
        confusion_likeness(bare, None, "experimental", settings)


def test_the_report_holds_everybody_against_people(full, settings):
    part = confusion_part(full, full.run(), settings)
    regimes = ["accuracy-90 simple", "accuracy-90 weighted", "accuracy-90 weighted-softmax", "multiclass"]
    assert list(part) == [VOTERS, *regimes]
    ours = people(full, settings).confusion
    matrix = readouts(full, full.run(), settings)["accuracy-90"]["experimental"].confusion["weighted"]
    row = part["accuracy-90 weighted"]
    assert row["r_64"] == pytest.approx(np.corrcoef(ours.ravel(), matrix.ravel())[0, 1])
    assert row["mantel_r"] == pytest.approx(row["r_56"])
    assert row["mantel_p"] == mantel(ours, matrix).p
    assert (row["n_permutations"], row["exact"]) == (24, True)
    assert len({(r["ceiling"], r["even_error_r_64"]) for r in part.values()}) == 1  # people's own
    assert 0.8 < row["even_error_r_64"] < 1
    assert {r["reference"] for r in part.values()} == {PEOPLE}


def test_one_participant_has_no_ceiling(bare, fill, settings):
    study = fill(bare, people=1, run="one")
    assert np.isnan(confusion_part(study, study.run(), settings)["multiclass"]["ceiling"])


def test_voters_take_the_place_of_people_where_there_are_none(voted, fill, settings):
    study = fill(voted, run="one")
    part = confusion_part(study, study.run(), settings)
    assert {row["reference"] for row in part.values()} == {VOTERS}
    assert np.isnan(part["multiclass"]["ceiling"])
    matrix = readouts(study, study.run(), settings)["multiclass"]["experimental"].confusion["multiclass"]
    votes = np.full((4, 4), 0.1) + np.eye(4) * 0.6  # seven votes of ten for the label of an image
    assert part["multiclass"]["r_64"] == pytest.approx(np.corrcoef(votes.ravel(), matrix.ravel())[0, 1])


def test_those_who_chose_among_all_labels_are_held_against_people(answers, settings):
    part = confusion_part(answers, None, settings)
    assert list(part) == ["resnet50", "subject-01", "subject-02"]
    assert PAPERS not in part


def test_the_report_needs_people_and_somebody_else(bare, fill, settings):
    study = fill(bare, run="alone")
    for run in (study.run(), None):
        with pytest.raises(MissingError):
            confusion_part(study, run, settings)
    study = fill(bare, people=2)
    with pytest.raises(MissingError, match="nobody whose confusions"):
        confusion_part(study, None, settings)
