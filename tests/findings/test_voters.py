import numpy as np
import pytest

from fercore.errors import MissingError
from fercore.findings.voters import voters


def test_votes_on_experimental_images_are_summed_up(voted):
    crowd = voters(voted)
    assert crowd.accuracy.n_images == len(voted.plan)
    assert crowd.accuracy.share == pytest.approx(0.7)
    np.testing.assert_allclose(crowd.confusion, 0.1 + 0.6 * np.eye(4))


def test_a_study_without_votes_says_so(bare):
    with pytest.raises(MissingError, match="has no votes"):
        voters(bare)
