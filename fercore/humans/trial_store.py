"""Where trials are kept: one SQL table per study, SQLite beside the study or a PostgreSQL database by URL.

Every import and every finished trial is one transaction: all of it is there, or nothing. On SQLite each writing
transaction starts with ``BEGIN IMMEDIATE``; a deferred one that reads before it writes fails at once when another
writer is ahead of it, whatever the busy timeout.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from fercore import tables
from fercore.errors import DamagedError, InputError

_METADATA = sa.MetaData()

_TRIALS = sa.Table(
    "trials",
    _METADATA,
    sa.Column("participant", sa.Text, primary_key=True),
    sa.Column("image", sa.Text, primary_key=True),
    sa.Column("block", sa.Integer, nullable=False),
    sa.Column("trial", sa.Integer, nullable=False),
    sa.Column("true_label", sa.Text, nullable=False),
    sa.Column("false_label", sa.Text, nullable=False),
    sa.Column("response", sa.Text, nullable=False),
    sa.Column("correct", sa.Boolean, nullable=False),
    sa.Column("n_clicks", sa.Integer, nullable=False),
    sa.Column("first_click_ms", sa.Double),
    sa.Column("decision_ms", sa.Double, nullable=False),
    sa.Column("decision_time_s", sa.Double),
    sa.Column("clicks", sa.Text, nullable=False),
    sa.Column("extra", sa.Text, nullable=False),
    sa.Column("simulated", sa.Boolean, nullable=False, index=True),
    sa.Column("checksum", sa.BigInteger, nullable=False, index=True),
    sa.UniqueConstraint("participant", "block", "trial"),
)

_COUNTS = ("block", "trial", "n_clicks")
_TIMES = ("first_click_ms", "decision_ms", "decision_time_s")
_TIMEOUT_S = 30.0


class TrialStore:
    """The trials of one study.

    Parameters
    ----------
    place
        Path of an SQLite file, made when first written, or the URL of a database (``postgresql+psycopg://...``).
    """

    def __init__(self, place: Path | str) -> None:
        self.place = place
        self._is_url = isinstance(place, str) and "://" in place

    def add(self, trials: pd.DataFrame, *, replace: bool = False) -> None:
        """Add trials in one transaction: all of them, or none.

        Parameters
        ----------
        trials
            `tables.TRIALS` with the types of `trial_table.read_trials`, and any extra columns, which are kept as JSON.
        replace
            Remove what the store holds before, in the same transaction.

        Raises
        ------
        InputError
            When columns are missing; when a participant's image, or a participant's block and trial, is there
            already; when simulated trials would be mixed with people's.
        """
        tables.require_columns(trials, tables.TRIALS, "The trial table")
        rows = _to_rows(trials)
        sources = {row["simulated"] for row in rows}
        with self._transaction(writes=True) as connection:
            if replace:
                connection.execute(sa.delete(_TRIALS))
            sources.update(connection.scalars(sa.select(_TRIALS.c.simulated).distinct()))
            if len(sources) > 1:
                raise InputError(
                    "Trials of simulated observers and trials of people cannot be in one study: simulated trials are "
                    "no evidence about people. Remove the others first (--replace), or use another study."
                )
            if rows:
                try:
                    connection.execute(sa.insert(_TRIALS), rows)
                except sa.exc.IntegrityError as error:
                    raise InputError(
                        "A trial is there twice: a participant has one trial per image, and one per block and trial "
                        f"number ({error.orig}). Nothing was added. Leave out what the study has already, or replace it."
                    ) from error

    def read(self) -> pd.DataFrame:
        """Give all trials, by participant, block and trial; `tables.TRIALS` and the extra columns, typed as when added.

        An empty store gives an empty table with the columns of `tables.TRIALS`.
        """
        columns = [_TRIALS.c[name] for name in (*tables.TRIALS, "extra")]
        order = (_TRIALS.c.participant, _TRIALS.c.block, _TRIALS.c.trial)
        rows: list[Any] = []
        if self._exists:
            with self._transaction() as connection:
                rows = list(connection.execute(sa.select(*columns).order_by(*order)))
        return _to_table(rows)

    def clear(self) -> None:
        """Remove all trials."""
        if self._exists:
            with self._transaction(writes=True) as connection:
                connection.execute(sa.delete(_TRIALS))

    @property
    def n_trials(self) -> int:
        """How many trials there are."""
        return self._count_and_sum()[0]

    def digest(self) -> str:
        """Name the present content cheaply: a token that changes when any trial does, whatever their order."""
        count, total = self._count_and_sum()
        return f"{count}-{total:x}"

    def _count_and_sum(self) -> tuple[int, int]:
        if not self._exists:
            return 0, 0
        with self._transaction() as connection:
            query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(_TRIALS.c.checksum), 0))
            count, total = connection.execute(query.select_from(_TRIALS)).one()
        return int(count), int(total)

    # ---------------------------------------------------------------- the database

    @property
    def _exists(self) -> bool:
        """Whether anything was ever written; asking makes no file."""
        if not self._is_url and not Path(self.place).is_file():
            return False
        with self._transaction() as connection:
            return sa.inspect(connection).has_table(_TRIALS.name)

    @cached_property
    def _engine(self) -> sa.Engine:
        if self._is_url:
            try:
                engine = sa.create_engine(str(self.place))
            except (sa.exc.ArgumentError, ImportError) as error:
                raise InputError(
                    f"{str(self.place)!r} cannot be used as a database URL: {error}. "
                    "Write postgresql+psycopg://user@host/name and install psycopg."
                ) from error
        else:  # no pool: a study's file is not held open between transactions
            url = sa.URL.create("sqlite", database=str(self.place))
            engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args={"timeout": _TIMEOUT_S})
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _prepare_sqlite)
            sa.event.listen(engine, "begin", _begin_sqlite)
        return engine

    @cached_property
    def _writer(self) -> sa.Engine:
        engine = self._engine.execution_options(fercore_writes=True)
        with engine.begin() as connection:
            _METADATA.create_all(connection)
        return engine

    @contextmanager
    def _transaction(self, *, writes: bool = False) -> Iterator[sa.Connection]:
        try:
            with (self._writer if writes else self._engine).begin() as connection:
                yield connection
        except sa.exc.DBAPIError as error:
            cure = (
                "Check the URL and that the database runs."
                if self._is_url
                else "Restore it from a backup, or import again."
            )
            raise DamagedError(f"The trials in {str(self.place)!r} cannot be used: {error.orig}. {cure}") from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("fercore_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _to_rows(trials: pd.DataFrame) -> list[dict[str, Any]]:
    extra_columns = [column for column in trials.columns if column not in tables.TRIALS]
    table = trials[list(tables.TRIALS)].astype(object)
    table = table.where(table.notna(), None)
    rows: list[dict[str, Any]] = []
    extras = trials[extra_columns].to_dict("records") if extra_columns else [{}] * len(trials)
    for row, extra in zip(table.to_dict("records"), extras, strict=True):
        plain = {str(column): _plain(value) for column, value in row.items()}
        kept = {str(column): _plain(value) for column, value in extra.items()}
        text = json.dumps([plain, kept], sort_keys=True)
        # 40 bits: the sum over any number of trials that a study can have stays within 64 bits
        checksum = int.from_bytes(hashlib.sha256(text.encode()).digest()[:5])
        simulated = kept.get("source") == "simulated"
        rows.append({**plain, "extra": json.dumps(kept), "simulated": simulated, "checksum": checksum})
    return rows


def _plain(value: Any) -> Any:
    """Give a cell as JSON can hold it."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (not isinstance(value, list | dict) and pd.isna(value)):
        return None
    return value if isinstance(value, str | bool | int | float | list | dict) else str(value)


def _to_table(rows: list[Any]) -> pd.DataFrame:
    table = pd.DataFrame([row[:-1] for row in rows], columns=list(tables.TRIALS))
    text = {column: "str" for column in tables.TRIALS if column not in (*_COUNTS, *_TIMES, "correct")}
    numbers = {**dict.fromkeys(_COUNTS, "int64"), **dict.fromkeys(_TIMES, "float64"), "correct": "bool"}
    table = table.astype({**text, **numbers})
    read = {text: json.loads(text) for text in {row[-1] for row in rows}}  # most often the same in all rows
    extras = [read[row[-1]] for row in rows]
    names = list(dict.fromkeys(name for extra in extras for name in extra))
    return table.assign(**{name: [extra.get(name) for extra in extras] for name in names})
