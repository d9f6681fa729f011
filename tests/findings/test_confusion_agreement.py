import numpy as np
import pytest

from fercore.comparison.mantel import mantel
from fercore.errors import MissingError
from fercore.findings.confusion_agreement import confusion_part
from fercore.findings.networks import readouts
from fercore.findings.people import people


def test_every_regime_and_rule_has_every_number(full, settings):
    part = confusion_part(full, full.run(), settings)
    assert list(part) == ["accuracy-90 simple", "accuracy-90 weighted", "accuracy-90 weighted-softmax", "multiclass"]
    ours = people(full, settings).confusion
    matrix = readouts(full, full.run(), settings)["accuracy-90"]["experimental"].confusion["weighted"]
    row = part["accuracy-90 weighted"]
    assert row["r_64"] == pytest.approx(np.corrcoef(ours.ravel(), matrix.ravel())[0, 1])
    assert row["mantel_r"] == pytest.approx(row["r_56"])
    assert row["mantel_p"] == mantel(ours, matrix).p
    assert (row["n_permutations"], row["exact"]) == (24, True)
    assert len({(r["ceiling"], r["even_error_r_64"]) for r in part.values()}) == 1  # people's own
    assert 0.8 < row["even_error_r_64"] < 1


def test_one_participant_has_no_ceiling(bare, fill, settings):
    study = fill(bare, people=1, run="one")
    assert np.isnan(confusion_part(study, study.run(), settings)["multiclass"]["ceiling"])


def test_people_or_networks_may_be_missing(bare, fill, settings):
    study = fill(bare, run="alone")
    with pytest.raises(MissingError, match="no trials"):
        confusion_part(study, study.run(), settings)
    with pytest.raises(MissingError, match="no run"):
        confusion_part(study, None, settings)
