"""A result takes the memory of a dying array that nobody else has."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import hits
from slipstream import jit
from slipstream._jit import accelerated


def sorted_twice(a: Any) -> Any:
    return np.sort(a) * 2.0


def chained(a: Any) -> Any:
    b = np.cumsum(a)
    c = b + 1.0
    return np.sort(c) - 0.5


def both(a: Any) -> Any:
    b = np.sort(a)
    return b, b * 2.0


def viewed(a: Any) -> Any:
    b = np.sort(a)
    v = b[1:]
    c = b * 2.0
    return v, c


def viewed_by_numpy(a: Any) -> Any:
    b = np.sort(a)
    v = np.reshape(b, (1, -1))
    c = b * 2.0
    return v, c


def the_argument(a: Any) -> Any:
    b = np.asarray(a)
    return b * 2.0


def part_of_it(a: Any) -> Any:
    b = np.sort(a)[::2]
    return b * 2.0


def of_another_order(a: Any) -> Any:
    b = np.sort(np.reshape(a, (-1, 2)).T, axis=1)
    return b + np.ones((2, 1))


def of_another_shape(a: Any) -> Any:
    b = np.sort(a)
    return b[:1] * b


def of_another_type(a: Any) -> Any:
    return np.sort(a) > 3.0


def reduced(a: Any) -> Any:
    b = np.sort(a) * 2.0
    c = b - b.max()
    return c, c.sum()


def with_a_loop(a: Any) -> Any:
    return np.exp2(np.sort(a) / 60)


CASES = [sorted_twice, chained, both, viewed, viewed_by_numpy, the_argument, part_of_it, of_another_order]
CASES += [of_another_shape, of_another_type, reduced, with_a_loop]


@pytest.mark.parametrize("f", CASES)
def test_results(f: Callable[..., Any]) -> None:
    fast = jit(f)
    for n in (2, 8, 100, 5000, 0):
        for _ in range(3):
            a = np.arange(float(n))[::-1].copy()
            assert not differences(outcome(f, a), outcome(fast, a)), n
            assert not differences(outcome(f, a[::-1]), outcome(fast, a[::-1])), n
    assert hits(fast) >= 9


def test_earlier_results_stay() -> None:
    fast = jit(chained)
    kept = [(fast(np.arange(n + 3.0)), chained(np.arange(n + 3.0))) for n in range(30)]
    assert all(np.array_equal(got, expected) for got, expected in kept)


def test_what_is_left_halfway() -> None:
    """A report behind the result that took memory makes Python do it all again."""

    def f(a: Any, b: Any) -> Any:
        c = np.sort(a) * 2.0
        d = np.sort(c) * b
        return d + 1.0

    fast = jit(f)
    a = np.arange(50.0)
    for factor in (2.0, 1e308, np.inf, 3.0):
        b = np.full(50, factor)
        assert not differences(outcome(f, a, b), outcome(fast, a, b))


def test_the_plan_says_so() -> None:
    fast = jit(sorted_twice)
    fast(np.arange(9.0))
    (entry,) = accelerated(fast).entries  # type: ignore[union-attr]
    assert " in v" in entry.plan
    assert " drop v" in entry.plan


def test_one_that_is_referred_to_weakly_is_left() -> None:
    seen: list[Any] = []

    def watched(a: Any) -> Any:
        b = np.sort(a)
        seen.append(weakref.ref(b))
        return b * 2.0

    fast = jit(watched)
    for _ in range(4):
        assert np.array_equal(fast(np.arange(9.0)), np.arange(9.0) * 2)
    assert all(r() is None for r in seen)
