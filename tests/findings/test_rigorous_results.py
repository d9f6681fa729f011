import numpy as np
import pytest

from fercore.findings.rigorous_results import network_sentences
from fercore.study.seeing import seeing_key


@pytest.mark.parametrize("groups", [1, 2])
def test_networks_are_told_of_and_groups_of_people_are_no_networks(bare, fill, settings, groups):
    study = fill(bare, people=6, run="one")
    if groups > 1:
        half = study.trials["participant"] < sorted(study.exclusion.kept)[3]
        study.trial_store.add(study.trials.assign(group=np.where(half, "early", "late")), replace=True)
        study = fill(study)
    run, rng = study.run(), np.random.default_rng(0)
    answers = {
        "blurred": rng.normal(size=len(study.plan)).astype(np.float32),
        "revealed": rng.normal(size=len(study.kept_trials)).astype(np.float32),
    }
    study.maps_store.put(seeing_key(study, run, "accuracy-90"), answers)
    told = [
        text for text in network_sentences(study, run, settings) if text.startswith("With what people had uncovered")
    ]
    assert len(told) == 1
    assert "'accuracy-90'" in told[0]
