"""Work that NumPy does faster is left to it, but not what leaving would do twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import hits
from slipstream import jit

SIDE = 180  # an update of so many squared elements alone is left to NumPy


def by_product(x: Any, a: Any) -> None:
    x += a @ a[0]


def by_sum(x: Any, a: Any) -> None:
    x += np.cumsum(a, axis=0)[-1]


def whole(x: Any, a: Any) -> None:
    x[:] = np.sort(a, axis=0)[0] + np.triu(a)[0]


def alone(x: Any, a: Any) -> None:
    a += a.T.copy().T


def by_extremes(x: Any, a: Any) -> None:
    a *= 1 / (1 + a.max() - a.min())


@pytest.mark.parametrize("f", [by_product, by_sum, whole, alone, by_extremes])
def test_what_calls_have_worked_is_kept(f: Callable[..., Any]) -> None:
    fast = jit(f)
    for _ in range(4):
        given = [(np.arange(float(SIDE)), np.arange(float(SIDE * SIDE)).reshape(SIDE, SIDE)) for _ in "ab"]
        assert not differences(outcome(f, *given[0]), outcome(fast, *given[1]))
    assert f in (alone, by_extremes) or hits(fast) == 4


def five_points(a: Any, b: Any) -> Any:
    b[1:-1, 1:-1] = (a[1:-1, 2:] + a[1:-1, :-2] + a[2:, 1:-1] + a[:-2, 1:-1]) * a.dtype.type(2)
    return a[1:, 1:] - b[:-1, :-1]


@pytest.mark.parametrize("dtype", ["f8", "f4", "i4", "i8", "u1", "c16", "?"])
def test_rows_of_every_length(dtype: str) -> None:
    """Short rows are one call each where a kernel takes few elements cheaply."""
    plain = five_points if dtype != "?" else lambda a, b: (a[1:, 1:] & b[1:, 1:]) | a[:-1, 1:]
    fast = jit(plain)
    for n in [*range(1, 40), 63, 64, 65]:
        rows = 2500 // n + 3
        values = (np.arange(rows * (n + 2)) * 7919 % 97).astype(dtype).reshape(rows, n + 2)
        found = differences(outcome(plain, values, values.copy()), outcome(fast, values, values.copy()))
        assert not found, (dtype, n, found)
    assert hits(fast) >= (38 if dtype in ("f8", "i8") else 1)


def columns(a: Any, k: int) -> Any:
    b = 0.25 * (a[1:, :, k + 1] + a[:-1, :, k + 1])
    a[1:, :, k] = b * 0.5 + 1.0 - a[:-1, :, k]
    return b


def test_columns_of_a_block() -> None:
    fast = jit(columns)
    for k in range(4):
        given = [np.arange(61.0 * 60 * 6).reshape(61, 60, 6) % 101 for _ in "ab"]
        assert not differences(outcome(columns, given[0], k), outcome(fast, given[1], k))
