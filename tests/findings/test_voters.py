import numpy as np
import pandas as pd
import pytest

from fercore.errors import MissingError
from fercore.findings.voters import voters
from fercore.study import Study


def test_votes_on_experimental_images_are_summed_up(bare):
    votes = pd.DataFrame({"image": bare.images.index["image"]})
    for label in bare.label_set:
        votes[label] = np.where(bare.images.index["label"] == label, 7, 1)
    votes.to_parquet(bare.folder / "votes.parquet")
    crowd = voters(Study(bare.folder))
    assert crowd.accuracy.n_images == len(bare.plan)
    assert crowd.accuracy.share == pytest.approx(0.7)
    np.testing.assert_allclose(crowd.confusion, 0.1 + 0.6 * np.eye(4))


def test_a_study_without_votes_says_so(bare):
    with pytest.raises(MissingError, match="has no votes"):
        voters(bare)
