"""Calls that go from one region straight into the next count as native ones."""

from __future__ import annotations

import numpy as np
from differential.run import same_each_time
from slipstream import jit


def around(a, b):
    x = a * b
    y = np.sqrt(x * x + a) - b
    total = 0.0
    for i in range(10):
        total += y[i]
    return y * total + x


def printing(a, b, say):
    x = np.sqrt(a * b + a)
    total = 0.0
    for i in range(10):
        total += x[i]
    say(total)
    return x * total + a


A, B = np.random.default_rng(0).random((2, 3000))


def test_large_results_around_a_loop_are_regions_of_their_own() -> None:
    fast = same_each_time(around, A, B, calls=12)
    stats = fast.stats()
    assert stats.entries > 1
    assert (stats.native, stats.partial, stats.exits) == (12, 0, 0)
    assert fast.explain(A, B).native


def test_small_ones_are_part_of_the_loop() -> None:
    fast = same_each_time(around, A[:50], B[:50], calls=12)
    assert (fast.stats().native, fast.stats().entries) == (12, 1)


def test_a_call_between_regions_is_a_step_of_python() -> None:
    said: list[float] = []
    fast = jit(printing)
    for _ in range(12):
        fast(A, B, said.append)
    stats = fast.stats()
    assert (stats.native, stats.partial) == (0, 12)
    assert stats.exits >= 12
    assert not fast.explain(A, B, said.append).native


def test_arrays_that_grow_go_on_natively() -> None:
    fast = jit(around)
    for n in (50, 3000, 400_000, 20):
        a, b = np.random.default_rng(n).random((2, n))
        for _ in range(6):
            assert np.array_equal(around(a, b), fast(a, b))
    before = fast.stats().native
    for _ in range(5):
        fast(A, B)
    assert fast.stats().native == before + 5


def test_zeros_around_loops_are_the_callers() -> None:
    def made(n):
        a = np.zeros((n, 3))
        b = np.zeros(n, np.int16)
        for i in range(n):
            a[i, 1] = i
            b[i] += 2
        return a, b

    for n in (0, 3, 1000, 20_000):
        fast = same_each_time(made, n)
        first, second = fast(n), fast(n)
        assert all(x.flags.owndata and not np.shares_memory(x, y) for x, y in zip(first, second, strict=True))
