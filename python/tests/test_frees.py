"""What variables held before a region: freed in time, and regions stay whole where nobody can tell."""

from __future__ import annotations

import tracemalloc
import weakref

import numpy as np
import pytest
from slipstream import _native, jit

FREES = _native.REASONS.index("frees")


def called(f, *args, times: int = 6):
    fast = jit(f)
    for _ in range(times):
        fast(*(a.copy() if isinstance(a, np.ndarray) else a for a in args))
    return fast


def unknown(make):
    """A callable of which no code is known."""
    return (make() for _ in iter(int, 1)).__next__


def failed(fast) -> int:
    """Runs that were not begun for what a variable held, so far as regions were kept."""
    return sum(region.reasons().get(FREES, 0) for region in fast._slipstream.regions.values())


def replaced(a, n):
    x = a * 2.0
    a = x + n
    n = a.sum()
    return a * n


def in_a_loop(a, n):
    total = a * 0.0
    for i in range(n):
        x = a * 2.0 + i
        y = x * x
        total = total + y - x
    return total


@pytest.mark.parametrize("f", [replaced, in_a_loop])
def test_arrays_and_numbers_are_silent(f) -> None:
    a = np.arange(6.0)
    fast = called(f, a, 3)
    assert failed(fast) == 0
    assert fast.stats().native + fast.stats().partial >= 4
    assert all(len(line.regions) <= 1 for line in fast.explain(a, 3).lines)


@pytest.mark.parametrize(
    "held", [None, 1, 2.0, 1j, "text", b"bytes", np.float32(1), (1, [2.0, "x"]), np.arange(3)[1:]]
)
def test_silent_values(held: object) -> None:
    def f(a, make):
        variable = make()
        x = a * 2.0
        variable = x + 1.0
        return x * variable

    fast = called(f, np.arange(6.0), unknown(lambda: held))
    assert failed(fast) == 0
    assert fast.stats().partial


@pytest.mark.parametrize("kind", ["dict", "long list", "weak", "objects"])
def test_others_are_freed_by_the_store(kind: str) -> None:
    seen = []

    def make():
        if kind == "dict":
            return {}
        if kind == "long list":
            return [0.0] * 1000
        array = np.array([None, 1]) if kind == "objects" else np.arange(3.0)
        if kind == "weak":
            seen.append(weakref.ref(array))
        return array

    def f(a, make):
        variable = make()
        x = a * 2.0
        variable = x + 1.0
        return x * variable

    fast = called(f, np.arange(6.0), unknown(make), times=8)
    lines = fast.explain(np.arange(6.0), unknown(make)).lines
    assert [len(line.regions) for line in lines][-1] >= 1
    assert len({n for line in lines for n in line.regions}) == 2  # one ends behind the store


def test_a_variable_that_nothing_reads_any_more_is_emptied() -> None:
    refs = []

    def note(a):
        refs.append(weakref.ref(a))
        return a

    def f(a, note, look):
        big = note(a.copy())
        x = big * 2.0
        big = None
        y = x + a
        look(y)
        return x

    alive = []
    fast = jit(f)
    for _ in range(6):
        fast(np.arange(4.0), note, lambda _: alive.append(refs[-1]() is not None))
    assert fast.stats().partial
    assert alive == [False] * 6


def test_large_arrays_do_not_live_on() -> None:
    """No more memory is in use behind a region than behind plain Python."""

    def f(a, look):
        old = np.array(a)
        look(old)
        x = a * 2.0
        old = None
        x = x * 3.0 - a
        look(x)
        return x

    def in_use(call) -> int:
        sizes: list[int] = []
        for _ in range(6):
            call(np.ones(200_000), lambda _: sizes.append(tracemalloc.get_traced_memory()[0]))
        return sizes[-1] - sizes[-2]

    fast = jit(f)
    tracemalloc.start()
    try:
        plain, ours = in_use(f), in_use(fast)
    finally:
        tracemalloc.stop()
    assert fast.stats().partial
    assert ours < plain + 8 * 100_000


def test_first_call_reads_what_it_is_passed_only() -> None:
    class Adds:
        def __init__(self, a):
            self.a = a

        def __del__(self):
            self.a += 1.0

    def f(a, unread):
        x = a * 2.0
        unread = 1.0
        return x, a + unread

    fast = jit(f)
    for turn in range(6):
        a, b = np.arange(4.0), np.arange(4.0)
        for left, right in zip(fast(a, Adds(a)), f(b, Adds(b)), strict=True):
            assert np.array_equal(left, right), turn


def test_what_views_keep_is_freed_in_its_turn() -> None:
    """A view in a variable that nothing reads keeps its array behind the variable of a weak reference."""

    def f(a, gone):
        x = a / 3.0
        r = weakref.ref(x, gone)  # noqa: F841
        v = x[2:9:2]  # noqa: F841
        return a * 2.0 + 1.0

    def told(call) -> list[int]:
        calls: list[int] = []
        for _ in range(5):
            call(np.arange(40.0), calls.append)
        return [len(calls)]

    fast = jit(f)
    assert told(fast) == told(f)
    assert fast.stats().partial
