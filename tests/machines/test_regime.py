import pytest

from fercore.errors import InputError, UnknownNameError
from fercore.machines.regime import REGIMES, find_regime, regime_names
from fercore.settings import TrainingSettings

SETTINGS = TrainingSettings(max_epochs=7, multiclass_epochs=5)


def test_accuracy_ends_at_its_goal_and_at_the_cap():
    regime = find_regime("accuracy-85", SETTINGS)
    assert (regime.name, regime.max_epochs, regime.pairwise) == ("accuracy-85", 7, True)
    assert regime.is_reached(0.85)
    assert not regime.is_reached(0.8499)


def test_epochs_end_after_their_number_whatever_the_accuracy():
    regime = find_regime("epochs-12", SETTINGS)
    assert (regime.name, regime.max_epochs, regime.is_reached(1.0)) == ("epochs-12", 12, False)


def test_multiclass_is_one_classifier_of_all_labels():
    regime = find_regime("multiclass", SETTINGS)
    assert (regime.max_epochs, regime.pairwise) == (5, False)


@pytest.mark.parametrize("name", ["acuracy-90", "epoch-3", "fast", "accuracy-x", ""])
def test_an_unknown_name_is_answered_with_names_that_work(name):
    with pytest.raises(UnknownNameError, match=r"accuracy-90|epochs-30"):
        find_regime(name, SETTINGS)


@pytest.mark.parametrize("name", ["accuracy", "accuracy-0", "accuracy-101", "epochs", "epochs-0", "multiclass-40"])
def test_a_number_that_does_not_fit_is_named(name):
    with pytest.raises(InputError, match=r"None|0|101|40"):
        find_regime(name, SETTINGS)


def test_every_regime_has_an_example_that_is_read_back():
    assert len(regime_names()) == len(REGIMES.names())
    for name in regime_names():
        assert find_regime(name, SETTINGS).name == name


@pytest.mark.parametrize("name", ["finetuned", "finetuned-held-out", "attention-guided"])
def test_regimes_that_learn_from_people_say_which_experimental_images_they_show(name):
    regime = find_regime(name, SETTINGS)
    assert regime.learns_from_people
    assert regime.experimental_images == ("own" if name == "finetuned" else "others")
    with pytest.raises(InputError, match="takes its epochs from the setting"):
        find_regime(f"{name}-5", SETTINGS)


def test_whoever_goes_on_from_a_regime_goes_on_from_one_that_exists():
    for name in regime_names():
        base = find_regime(name, SETTINGS).base
        assert base is None or find_regime(base, SETTINGS).base is None
