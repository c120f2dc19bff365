"""Numbers, arrays without axes, and calls of NumPy's own code inside a region."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.run import hits
from slipstream import jit


def zero_dimensional(a, b):
    return np.ceil(np.sqrt(a) // b)


def where_of_numbers(a, b):
    x = np.where(a > b, a, 2.0)
    y = np.where(x > 1, x, b)
    return x, y, x * 2


def updated_where(a, b):
    x = np.where(a > b, a, b)
    x -= b
    return x, x + 1


def in_place(a, b):
    a += b
    a *= 2
    return a * 3


def seen_through_a_view(a, b):
    v = a.T
    a += b
    return v * 2


def of_numbers(a, b):
    more = np.exp(-a * a) * 2 + np.sqrt(a)
    return np.sum(b) + a.sum(), np.max(b), abs(-b) + a, (not b), a.shape, a.T, more


def folded(a, b):
    if isinstance(a, np.ndarray) and np.ndim(b) == 0 and not np.isscalar(a):
        return a + np.size(b) + len(np.shape(a))
    return b


def copied_and_stored(a, b):
    x = a.copy()
    x[0] = 5
    x += b
    return x, np.zeros_like(x) + a, x.astype("f4")


def raveled(a, b):
    x = a + b
    y = x.ravel()
    x += 1
    return x, y, y * 2


def summed_along_two(a, b):
    return np.mean(a + b, axis=(0, 1)), np.add.reduce(a * b)


ARRAYS = (np.arange(6.0) + 1, np.arange(6.0) + 2)
MATRICES = (np.arange(6.0).reshape(2, 3), np.ones((2, 3)))
ZERO = (np.array(5.0), np.array(3.0))
CASES: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (zero_dimensional, ZERO),
    (where_of_numbers, (np.float64(5), np.float64(3))),
    (where_of_numbers, ZERO),
    (updated_where, ZERO),
    (in_place, ZERO),
    (in_place, (np.array(5), 2)),
    (seen_through_a_view, ZERO),
    (of_numbers, ZERO),
    (of_numbers, (np.array(5.0), 3)),
    (of_numbers, (np.array(5.0), np.int64(3))),
    (folded, (ARRAYS[0], 2.0)),
    (copied_and_stored, ARRAYS),
    (raveled, ARRAYS),
    (raveled, MATRICES),
    (summed_along_two, MATRICES),
]


def fresh(values: tuple[Any, ...]) -> list[Any]:
    return [v.copy() if isinstance(v, np.ndarray) else v for v in values]


@pytest.mark.parametrize(("f", "args"), CASES)
def test_like_numpy(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    fast = jit(f)
    expected = f(*fresh(args))
    for _ in range(3):
        before = hits(fast)
        result = fast(*fresh(args))
        assert repr(result) == repr(expected)
    assert hits(fast) > before, fast.explain(*fresh(args))


def test_little_work_on_numbers_is_left_to_numpy() -> None:
    fast = jit(lambda a, b: a * b + a)
    for _ in range(3):
        fast(np.float64(2), np.float64(3))
    assert hits(fast) == 0
    for _ in range(3):
        fast(np.array(2.0), np.float64(3))
    assert hits(fast) > 0


def test_an_overflow_of_integers_is_numpys_own() -> None:
    def f(a, b):
        return a.max() * b, a + 1

    fast, a = jit(f), np.array([2**62, 5])
    fast(a, np.int64(1))
    assert fast(a, np.int64(1))[0] == 2**62
    assert hits(fast) > 0
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fast(a, np.int64(4))
    assert [str(w.message) for w in caught] == ["overflow encountered in scalar multiply"]


def test_a_deviation_of_nothing_warns_at_its_own_line() -> None:
    def f(a):
        return (a + 1).std()

    fast = jit(f)
    for n in (3, 3, 0):
        with warnings.catch_warnings(record=True) as eager:
            warnings.simplefilter("always")
            f(np.ones(n))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            fast(np.ones(n))
        assert [(str(w.message), w.lineno) for w in eager] == [(str(w.message), w.lineno) for w in caught]
    assert hits(fast) > 0


def test_a_result_that_may_be_a_view_is_not_stored_into() -> None:
    def f(a, b):
        x = np.ravel(a + b)
        y = a.ravel()
        y[0] = 7
        return x, y * 2

    fast, plain, a, c = jit(f), f, np.arange(4.0), np.arange(4.0)
    for _ in range(3):
        assert repr(fast(a, 1)) == repr(plain(c, 1))
        assert a.tolist() == c.tolist()
