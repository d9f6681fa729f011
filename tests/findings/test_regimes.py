import shutil

import numpy as np
import pytest
from scipy import stats

from fercore.comparison.error_consistency import error_consistency
from fercore.errors import MissingError
from fercore.findings.faces import face_table
from fercore.findings.networks import readouts
from fercore.findings.regimes import MEASURES, regime_table
from fercore.store import write_json
from fercore.study import Study


@pytest.fixture
def seeds(full, fill, tmp_path):
    """The study with three runs that differ in seed and outputs."""
    folder = tmp_path / "studies" / "full"
    shutil.copytree(full.folder, folder)
    for seed in (1, 2):
        fill(Study(folder), run=f"seed{seed}", seed=seed)
    return Study(folder)


@pytest.fixture
def table(seeds, settings):
    return regime_table(seeds, settings)


def test_every_regime_has_every_measure_of_every_seed(table, seeds):
    run = seeds.run()
    counts = table.values.groupby(["regime", "measure"]).size()
    assert set(counts.index.get_level_values("regime")) == set(run.regimes)
    assert set(counts.index.get_level_values("measure")) == set(MEASURES)
    assert (counts == 3).all()


def test_a_summary_is_the_mean_over_seeds_with_students_interval(table, seeds, settings):
    regime = seeds.run().pair_regime
    own = [readouts(seeds, seeds.run(name), settings)[regime]["experimental"].two_afc.value for name in seeds.run_names]
    row = table.summary.query("regime == @regime and measure == 'two_afc'").iloc[0]
    assert row["mean"] == pytest.approx(np.mean(own))
    low, high = stats.t.interval(0.95, 2, np.mean(own), stats.sem(own))
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((low, high))
    assert row["n_seeds"] == 3


def test_measures_that_rest_on_few_images_say_so(table):
    assert set(table.warnings) == {"two_afc", "kappa"}
    assert all("Only 24" in text for text in table.warnings.values())


def test_contrasts_are_taken_within_seeds(table):
    other = next(regime for regime in table.summary["regime"] if regime != table.reference)
    row = table.contrasts.query("regime == @other and measure == 'two_afc'").iloc[0]
    wide = table.values.query("measure == 'two_afc'").pivot(index="seed", columns="regime", values="value")
    assert row["difference"] == pytest.approx((wide[other] - wide[table.reference]).mean())


def test_kappa_is_the_mean_over_people(table, seeds):
    run = seeds.run("seed1")
    right = face_table(seeds, run)["network_right"].astype(float).to_numpy()
    kappas = []
    for _, trials in seeds.kept_trials.groupby("participant"):
        answers = trials.set_index("image")["correct"].reindex(list(seeds.plan["image"])).astype(float)
        kappas.append(error_consistency(right, answers.to_numpy()).kappa)
    value = table.values.query("run == 'seed1' and measure == 'kappa' and regime == @run.pair_regime")["value"].item()
    assert value == pytest.approx(np.nanmean(kappas))


def test_runs_trained_otherwise_stay_apart(seeds, settings):
    card = seeds.run("seed2").card
    changed = card | {"training": card["training"] | {"learning_rate": 0.5}}
    write_json(seeds.folder / "runs" / "seed2" / "run.json", changed)
    assert set(regime_table(seeds, settings).values["run"]) == {"first", "seed1"}


def test_a_study_without_runs_says_what_to_do(bare, settings):
    with pytest.raises(MissingError, match="fercore train"):
        regime_table(bare, settings)
