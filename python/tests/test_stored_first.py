"""What NumPy stores first and reports then (``out=``): what is kept, and what need not be."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from slipstream import jit

Arrays = list[np.ndarray]


def product(a: Any, b: Any, c: Any) -> Any:
    np.multiply(a, b, out=c)


def product_behind_a_sum(a: Any, b: Any, c: Any) -> Any:
    s = c.sum()
    np.multiply(a, b, out=c)
    return s


def product_behind_an_element(a: Any, b: Any, c: Any) -> Any:
    c[0] = 3
    x = c[1]
    np.multiply(a, b, out=c)
    return x


def overlapping(a: Any, b: Any, c: Any) -> Any:
    np.multiply(c[:-1], b[:-1], out=c[1:])


def two_operations(a: Any, b: Any, c: Any) -> Any:
    np.multiply(a * 2, b, out=c)


def one_behind_the_other(a: Any, b: Any, c: Any) -> Any:
    np.add(a, 1, out=a)
    np.multiply(a, b, out=c)
    np.divide(a, c, out=b)


def loop_of_numpy(a: Any, b: Any, c: Any) -> Any:
    np.multiply(a, b, out=c)
    np.sqrt(c - 1, out=b)


def arrays(n: int, scale: float) -> Arrays:
    return [np.linspace(1, 2, n) * scale, np.linspace(1, 2, n) * scale, np.ones(n)]


def seen(f: Callable[..., Any], args: Arrays, state: dict[str, Any]) -> tuple[str, list[str], list[bytes]]:
    with warnings.catch_warnings(record=True) as told, np.errstate(**state):
        warnings.simplefilter("always")
        try:
            result = repr(f(*args))
        except FloatingPointError as error:
            result = str(error)
    return result, [str(w.message) for w in told], [x.tobytes() for x in args]


@pytest.mark.parametrize("n", [5, 100, 3000])
@pytest.mark.parametrize("state", [{}, {"all": "raise"}, {"all": "ignore"}, {"over": "raise"}], ids=str)
@pytest.mark.parametrize(
    "f",
    [
        *(product, product_behind_a_sum, product_behind_an_element, overlapping, two_operations),
        *(one_behind_the_other, loop_of_numpy),
    ],
)
def test_reports_and_memory(f: Callable[..., Any], state: dict[str, Any], n: int) -> None:
    mine = jit(f)
    for scale in (1, 1, 1, 1e200, 1, 1e200):
        assert seen(mine, arrays(n, scale), state) == seen(f, arrays(n, scale), state), scale
    stats = mine.stats()
    assert stats.native + stats.partial > 0
