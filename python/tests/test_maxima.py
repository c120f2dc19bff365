"""maximum and minimum of rows: every zero and NaN is the one that NumPy gives."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from slipstream import jit

LENGTHS = (2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 255, 256, 257, 511, 512, 513, 1000)
TINY = {"f4": 1e-45, "f8": 5e-324}


def largest(a: np.ndarray) -> Any:
    return a.max(axis=-1), np.maximum.reduce(a * 1, axis=1)


def smallest(a: np.ndarray) -> Any:
    return a.min(axis=-1), np.min(a * 1, axis=1)


def rows(values: list[Any], length: int, dtype: str, below: float) -> np.ndarray:
    """Rows of `below`, in each of which some of the values stand somewhere."""
    rng = np.random.default_rng(length)
    a = np.full((60, length), below, dtype)
    for row in a:
        row[rng.integers(0, length, rng.integers(1, 4))] = np.array(rng.choice(values), dtype)
        row[rng.integers(0, length)] = np.array(rng.choice(values), dtype)
    return a


@pytest.mark.parametrize(("f", "below"), [(largest, -2.5), (smallest, 2.5)])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_the_bits_are_numpys(f: Any, below: float, dtype: str) -> None:
    fast = jit(f)
    sets = ([0.0], [-0.0], [0.0, -0.0], [np.nan, 0.0], [-np.nan, np.nan, 1.0], [np.inf, -np.inf, TINY[dtype]])
    for values, length in itertools.product(sets, LENGTHS):
        a = rows(values, length, dtype, below)
        for _ in range(2):
            assert [x.tobytes() for x in fast(a)] == [x.tobytes() for x in f(a)], (values, length)
    assert fast.stats().native


@pytest.mark.parametrize("f", [largest, smallest])
def test_comparing_reports_nothing(f: Any) -> None:
    fast = jit(lambda a: (f(a), np.log(a)))
    a = np.full((20, 40), 2.0)
    with np.errstate(all="raise"):
        fast(a)
        a[3, 4] = np.inf
        assert np.array_equal(fast(a)[1], np.log(a))
        payload = np.array([0x7FF800000000BEEF], np.uint64).view("f8")[0]
        a[5, 6:8] = payload, np.nan
        assert [x.tobytes() for x in fast(a)[0]] == [x.tobytes() for x in f(a)]
