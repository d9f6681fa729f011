from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

import fercore
from fercore.errors import SettingsError
from fercore.humans.click_maps import click_maps, participant_maps
from fercore.humans.clicks import read_clicks
from fercore.humans.exclusion import exclude
from fercore.humans.performance import accuracy, condition_means
from fercore.humans.simulation import simulate, usual_places
from fercore.humans.simulators.click_reveal import MAX_CLICKS, ClickRevealSettings
from fercore.humans.trial_table import check_trials
from fercore.labels import LabelSet
from fercore.settings import ExclusionSettings

SHIPPED = Path(fercore.__file__).parent / "default_study"
SIDE = 64
DEFAULTS = ClickRevealSettings()


def observe(
    plan: pd.DataFrame, *, n: int = 8, seed: int = 1, maps: np.ndarray | None = None, **changes: float
) -> pd.DataFrame:
    maps = usual_places(plan) if maps is None else maps
    return simulate(maps, plan, None, LabelSet(), SIDE, replace(DEFAULTS, **changes), n, seed)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    knowledge=st.sampled_from([0.0, 1.0, 3.0]),
    radius=st.sampled_from([0.03, 1 / 14, 0.3]),
    patience=st.sampled_from([1.0, 7.0, 200.0]),
    bound=st.sampled_from([0.1, 1.5, 50.0]),
    motor_sd=st.sampled_from([0.0, 0.025, 1.0]),
)
def test_tables_are_sound_whatever_the_parameters(
    plan: pd.DataFrame, seed: int, knowledge: float, radius: float, patience: float, bound: float, motor_sd: float
) -> None:
    few = plan.head(4)
    trials = observe(
        few, n=4, seed=seed, knowledge=knowledge, radius=radius, patience=patience, bound=bound, motor_sd=motor_sd
    )
    check_trials(trials, few, LabelSet(), SIDE)
    assert trials["n_clicks"].between(1, MAX_CLICKS).all()
    assert (trials["decision_time_s"] > 0).all()


def test_one_guesses_and_one_skips_a_block(plan: pd.DataFrame) -> None:
    trials = observe(plan, n=12)
    n_trials = trials.groupby("participant").size()
    assert n_trials["sim-11"] == 42
    assert (n_trials.drop("sim-11") == 56).all()
    assert trials.loc[trials["participant"] == "sim-12", "n_clicks"].max() <= 2
    everybody = observe(plan, n=12, guesser=False, skipper=False)
    assert (everybody.groupby("participant").size() == 56).all()
    assert everybody.loc[everybody["participant"] == "sim-12", "n_clicks"].max() > 2


def test_without_evidence_people_are_at_chance(plan: pd.DataFrame) -> None:
    trials = observe(plan, n=30, drift=0, drift_condition_sd=0, drift_image_sd=0)
    assert 0.46 < accuracy(trials) < 0.54


def test_more_evidence_makes_people_better_and_quicker(plan: pd.DataFrame) -> None:
    weak, strong = (observe(plan, n=20, drift=drift) for drift in (2.0, 10.0))
    assert accuracy(strong) > accuracy(weak) + 0.1
    assert strong["n_clicks"].mean() < weak["n_clicks"].mean()
    assert strong["decision_time_s"].mean() < weak["decision_time_s"].mean()


def test_knowing_where_to_look_helps(plan: pd.DataFrame) -> None:
    maps = np.full((len(plan), 56, 56), 1e-6)
    maps[:, 18:22, 17:21] = 1  # all that matters lies at one place of the left eye
    knowing, blind = (observe(plan, n=20, maps=maps, knowledge=knowledge) for knowledge in (1.0, 0.0))
    assert accuracy(knowing) > accuracy(blind) + 0.03


def test_clicks_go_where_the_labels_differ(plan: pd.DataFrame) -> None:
    maps = usual_places(plan).astype(float)
    maps[:28, :, 28:] *= 0.02  # the first half of the faces differs on the left only, the other half on the right only
    maps[28:, :, :28] *= 0.02
    trials = observe(plan, n=10, maps=maps)
    left = trials["image"].isin(plan["image"][:28])
    assert read_clicks(trials.loc[left, "clicks"]).x.mean() < 0.45 * SIDE
    assert read_clicks(trials.loc[~left, "clicks"]).x.mean() > 0.55 * SIDE


def test_difficult_conditions_follow_the_paper(plan: pd.DataFrame) -> None:
    trials = observe(plan, n=40, drift_image_sd=0, lapse=0)
    means = condition_means(trials, LabelSet()).set_index(["true_label", "false_label"])["accuracy"]
    assert means["contempt", "neutral"] < means["surprise", "neutral"] - 0.1
    assert means["fear", "surprise"] < means["fear", "happy"] - 0.1


def test_settings_change_the_digest_in_every_row(plan: pd.DataFrame) -> None:
    few = plan.head(4)
    digests = {observe(few, n=1, drift=drift)["parameters"][0] for drift in (5.2, 5.3)}
    assert len(digests) == 2


