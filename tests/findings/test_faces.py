import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax

from fercore.comparison.binary_maps import binarise, scale_map
from fercore.comparison.map_stack import MapStack
from fercore.errors import MissingError
from fercore.findings.faces import (
    dice_at_equal_area,
    easiest_and_hardest,
    face_agreement,
    face_table,
    network_by_condition,
)


@pytest.fixture
def faces(full):
    return face_table(full, full.run())


def test_equal_areas_are_compared_for_one_face(full, settings):
    block = full.maps(full.run(), "cam")
    answered = int(np.flatnonzero(full.n_correct > 0)[0])
    ours = dice_at_equal_area(full, block, answered, settings)
    people, network = (MapStack(maps[answered][None]).top(20)[0] for maps in (full.attention_maps, block.maps))
    assert ours == pytest.approx(2 * (people & network).sum() / (people.sum() + network.sum()))


def test_faces_come_in_the_order_of_the_plan(full, faces):
    assert list(faces["image"]) == list(full.plan["image"])
    assert [set(pair.split("-")) for pair in faces["pair"]] == [
        {row.true_label, row.false_label} for row in full.plan.itertuples()
    ]


def test_people_are_those_who_were_kept(full, faces):
    for face in faces.sample(5, random_state=0).itertuples():
        answers = full.kept_trials[full.kept_trials["image"] == face.image]
        assert face.n_people == len(answers)
        assert face.people_accuracy == pytest.approx(answers["correct"].mean())
        assert face.clicks == pytest.approx(answers["n_clicks"].mean())
        assert face.time_s == pytest.approx(answers["decision_time_s"].mean())


def test_half_of_the_people_is_no_majority(full, faces):
    decided = faces["people_accuracy"] != 0.5
    assert faces["people_right"].isna().equals(~decided)
    assert (faces["people_right"][decided] == (faces["people_accuracy"][decided] > 0.5)).all()


def test_the_network_answers_with_the_classifier_of_the_images_own_pair(full, faces):
    run = full.run()
    outputs = run.outputs(run.pair_regime, "experimental")
    for row, face in enumerate(faces.itertuples()):
        pair = full.label_set.parse_pair(face.pair)
        own = outputs[row, full.label_set.pairs.index(pair)].astype(float)
        share = softmax(own)[list(pair).index(face.true_label)]
        assert face.network_share == pytest.approx(share, rel=1e-6)
        assert face.network_right == (share > 0.5)


def test_without_a_run_nothing_is_said_about_networks(full):
    faces = face_table(full, None)
    assert faces["network_share"].isna().all()
    assert faces["network_right"].isna().all()


def test_without_anybody_nobody_is_right(bare):
    faces = face_table(bare, None)
    assert (faces["n_people"] == 0).all()
    assert faces["people_right"].isna().all()
    with pytest.raises(MissingError, match="Nobody clicked"):
        easiest_and_hardest(bare)


def test_agreement_is_the_dice_of_one_face_at_the_threshold(full):
    run = full.run()
    agreement = face_agreement(full, run, 50)
    block = full.maps(run, "cam").maps
    for row in range(len(full.plan)):
        people, network = (binarise(scale_map(maps[row]), 50) for maps in (full.attention_maps, block))
        expected = 2 * (people & network).sum() / (people.sum() + network.sum()) if full.n_correct[row] else np.nan
        assert agreement["cam"][row] == pytest.approx(expected, nan_ok=True)


def test_agreement_has_no_methods_without_trials_or_run(full, bare):
    assert list(face_agreement(full, None, 50)) == ["image"]
    assert list(face_agreement(bare, None, 50)) == ["image"]


def test_the_easiest_face_is_solved_by_more_people_than_the_hardest(full, faces):
    easiest, hardest = easiest_and_hardest(full)
    accuracy = faces.set_index("image")["people_accuracy"]
    assert accuracy[easiest] == accuracy.max()
    assert accuracy[hardest] == accuracy[accuracy > 0].min()


def test_networks_are_counted_per_condition(full, faces):
    matrix = network_by_condition(full, full.run())
    assert np.isnan(np.diag(matrix)).all()
    table = pd.DataFrame(matrix, index=list(full.label_set), columns=list(full.label_set))
    for (true, false), group in faces.groupby(["true_label", "false_label"]):
        assert table.loc[true, false] == pytest.approx(group["network_right"].astype(float).mean())
