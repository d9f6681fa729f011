import numpy as np
import pytest

from fercore.errors import MissingError
from fercore.findings.voters import vote_bounds, voters
from fercore.study import Study


def test_votes_on_experimental_images_are_summed_up(voted):
    crowd = voters(voted)
    assert crowd.accuracy.n_images == len(voted.plan)
    assert crowd.accuracy.share == pytest.approx(0.7)
    np.testing.assert_allclose(crowd.confusion, 0.1 + 0.6 * np.eye(4))


def test_cells_have_intervals_over_images(voted, settings):
    votes = voted.votes.copy()
    labels = list(voted.label_set)
    votes.loc[votes["image"] == voted.plan["image"].iloc[0], labels] = [1, 7, 1, 1]
    votes.to_parquet(voted.folder / "votes.parquet")
    study = Study(voted.folder)
    bounds, matrix = vote_bounds(study, settings), voters(study).confusion
    row = labels.index(study.plan["true_label"].iloc[0])
    assert bounds.shape == (4, 4, 2)
    low, high = np.moveaxis(bounds, -1, 0)
    assert ((low <= matrix + 1e-12) & (matrix <= high + 1e-12)).all()
    assert (high[row] > low[row]).any()
    np.testing.assert_allclose((high - low)[np.arange(4) != row], 0, atol=1e-12)  # all images alike


def test_a_study_without_votes_says_so(bare, settings):
    with pytest.raises(MissingError, match="has no votes"):
        voters(bare)
    with pytest.raises(MissingError, match="has no votes"):
        vote_bounds(bare, settings)
