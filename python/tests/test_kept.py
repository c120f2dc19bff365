"""Large results outside of loops: memory that becomes NumPy's own arrays, and what is compiled for them."""

from __future__ import annotations

import sys
import tracemalloc
import warnings

import numpy as np
import pytest
from differential.run import whole_calls
from slipstream import jit

try:
    from numpy._core.multiarray import get_handler_name
except ImportError:  # NumPy 1
    from numpy.core.multiarray import get_handler_name

SIZES = [1, 100, 2049, 30_000, 300_000]


def around(a, b, n):
    c = a * b + 1.0
    s = 0.0
    for i in range(n):
        s += a[i] * b[i]
    d = np.sqrt(c * c + b) - a * s
    e = np.empty(a.shape, a.dtype)
    e[:] = d
    return c, d, e


def same(x: np.ndarray, y: np.ndarray) -> None:
    assert x.tobytes() == y.tobytes()
    assert x.dtype == y.dtype
    assert (x.shape, x.strides, x.base, str(x.flags)) == (y.shape, y.strides, y.base, str(y.flags))
    assert get_handler_name(x) == get_handler_name(y)


@pytest.mark.parametrize("size", SIZES)
def test_results_are_arrays_of_their_own(size: int) -> None:
    a, b = np.random.default_rng(size).random((2, size))
    fast = jit(around)
    for _ in range(4):
        results = fast(a, b, min(size, 9))
        for x, y in zip(results, around(a, b, min(size, 9)), strict=True):
            same(x, y)
        del x, y
        assert len({x.ctypes.data for x in results}) == 3
        assert [sys.getrefcount(x) for x in results] == [
            sys.getrefcount(x) for x in around(a, b, min(size, 9))
        ]
    assert whole_calls(fast) >= 3 or size == max(SIZES)  # beyond 2 MiB a region of its own computes


def test_matrices() -> None:
    def f(a, b, n):
        product = a @ b
        s = 0.0
        for i in range(n):
            s += product[i, i]
        columns = (a * s).sum(axis=0)
        return product, columns, a.T + b, a.T + b.T

    a, b = np.random.default_rng(1).random((2, 90, 90))
    fast = jit(f)
    for _ in range(3):
        for x, y in zip(fast(a, b, 5), f(a, b, 5), strict=True):
            same(x, y)


def test_one_result_in_two_places_and_views_of_it() -> None:
    def f(a, n):
        c = a * 2.0
        total = 0.0
        for i in range(n):
            total += c[i]
        d = c
        e = c[1:]
        c[0] = total
        return c, d, e

    a = np.arange(5000.0)
    fast = jit(f)
    for _ in range(3):
        c, d, e = fast(a, 7)
        assert c is d
        assert e.base is c
        assert np.shares_memory(c, e)
        assert c[0] == 42.0


def test_left_in_the_middle_with_large_results(capsys) -> None:
    def f(a, n):
        c = a + 1.0
        total = 0.0
        for i in range(n):
            total += c[i]
            if i == 5:
                print(c[5], total)
                c[6] = -1.0
        d = c * total
        return c, d

    a = np.arange(40_000.0)
    fast = jit(f)
    for _ in range(4):
        results = fast(a, 10), capsys.readouterr().out
        wanted = f(a, 10), capsys.readouterr().out
        assert results[1] == wanted[1]
        for x, y in zip(results[0], wanted[0], strict=True):
            same(x, y)


def test_what_raises_on_the_way() -> None:
    def f(a, n):
        c = 1.0 / a
        total = 0.0
        for i in range(n):
            total += c[i]
        with np.errstate(all="raise"):
            d = c - c
        return d, total

    def outcome(f):
        always = warnings.catch_warnings(record=True, action="always")
        with always as told, pytest.raises(FloatingPointError) as raised:
            f(np.arange(20_000.0), 3)
        return [str(w.message) for w in told], str(raised.value)

    fast = jit(f)
    for _ in range(3):
        assert outcome(fast) == outcome(f)


def test_memory_is_given_back() -> None:
    a, b = np.random.default_rng(0).random((2, 50_000))
    fast = jit(around)
    for _ in range(5):
        fast(a, b, 4)
    tracemalloc.start()
    try:
        fast(a, b, 4)
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(20):
            kept = fast(a, b, 4)
        used = tracemalloc.get_traced_memory()[0] - before
        assert sum(x.nbytes for x in kept) <= used < sum(x.nbytes for x in kept) + 100_000
        del kept
        assert tracemalloc.get_traced_memory()[0] - before < 100_000
    finally:
        tracemalloc.stop()


def test_many_large_results_at_a_time() -> None:
    def f(a, n):
        total = 0.0
        for i in range(n):
            total += a[i]
        b = a + total
        c = b + 1.0
        d = c + b
        b = d * c
        c = b - d
        for _ in range(3):
            b = c * 0.5
            c = b + d
        return b, c, d

    a = np.arange(6000.0)
    fast = jit(f)
    for _ in range(4):
        for x, y in zip(fast(a, 4), f(a, 4), strict=True):
            same(x, y)


def test_a_call_that_is_left_often_compiles_what_it_can_use() -> None:
    """Each statement is left, its result is too large: the frame can only use what is compiled for loops."""

    def f(a, n):
        b = a + 1.0
        c = b * 2.0
        d = c - a
        e = d * d
        total = 0.0
        for i in range(n):
            total += e[i]
        return b, c, d, e, total

    a = np.arange(500_000.0)
    fast = jit(f)
    assert fast(a, 50)[-1] == f(a, 50)[-1]
    assert fast.stats().compiles <= 3
    for _ in range(6):
        fast(a, 50)
    assert fast.stats().native + fast.stats().partial >= 6
