"""Searches for a number, and interpolation for one, that loops do by algorithms of the extension.

They are those of NumPy's, which may change: before its first use each is compared with NumPy's function, on
numbers that are sorted and on some that are not.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np

from . import _native
from ._checked import Checked

_RIGHT, _FLOATS, _HALVES = 1, 2, 16
_BOTH_ENDS, _INT_PLACES, _INT_VALUES = 3, 4, 8
#: In front of all and behind, as the extension has them for comparisons.
_LEFT_VALUE, _RIGHT_VALUE = -7.5, np.nan

_SIDES: tuple[tuple[Literal["left", "right"], int], ...] = (("left", 0), ("right", _RIGHT))
_SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 2.0, 2.5]


def _rows() -> Iterator[np.ndarray[Any, Any]]:
    """Numbers in a row, of lengths around those at which algorithms change."""
    draw = np.random.RandomState(7)
    for length in (*range(1, 22), 64, 257):
        row = draw.randint(-9, 9, length) * 0.5
        yield from (row, np.sort(row), np.cumsum(np.abs(row) + 0.25))
        yield np.sort(np.where(draw.random_sample(length) < 0.2, np.inf, row))
        yield np.where(draw.random_sample(length) < 0.2, draw.choice(_SPECIAL, length), row)


def _keys(row: np.ndarray[Any, Any]) -> list[float]:
    return [*_SPECIAL, *row[:: max(1, len(row) // 9)].tolist(), *(row[-9:] + 0.125).tolist()]


def _searched(how: int) -> bool:
    for row in _rows():
        ints = np.nan_to_num(row * 3, posinf=90, neginf=-90).astype("i8")
        for side, flag in _SIDES:
            for x in _keys(row):
                if _native.search(False, row, row, x, how | flag | _FLOATS) != np.searchsorted(row, x, side):
                    return False
            for k in range(-90, 97, 17):
                if _native.search(False, ints, ints, k, how | flag) != np.searchsorted(ints, k, side):
                    return False
    return True


def _interpolated() -> bool:
    for row in _rows():
        values = np.roll(row, 1) * 0.75
        ints = np.arange(len(row)) % 5
        for x in _keys(row):
            pairs = [
                (_native.search(True, row, values, x, 0), np.interp(x, row, values)),
                (
                    _native.search(True, row, values, x, _BOTH_ENDS),
                    np.interp(x, row, values, _LEFT_VALUE, _RIGHT_VALUE),
                ),
                (_native.search(True, ints, values, x, _INT_PLACES), np.interp(x, ints, values)),
                (_native.search(True, row, ints, x, _INT_VALUES), np.interp(x, row, ints)),
            ]
            if any(np.float64(a).tobytes() != np.float64(b).tobytes() for a, b in pairs):
                return False
    return True


_SAME: dict[str, Callable[[], bool]] = {
    "searchsorted": lambda: _searched(0),
    "searchsorted_by_halves": lambda: _searched(_HALVES),
    "interp": _interpolated,
}


@functools.cache
def alike(name: str) -> bool:
    """Whether the extension gives what NumPy's function gives, to the bit."""
    with np.errstate(all="ignore"):
        return _SAME[name]()


#: The functions that are alike, by name.
checked = Checked(_SAME, alike, lambda _: _native.search)
