"""What many trials uncovered, one bit per pixel.

An image lies in words of 64 pixels, one column of words after the other, each from top to bottom. So a disc is one or two
short runs of words, and to paint it is to OR some hundred bytes. How many trials uncovered a pixel is added up in bits
too, 64 pixels at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercore.humans.discs import disc_reach, disc_runs

_BITS = 64
_WORD = np.dtype("<u8")

Words = NDArray[np.uint64]
Stamps = Callable[[np.ndarray], Words]
"""Gives the discs of some clicks, by their numbers (n,): words (n, n_rows), bit 0 the leftmost column of the word."""


class Canvas:
    """The images of several trials, to paint discs on.

    Parameters
    ----------
    n_trials
        Number of trials.
    side
        Side of the image, px.
    radius_px
        Radius of a disc, px.
    """

    def __init__(self, n_trials: int, side: int, radius_px: float) -> None:
        self._side, self._radius_px, self._reach = side, radius_px, disc_reach(radius_px)
        self._width = 2 * self._reach + 1  # of a disc
        self._height = side + 2 * self._reach  # discs reach beyond the upper and the lower edge
        self._words: Words = np.zeros((n_trials, -(-side // _BITS), self._height), _WORD)

    def paint(self, trial: np.ndarray, rank: np.ndarray, x: np.ndarray, y: np.ndarray) -> None:
        """Paint discs.

        Parameters
        ----------
        trial
            (n,): number of the trial that each disc belongs to.
        rank
            (n,): number of the disc in its trial, from 0; no two of a trial are the same.
        x, y
            (n,): centres in px, in [0, side).
        """
        order = np.argsort(rank.astype(np.min_scalar_type(rank.max(initial=0))), kind="stable")
        trial, rank, x, y = trial[order], rank[order], x[order], y[order]
        column, row = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
        word, shift = np.divmod(column - self._reach, _BITS)
        n_words = self._words.shape[1]
        at = (trial * n_words + word) * self._height + row
        for number, stamps in enumerate(self._stamps(x - column, y - row)):
            for beyond in (0, 1):  # a disc lies across two words, unless it ends before the second
                to = word + number + beyond
                there = (to >= 0) & (to < n_words)
                if beyond:
                    there &= shift + min(self._width - number * _BITS, _BITS) > _BITS
                some = np.flatnonzero(there)
                by = (_BITS - shift[some] if beyond else shift[some]).astype(_WORD)
                move = np.right_shift if beyond else np.left_shift
                self._or(stamps, some, rank[some], at[some] + (number + beyond) * self._height, by, move)

    def _or(
        self, stamps: Stamps, clicks: np.ndarray, rank: np.ndarray, at: np.ndarray, by: Words, move: np.ufunc
    ) -> None:
        """Paint words of discs from the words ``at`` downwards, each moved ``by`` bits."""
        run = np.dtype((np.void, self._width * _WORD.itemsize))  # copied as one
        n_runs = self._words.size - self._width + 1
        runs = np.ndarray(max(n_runs, 0), run, self._words, strides=(_WORD.itemsize,))
        for start, stop in pairwise(
            [0, *np.cumsum(np.bincount(rank))]
        ):  # one disc of a trial at a time: none meets another
            own = slice(start, stop)
            painted = stamps(clicks[own])
            move(painted, by[own, None], out=painted)
            painted |= runs[at[own]].view(_WORD).reshape(painted.shape)
            runs[at[own]] = painted.view(run)[:, 0]

    def _stamps(self, x: np.ndarray, y: np.ndarray) -> list[Stamps]:
        """Give what looks up the discs of clicks at some places in their pixels, (n,) each: word after word of the disc.

        Where positions were recorded with few decimals, the same places come again and again, and their discs are drawn once.
        """
        words = range(-(-self._width // _BITS))
        (column, columns), (row, rows) = pd.factorize(x), pd.factorize(y)
        if len(columns) * len(rows) < len(x):
            place = column * len(rows) + row
            across, down = np.repeat(columns, len(rows)), np.tile(rows, len(columns))
            return [partial(_look_up, self._draw(across, down, word), place) for word in words]

        def draw(word: int, clicks: np.ndarray) -> Words:
            return self._draw(x[clicks], y[clicks], word)

        return [partial(draw, word) for word in words]

    def _draw(self, x: np.ndarray, y: np.ndarray, word: int) -> Words:
        start, stop = (edges + self._reach for edges in disc_runs(x, y, self._radius_px))
        below = np.tri(self._width + 1, _BITS, -1 - word * _BITS, dtype=np.bool_)  # row k: the bits before bit k
        words = np.packbits(below, axis=1, bitorder="little").view(_WORD)[:, 0]
        drawn: Words = words.take(stop) ^ words.take(start)
        return drawn

    @property
    def _image(self) -> Words:
        return self._words[:, :, self._reach : self._reach + self._side]

    def seen(self) -> NDArray[np.bool_]:
        """Give the union of the discs of every trial, (n_trials, side, side)."""
        return self._unpack(self._image).view(np.bool_)

    def count(self, first: np.ndarray) -> NDArray[np.unsignedinteger]:
        """Count the trials that uncovered each pixel, group by group: (n_groups, side, side).

        ``first`` (n_groups,) says with which trial each group begins, ascending; it ends where the next one begins.

        The binary digits of 64 counts lie in as many words, and a trial is added to all of them at once, carrying over.
        """
        n = np.diff(first, append=len(self._words))
        digits: list[Words] = []
        for number in range(n.max(initial=0)):
            there = np.flatnonzero(n > number)
            carry = np.zeros((len(first), *self._image.shape[1:]), _WORD)
            carry[there] = self._image[first[there] + number]
            for digit in digits:
                carried = digit & carry
                digit ^= carry
                carry = carried
            if number & (number + 1) == 0:  # after 1, 2, 4, ... trials the count has one digit more
                digits.append(carry)
        counts = np.zeros((len(first), self._side, self._side), np.min_scalar_type(n.max(initial=0)))
        for place, digit in enumerate(digits):
            counts += self._unpack(digit).astype(counts.dtype, copy=False) << place
        return counts

    def _unpack(self, words: Words) -> NDArray[np.uint8]:
        """Give the bits of words (n, n_words, side) as pixels, (n, side, side)."""
        rows = np.ascontiguousarray(words.swapaxes(1, 2)).view(np.uint8)
        return np.unpackbits(rows, axis=-1, bitorder="little", count=self._side)


def _look_up(drawn: Words, place: np.ndarray, clicks: np.ndarray) -> Words:
    found: Words = drawn.take(place[clicks], axis=0)
    return found