@pytest.mark.parametrize("impossible", [{"radius": 0.0}, {"bound": -1.0}, {"lapse": 1.0}])
def test_impossible_settings_are_refused(impossible: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="nobody can answer"):
        ClickRevealSettings(**impossible)


def test_nobody_skips_the_only_block(plan: pd.DataFrame) -> None:
    few = plan.head(4)
    trials = simulate(usual_places(few), few, None, LabelSet(), SIDE, ClickRevealSettings(n_blocks=1), 4, 0)
    assert (trials.groupby("participant").size() == 4).all()


# ---------------------------------------------------------------- acceptance on the rendered faces of the default study


@dataclass(frozen=True)
class Shipped:
    """The experimental faces of the default study."""

    plan: pd.DataFrame
    landmarks: pd.DataFrame
    maps: np.ndarray
    side: int

    def trials(self, seed: int, **changes: float) -> pd.DataFrame:
        return simulate(
            self.maps, self.plan, self.landmarks, LabelSet(), self.side, replace(DEFAULTS, **changes), 24, seed
        )


@pytest.fixture(scope="module")
def shipped() -> Shipped:
    truth = {name: array.astype(np.float64) for name, array in load_file(SHIPPED / "truth.safetensors").items()}
    return Shipped(
        plan=pd.read_csv(SHIPPED / "plan.csv", dtype=str),
        landmarks=pd.read_parquet(SHIPPED / "landmarks.parquet"),
        maps=np.sqrt(truth["motion"] * truth["appearance"]),
        side=128,
    )


@pytest.fixture(scope="module")
def accepted(shipped: Shipped) -> pd.DataFrame:
    """One row of summary numbers per seed, after exclusion, ten seeds."""
    rows = []
    for seed in range(10):
        trials = shipped.trials(seed)
        outcome = exclude(trials, shipped.plan, ExclusionSettings())
        kept = trials[trials["participant"].isin(outcome.kept)]
        means = condition_means(kept, LabelSet())
        r = means[["accuracy", "clicks", "time_s"]].corr()
        rows.append(
            {
                "accuracy": accuracy(kept),
                "condition_sd": means["accuracy"].std(ddof=1),
                "n_kept": len(outcome.kept),
                "clicks": kept["n_clicks"].mean(),
                "clicks_time": r.loc["clicks", "time_s"],
                "clicks_accuracy": r.loc["clicks", "accuracy"],
                "time_accuracy": r.loc["time_s", "accuracy"],
                "guesser": outcome.participants["accuracy"].iloc[-1],
                **reliability(kept, shipped),
            }
        )
    return pd.DataFrame(rows)


def reliability(kept: pd.DataFrame, shipped: Shipped) -> dict[str, float]:
    """Correlate the maps of two halves of people, of the same image (Spearman-Brown) and of another image."""
    maps, correct = participant_maps(kept, shipped.plan, shipped.side, shipped.side * DEFAULTS.radius, grid=56)
    halves = [maps[half::2].sum(axis=0) / np.maximum(correct[half::2].sum(axis=0), 1)[:, None, None] for half in (0, 1)]
    one, two = (half.reshape(len(half), -1) for half in halves)
    seen = (one.std(axis=1) > 0) & (two.std(axis=1) > 0)
    one, two = one[seen], two[seen]
    same = np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(one, two, strict=True)])
    other = np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(one, np.roll(two, 37, axis=0), strict=True)])
    return {"spearman_brown": float((2 * same / (1 + same)).mean()), "other_image": float(other.mean())}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "low", "high"),
    [
        ("accuracy", 0.83, 0.855),
        ("clicks_time", 0.90, 0.96),
        ("clicks_accuracy", -0.70, -0.50),
        ("time_accuracy", -0.74, -0.55),
        ("condition_sd", 0.10, 0.125),
        ("n_kept", 22, 22),
        ("clicks", 4.2, 5.0),
        ("spearman_brown", 0.77, 0.84),
        ("guesser", 0.40, 0.60),
    ],
)
def test_means_over_ten_seeds_are_accepted(accepted: pd.DataFrame, number: str, low: float, high: float) -> None:
    assert low <= accepted[number].mean() <= high


@pytest.mark.slow
def test_maps_of_an_image_agree_more_than_maps_of_two_images(accepted: pd.DataFrame) -> None:
    assert accepted["spearman_brown"].mean() > accepted["other_image"].mean() + 0.05


@pytest.mark.slow
def test_on_the_shipped_faces_knowledge_helps_and_no_drift_is_chance(shipped: Shipped) -> None:
    def mean_accuracy(**changes: float) -> float:
        return float(np.mean([accuracy(shipped.trials(seed, **changes)) for seed in range(3)]))

    assert mean_accuracy(knowledge=0.0) < mean_accuracy()
    assert 0.47 <= mean_accuracy(drift=0.0) <= 0.53


@pytest.mark.slow
def test_a_small_part_of_the_face_is_uncovered(shipped: Shipped) -> None:
    trials = shipped.trials(0)
    covered = click_maps(trials, shipped.side, shipped.side * DEFAULTS.radius, grid=56).mean()
    assert 0.04 < covered < 0.09
