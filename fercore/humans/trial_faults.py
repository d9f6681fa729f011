"""What can be wrong with a trial table, cell by cell.

Cells come as text, as they stand in the file, so that every fault shows what the user wrote. All checks run over all
rows; a check is only skipped where the cells it compares are faulty themselves, so that one mistake is reported once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fercore import tables
from fercore.errors import RowFault
from fercore.humans.clicks import Clicks, parse_cells, text_array
from fercore.labels import LabelSet

ROUNDING_MS = 0.5
"""Times of one trial may disagree by this much: they may have been rounded to whole ms, durations to 0.001 s."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_PLAIN_NUMBER = r"^-?[0-9]{1,15}(\.[0-9]{1,20})?$"
"""Numbers as most programs write them, which are read many at a time."""

_TRUTH = {"1": True, "0": False, "1.0": True, "0.0": False, "true": True, "false": False}


class TrialChecks:
    """All checks of one table.

    Parameters
    ----------
    cells
        Text (`str`) of the columns of `tables.TRIALS`, one row per trial, with index 0, 1, ...
    lines
        (n,), line of each row in the file.
    plan
        `tables.PLAN` of the study.
    label_set
        The study's labels.
    side
        Side of the stored images, px.

    Attributes
    ----------
    faults
        Every offending cell, by line, then in the order of the columns.
    values
        The table with the types of `trial_table.read_trials`; only of use when there are no faults.
    """

    def __init__(
        self, cells: pd.DataFrame, lines: Sequence[int], plan: pd.DataFrame, label_set: LabelSet, side: int
    ) -> None:
        self._text = cells
        self._cells = {column: cells[column].to_numpy(dtype=object) for column in tables.TRIALS if column != "clicks"}
        self._lines = np.asarray(lines, dtype=np.intp)
        self._faulty = {column: np.zeros(len(cells), dtype=bool) for column in tables.TRIALS}
        self._faults: list[tuple[int, int, RowFault]] = []
        self._check_labels(plan, label_set)
        correct = self._check_correct()
        numbers = {
            "block": self._count("block", least=1),
            "trial": self._count("trial", least=1),
            "n_clicks": self._count("n_clicks", least=0),
            "first_click_ms": self._number("first_click_ms", may_be_empty=True),
            "decision_ms": self._number("decision_ms"),
            "decision_time_s": self._number("decision_time_s", may_be_empty=True),
        }
        self._check_duplicates(numbers)
        clicks = self._check_clicks(side)
        self._check_times(clicks, numbers)
        self.faults = [fault for *_, fault in sorted(self._faults, key=lambda entry: entry[:2])]
        self.values = cells
        if not self.faults:
            whole = {column: numbers[column].astype(np.int64) for column in ("block", "trial", "n_clicks")}
            self.values = self.values.assign(correct=correct, **{**numbers, **whole})

    def _blame(self, column: str, bad: np.ndarray, reason: str | Sequence[str], value: Sequence[object] = ()) -> None:
        """Record a fault in every row where ``bad`` holds; reason and value may differ from row to row."""
        place = tables.TRIALS.index(column)
        for k, row in enumerate(np.flatnonzero(bad)):
            why = reason if isinstance(reason, str) else reason[k]
            seen = value[k] if len(value) else self._text[column].iloc[row]
            line = int(self._lines[row])
            self._faults.append((line, place, RowFault(line, column, seen, why)))
        self._faulty[column] |= bad

    def _sound(self, *columns: str) -> NDArray[np.bool_]:
        sound: NDArray[np.bool_] = ~np.logical_or.reduce([self._faulty[column] for column in columns])
        return sound

    # ---------------------------------------------------------------- who, what, which answer

    def _check_labels(self, plan: pd.DataFrame, label_set: LabelSet) -> None:
        self._blame("participant", self._cells["participant"] == "", "is empty; every trial needs its participant")
        planned = pd.Index(plan["image"]).get_indexer(pd.Index(self._cells["image"], dtype=object))
        self._blame("image", planned < 0, "is not one of the study's experimental images")
        for column in ("true_label", "false_label"):
            label = self._cells[column]
            unknown = pd.Index(label_set.names).get_indexer(pd.Index(label, dtype=object)) < 0
            self._blame(column, unknown, f"is not a label of the study ({', '.join(label_set)})")
            expected = plan[column].to_numpy(dtype=object)[planned]
            differs = (planned >= 0) & self._sound(column) & (label != expected)
            self._blame(column, differs, [f"the plan has {name!r} for this image" for name in expected[differs]])
        true_label, false_label = self._cells["true_label"], self._cells["false_label"]
        response = self._cells["response"]
        wrong = self._sound("true_label", "false_label") & (response != true_label) & (response != false_label)
        options = zip(true_label[wrong], false_label[wrong], strict=True)
        self._blame("response", wrong, [f"is neither of the trial's options, {a!r} and {b!r}" for a, b in options])

    def _check_correct(self) -> NDArray[np.bool_]:
        written, spellings = pd.factorize(self._cells["correct"])
        truth = [_TRUTH.get(spelling.lower()) for spelling in spellings]
        self._blame("correct", np.array([value is None for value in truth], dtype=bool)[written], "is neither 1 nor 0")
        correct = np.array([bool(value) for value in truth], dtype=bool)[written]
        agrees = correct == (self._cells["response"] == self._cells["true_label"])
        sound = self._sound("correct", "response", "true_label", "false_label")
        self._blame("correct", sound & ~agrees, "does not follow from response and true_label")
        return correct

    def _check_duplicates(self, numbers: dict[str, NDArray[np.float64]]) -> None:
        names = {c: pd.factorize(self._cells[c])[0] for c in ("participant", "image")}
        keys = pd.DataFrame({**names, **numbers, "line": self._lines})
        for columns, column, what in (
            (("participant", "image"), "image", "this image"),
            (("participant", "block", "trial"), "trial", "this block and trial"),
        ):
            sound = self._sound(*columns)
            again = np.zeros(len(keys), dtype=bool)
            again[sound] = keys.loc[sound, list(columns)].duplicated()
            if not again.any():
                continue
            first = keys[sound].groupby(list(columns), sort=False)["line"].transform("first")[again[sound]]
            self._blame(column, again, [f"the participant has {what} already in line {line:.0f}" for line in first])

    # ---------------------------------------------------------------- numbers

    def _number(self, column: str, *, may_be_empty: bool = False) -> NDArray[np.float64]:
        """Read a column of numbers that are not negative; empty cells become NaN."""
        cells = self._cells[column]
        empty = cells == ""
        numbers = np.full(len(cells), np.nan)
        text = text_array(self._text[column])
        plain = pc.match_substring_regex(text, _PLAIN_NUMBER)
        numbers[plain.to_numpy(zero_copy_only=False)] = text.filter(plain).cast(pa.float64())
        for row in np.flatnonzero(np.isnan(numbers) & ~empty):
            numbers[row] = float(cells[row]) if _NUMBER.fullmatch(cells[row]) else np.nan
        if not may_be_empty:
            self._blame(column, empty, "is empty")
        self._blame(column, ~empty & ~np.isfinite(numbers), "is not a number")
        self._blame(column, numbers < 0, "is negative")
        return numbers

    def _count(self, column: str, *, least: int) -> NDArray[np.float64]:
        numbers = self._number(column)
        sound = self._sound(column)
        bad = sound & ((numbers != np.floor(numbers)) | (numbers < least) | (numbers > 2**31))
        self._blame(column, bad, f"is not a whole number from {least} on")
        return numbers

    # ---------------------------------------------------------------- clicks and times

    def _check_clicks(self, side: int) -> Clicks:
        clicks, reasons = parse_cells(self._text["clicks"])
        malformed = np.zeros(len(self._text), dtype=bool)
        malformed[list(reasons)] = True
        how = "write a list such as [[31, 83, 508]], or [] without clicks"
        self._blame("clicks", malformed, [f"{reason}; {how}" for reason in reasons.values()])
        inside = (clicks.x >= 0) & (clicks.x < side) & (clicks.y >= 0) & (clicks.y < side)
        self._blame_click(clicks, ~inside, f"lies outside the image of {side} x {side} px")
        self._blame_click(clicks, ~(clicks.t_ms >= 0) | ~np.isfinite(clicks.t_ms), "has a negative or impossible time")
        earlier = (clicks.rank > 0) & (np.diff(clicks.t_ms, prepend=0) < 0)
        self._blame_click(clicks, earlier, "comes earlier than the click before it")
        return clicks

    def _blame_click(self, clicks: Clicks, bad: np.ndarray, reason: str) -> None:
        rows, at = np.unique(clicks.trial[bad], return_index=True)
        worst = np.flatnonzero(bad)[at]
        faulty = np.zeros(len(self._lines), dtype=bool)
        faulty[rows] = True
        seen = [[float(clicks.x[k]), float(clicks.y[k]), float(clicks.t_ms[k])] for k in worst]
        self._blame("clicks", faulty, [f"click {clicks.rank[k] + 1} {reason}" for k in worst], seen)

    def _check_times(self, clicks: Clicks, numbers: dict[str, NDArray[np.float64]]) -> None:
        first, decision, seconds = (numbers[c] for c in ("first_click_ms", "decision_ms", "decision_time_s"))
        readable = self._sound("clicks")
        counted = readable & self._sound("n_clicks")
        differs = counted & (numbers["n_clicks"] != clicks.per_trial)
        reasons = [f"but clicks lists {n}" for n in clicks.per_trial[differs]]
        self._blame("n_clicks", differs, reasons)
        clicked = clicks.per_trial > 0
        for column in ("first_click_ms", "decision_time_s"):
            sound = readable & self._sound(column)
            empty = self._cells[column] == ""
            self._blame(column, sound & clicked & empty, "is empty, but the trial has clicks")
            self._blame(column, sound & ~clicked & ~empty, "must be empty in a trial without clicks")
        start, end = np.full(len(first), np.nan), np.full(len(first), np.nan)
        start[clicked] = clicks.t_ms[clicks.first[clicked]]
        end[clicked] = clicks.t_ms[(clicks.first + clicks.per_trial - 1)[clicked]]
        slack = ROUNDING_MS + 1e-6
        with np.errstate(invalid="ignore"):
            late = readable & self._sound("first_click_ms") & (np.abs(first - start) > slack)
            self._blame("first_click_ms", late, [f"but the first click is at {t:g} ms" for t in start[late]])
            early = readable & self._sound("decision_ms") & (decision < end - slack)
            self._blame("decision_ms", early, [f"comes before the last click at {t:g} ms" for t in end[early]])
            expected = (decision - first) / 1000
            off = np.abs(seconds - expected) > slack / 1000
            off &= self._sound("first_click_ms", "decision_ms", "decision_time_s")
        self._blame("decision_time_s", off, [f"but decision_ms - first_click_ms is {t:.3f} s" for t in expected[off]])
