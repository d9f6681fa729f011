import numpy as np
import pytest

from fercore.findings.networks import readouts


def own_pair(study, true, false):
    pair = study.label_set.pair(true, false)
    return study.label_set.pairs.index(pair), int(pair.second == true)


def test_two_afc_asks_the_classifier_of_each_images_own_pair(full, settings):
    readout = readouts(full, full.run(), settings)["accuracy-90"]["experimental"]
    logits = full.run().outputs("accuracy-90", "experimental")
    right = 0
    for row, (true, false) in enumerate(zip(full.plan["true_label"], full.plan["false_label"], strict=True)):
        number, column = own_pair(full, true, false)
        right += logits[row, number, column] > logits[row, number, 1 - column]
    assert readout.two_afc.n == len(full.plan)
    assert readout.two_afc.value == pytest.approx(right / len(full.plan))


def test_on_validation_images_the_true_label_meets_every_other(full, settings):
    readout = readouts(full, full.run(), settings)["accuracy-90"]["validation"]
    labels = full.images.of_split("validation")["label"]
    logits = full.run().outputs("accuracy-90", "validation")
    right = []
    for row, true in enumerate(labels):
        for false in full.label_set:
            if false != true:
                number, column = own_pair(full, true, false)
                right.append(logits[row, number, column] > logits[row, number, 1 - column])
    assert readout.two_afc.n == 3 * len(labels) == len(right)
    assert readout.two_afc.value == pytest.approx(np.mean(right))
    assert readout.two_afc.ci.low < readout.two_afc.value < readout.two_afc.ci.high


def test_accuracy_is_the_diagonal_of_the_counts(full, settings):
    for by_split in readouts(full, full.run(), settings).values():
        readout = by_split["experimental"]
        for rule, share in readout.accuracy.items():
            assert share.value == pytest.approx((readout.winners[rule] == readout.true).mean())
            assert np.trace(readout.confusion[rule]) / 4 == pytest.approx(share.value)  # as many images of each label


def test_the_multiclass_network_needs_no_vote(full, settings):
    readout = readouts(full, full.run(), settings)["multiclass"]["experimental"]
    assert set(readout.accuracy) == {"multiclass"}
    logits = full.run().outputs("multiclass", "experimental")
    np.testing.assert_array_equal(readout.winners["multiclass"], logits.argmax(axis=1))


def test_without_one_pair_there_is_no_vote_and_its_conditions_are_left_out(bare, fill, settings):
    study = fill(bare, run="partial", regimes=("epochs-3",), missing=("happy-sad",))
    readout = readouts(study, study.run(), settings)["epochs-3"]["experimental"]
    assert readout.accuracy == readout.confusion == {}
    shown = {frozenset(pair) for pair in zip(study.plan["true_label"], study.plan["false_label"], strict=True)}
    assert frozenset(("happy", "sad")) in shown
    assert readout.two_afc.n == len(study.plan) - 4
