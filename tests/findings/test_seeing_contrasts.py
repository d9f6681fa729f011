import numpy as np
import pytest

from fercore.comparison.proportions import mcnemar, two_proportions
from fercore.errors import MissingError
from fercore.findings.faces import margins
from fercore.findings.networks import readouts
from fercore.findings.seeing_contrasts import COLUMNS, seeing_contrasts, seeing_part, split_contrasts, split_part
from fercore.findings.two_afc import BLURRED, REVEALED
from fercore.study import Study
from fercore.study.seeing import seeing_key


@pytest.fixture
def answered(full):
    """Answers with the blurred image like those with the full one, but for the first two images; none right when revealed."""
    own = margins(full, full.run(), "accuracy-90").astype(np.float32)
    blurred = own.copy()
    blurred[:2] = -blurred[:2]
    revealed = np.full(len(full.kept_trials), -1, np.float32)
    full.maps_store.put(seeing_key(full, full.run(), "accuracy-90"), {"blurred": blurred, "revealed": revealed})
    return Study(full.folder), own > 0


def test_only_images_on_which_the_two_differ_decide(answered, settings):
    study, right = answered
    found = seeing_contrasts(study, study.run(), settings).set_index(["regime", "seeing"])
    row = found.loc[("accuracy-90", BLURRED)]
    lost = int(right[:2].sum())
    assert (row["only_full"], row["only_less"]) == (lost, 2 - lost)
    assert row["difference"] == pytest.approx((2 * lost - 2) / len(right))
    assert row["p"] == mcnemar(lost, 2 - lost).p_exact


def test_trials_of_one_image_count_once(answered, settings):
    study, right = answered
    row = seeing_contrasts(study, study.run(), settings).set_index(["regime", "seeing"]).loc[("accuracy-90", REVEALED)]
    assert row["n_images"] == study.kept_trials["image"].nunique()
    assert row["only_less"] == 0
    assert row["only_full"] <= right.sum()
    assert row["ci_low"] <= row["difference"] <= row["ci_high"]


def test_without_answers_with_less_there_is_nothing_to_compare(bare, fill, settings):
    study = fill(bare, people=2, run="new")
    found = seeing_contrasts(study, study.run(), settings)
    assert tuple(found.columns) == COLUMNS
    assert found.empty
    with pytest.raises(MissingError, match="no networks that answered"):
        seeing_part(study, study.run(), settings)


def test_images_of_two_splits_are_compared_as_independent(full, settings):
    found = split_contrasts(full, full.run(), settings).set_index(["regime", "rule"])
    answers = readouts(full, full.run(), settings)
    for (regime, rule), row in found.iterrows():
        own, other = (answers[regime][split].accuracy[rule] for split in ("experimental", "validation"))
        expected = two_proportions(round(own.value * own.n), own.n, round(other.value * other.n), other.n)
        assert row["difference"] == pytest.approx(own.value - other.value)
        assert (row["ci_low"], row["ci_high"], row["p"]) == pytest.approx((*expected.newcombe, expected.p), nan_ok=True)


def test_the_report_has_the_rows_of_the_pages(answered, settings):
    study, _ = answered
    for part, table in ((seeing_part, seeing_contrasts), (split_part, split_contrasts)):
        told, rows = part(study, study.run(), settings), table(study, study.run(), settings).to_dict("records")
        for one, row in zip(told, rows, strict=True):
            assert one["ci"] == pytest.approx([row.pop("ci_low"), row.pop("ci_high")], nan_ok=True)
            assert {key: one[key] for key in one if key != "ci"} == row
