"""NumPy's own loops choose their code, and with it the bits, by how memory lies."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import Snapshot, differences
from slipstream import jit

LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "in a row": lambda a: a,
    "every second": lambda a: np.repeat(a, 2)[::2],
    "backwards": lambda a: a[::-1],
}


def stored_and_read(a: Any, b: Any) -> Any:
    b[:] = a * 2
    return np.expm1(b)


def updated_and_read(a: Any, b: Any) -> Any:
    b -= a
    c = np.expm1(b)
    c += 1
    return np.log1p(c), np.arctan(a)


def stored_by_a_loop(a: Any, b: Any) -> Any:
    np.expm1(a, out=b)
    return np.arctan(b)


def in_a_loop(a: Any, b: Any) -> Any:
    for i in range(3):
        b[:] = a * (i + 1)
        a = np.arctan(b) * 0.5
    return a


def updated_in_a_loop(a: Any, b: Any) -> Any:
    for _ in range(3):
        b += np.expm1(a) * 0.1
        a = np.sin(b)
    return a


@pytest.mark.parametrize(
    "f", [stored_and_read, updated_and_read, stored_by_a_loop, in_a_loop, updated_in_a_loop]
)
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_the_bits_are_those_of_the_same_memory(f: Any, dtype: str) -> None:
    rng = np.random.default_rng(3)
    for of_a, of_b in itertools.product(LAYOUTS.values(), LAYOUTS.values()):
        fast = jit(f)
        for _ in range(4):
            a, b = rng.uniform(-3, 3, 4000).astype(dtype), rng.uniform(-1, 1, 4000).astype(dtype)
            left, right = (of_a(a.copy()), of_b(b.copy())), (of_a(a.copy()), of_b(b.copy()))
            with np.errstate(all="ignore"):
                expected, found = f(*left), fast(*right)
            assert not differences(
                Snapshot({"all": (*left, expected)}).facts, Snapshot({"all": (*right, found)}).facts
            )
        assert not fast._slipstream.bug
