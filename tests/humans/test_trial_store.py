from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from fercore import tables
from fercore.errors import DamagedError, InputError
from fercore.humans.trial_store import TrialStore


@pytest.fixture
def kept(tmp_path: Path) -> TrialStore:
    return TrialStore(tmp_path / "trials.db")


def test_trials_come_back_with_their_types_and_extra_columns(kept: TrialStore, trials: pd.DataFrame) -> None:
    kept.add(trials)
    pd.testing.assert_frame_equal(kept.read(), trials)
    assert kept.n_trials == len(trials)


def test_an_empty_store_gives_an_empty_table_and_makes_no_file(kept: TrialStore) -> None:
    table = kept.read()
    assert list(table.columns) == list(tables.TRIALS)
    assert table.empty
    assert table["correct"].dtype == bool
    assert (kept.n_trials, kept.digest()) == (0, "0-0")
    kept.clear()
    assert not Path(kept.place).exists()


def test_extra_columns_keep_numbers_text_truth_and_gaps(kept: TrialStore, people_trials: pd.DataFrame) -> None:
    extras = pd.DataFrame({"age": [20, 31], "hand": ["left", None], "glasses": [True, False], "score": [0.5, np.nan]})
    two = pd.concat([people_trials.head(2), extras], axis=1)
    kept.add(two)
    again = kept.read()
    assert list(again["age"]) == [20, 31]
    assert list(again["glasses"]) == [True, False]
    assert again["hand"].isna().tolist() == [False, True]
    assert again["score"].isna().tolist() == [False, True]


def test_trials_without_clicks_have_no_times(kept: TrialStore, people_trials: pd.DataFrame) -> None:
    one = people_trials.head(1).assign(n_clicks=0, clicks="[]", first_click_ms=np.nan, decision_time_s=np.nan)
    kept.add(one)
    pd.testing.assert_frame_equal(kept.read(), one)


def test_an_import_is_all_or_nothing(kept: TrialStore, people_trials: pd.DataFrame) -> None:
    kept.add(people_trials.iloc[50:60])
    before = kept.digest()
    with pytest.raises(InputError, match="there twice"):
        kept.add(people_trials)
    assert (kept.n_trials, kept.digest()) == (10, before)


def test_a_participant_has_one_trial_per_block_and_number(kept: TrialStore, people_trials: pd.DataFrame) -> None:
    two = people_trials.head(2).assign(block=1, trial=1)
    with pytest.raises(InputError, match="there twice"):
        kept.add(two)
    assert kept.n_trials == 0


def test_replacing_is_one_transaction_too(kept: TrialStore, people_trials: pd.DataFrame, trials: pd.DataFrame) -> None:
    kept.add(people_trials)
    before = kept.digest()
    with pytest.raises(InputError, match="there twice"):
        kept.add(pd.concat([trials, trials]), replace=True)
    assert kept.digest() == before
    kept.add(trials, replace=True)
    assert set(kept.read()["source"]) == {"simulated"}


def test_simulated_trials_are_never_pooled_with_peoples(
    kept: TrialStore, people_trials: pd.DataFrame, trials: pd.DataFrame
) -> None:
    mixed = pd.concat([trials.head(5), people_trials.iloc[5:9]])
    with pytest.raises(InputError, match="no evidence about people"):
        kept.add(mixed)
    kept.add(people_trials.head(5))
    with pytest.raises(InputError, match="no evidence about people"):
        kept.add(trials.iloc[5:9])
    kept.add(people_trials.iloc[5:9].assign(source="laboratory"))
    assert kept.n_trials == 9


def test_the_digest_names_content_and_not_order(tmp_path: Path, people_trials: pd.DataFrame) -> None:
    one, other = TrialStore(tmp_path / "one.db"), TrialStore(tmp_path / "other.db")
    one.add(people_trials.head(20))
    other.add(people_trials.iloc[10:20])
    assert one.digest() != other.digest()
    other.add(people_trials.head(10))
    assert one.digest() == other.digest()
    changed = people_trials.head(20).copy()
    changed.loc[3, "decision_ms"] += 1
    other.add(changed, replace=True)
    assert one.digest() != other.digest()
    one.clear()
    assert (one.n_trials, one.digest()) == (0, "0-0")


def test_many_writers_at_once_lose_nothing(tmp_path: Path, people_trials: pd.DataFrame) -> None:
    path = tmp_path / "trials.db"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda row: TrialStore(path).add(people_trials.iloc[[row]]), range(64)))
    assert TrialStore(path).n_trials == 64


def test_the_file_is_in_wal_mode_and_writers_begin_immediately(kept: TrialStore, people_trials: pd.DataFrame) -> None:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        kept.add(people_trials.head(1))
        written = len(statements)
        kept.read()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert {s for s in statements[:written] if s.startswith("BEGIN")} == {"BEGIN IMMEDIATE"}
    assert {s for s in statements[written:] if s.startswith("BEGIN")} == {"BEGIN"}
    with sqlite3.connect(kept.place) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_url_is_accepted(tmp_path: Path, people_trials: pd.DataFrame) -> None:
    kept = TrialStore(f"sqlite:///{tmp_path / 'by-url.db'}")
    assert kept.read().empty
    kept.add(people_trials)
    pd.testing.assert_frame_equal(TrialStore(tmp_path / "by-url.db").read(), people_trials)


@pytest.mark.parametrize("url", ["nosuchdb://host/name", "postgresql+nosuchdriver://host/name", "://"])
def test_a_url_that_cannot_be_used_says_so(url: str) -> None:
    with pytest.raises(InputError, match="cannot be used as a database URL"):
        TrialStore(url).read()


def test_a_file_that_is_no_database_says_so(tmp_path: Path, people_trials: pd.DataFrame) -> None:
    (tmp_path / "trials.db").write_text("participant,block\n" * 100)
    kept = TrialStore(tmp_path / "trials.db")
    with pytest.raises(DamagedError, match="not a database"):
        kept.read()
    with pytest.raises(DamagedError, match="not a database"):
        kept.add(people_trials)
