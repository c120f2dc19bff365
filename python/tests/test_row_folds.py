"""Sums and extremes of rows, whose order of adding the executor knows, to the last bit."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from slipstream import jit

LENGTHS = [
    *(1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 63, 64, 65, 100, 127, 128, 129, 130, 136, 137, 200, 255, 256, 257),
    *(300, 511, 777, 1000, 1024, 2049, 8191, 8192, 8193, 9000),
]


def total(x: Any) -> Any:
    return x.sum(axis=1)


def total_of_squares(x: Any) -> Any:
    return np.sum(x * x, axis=-1)


def mean(x: Any) -> Any:
    return x.mean(axis=1, keepdims=True)


def largest(x: Any) -> Any:
    return x.max(axis=1)


def smallest_of_two(x: Any) -> Any:
    return np.min(x + 1, axis=1), x.min(axis=1)


def rows(kind: str, dtype: str, n: int) -> np.ndarray:
    """Seven rows that begin anywhere in a line of the cache."""
    rng = np.random.default_rng(n)
    memory = (rng.random(7 * n + 1) - 0.5).astype(dtype)
    x = memory[1:].reshape(7, n)
    if kind == "zeros":
        x[2], x[3] = -0.0, np.where(np.arange(n) % 2, 0.0, -0.0)
    elif kind == "special":
        x[1, n // 2], x[4, -1] = np.nan, np.inf
        x[5] = np.finfo(dtype).max
    return x


def seen(f: Callable[..., Any], x: np.ndarray) -> tuple[Any, list[str]]:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        results = f(x)
    results = results if isinstance(results, tuple) else (results,)
    return [(r.dtype, r.shape, r.strides, r.tobytes()) for r in results], [str(w.message) for w in told]


@pytest.mark.parametrize("kind", ["ordinary", "zeros", "special"])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("f", [total, total_of_squares, mean, largest, smallest_of_two])
def test_rows(f: Callable[..., Any], dtype: str, kind: str) -> None:
    mine = jit(f)
    for n in LENGTHS:
        x = rows(kind, dtype, n)
        for _ in range(3):
            assert seen(mine, x) == seen(f, x), n
    # what overflows is left in every call, for its warning
    assert kind == "special" or mine.stats().native > len(LENGTHS)
