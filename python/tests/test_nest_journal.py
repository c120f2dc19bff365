"""Statements of loops that store, go on computing, and may have to be taken back: helpers above all."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from slipstream import jit


def raised(a, b, n):
    for i in range(len(a)):
        a[i] += n
        b[i] = a[i] / (b[i] - 3)
    return a[0]


def smoothed(a, b, n):
    for _ in range(3):
        old = a.copy()
        a[1:] = (old[1:] + old[:-1]) / (b[1:] - 3)
        a[0] = a[-1]
        b[:1] = a[n : n + 1] * 2


def exchanged(a, b, n):
    for i in range(n):
        a[i], b[-1 - i] = b[i], a[-1 - i]
        a[i] = b[i] / (a[i] - 3)


def held(a, b, n):
    own = np.zeros(4)
    for i in range(4):
        own[i % 3] = a[i]
        a[i] = own[i] / (b[i] - 3)
    return own


def deep(a, b, n):
    b[0] += 1
    for i in range(2):
        raised(a, b, i)
        a[-1] = b[i + n - 2]
    return smoothed(a, b, 1)


HELPERS = [raised, smoothed, exchanged, held, deep]


def caller(helper: Callable[..., Any], kind: str) -> Callable[..., Any]:
    def alone(a, b, n):
        for t in range(n):
            helper(a, b, t + 2)
        return a.sum()

    def used(a, b, n):
        total, seen = 0.0, a * 0
        for t in range(n):
            seen = a * 2
            total = (helper(seen, b, t + 2), t)
            helper(b, a, t + 1)
        return total, seen

    def condition(a, b, n):
        t = 0
        while (t < n and helper(a, b, t + 1) is None) or t < n - 1:
            t += 1
        return t

    return {"alone": alone, "used": used, "condition": condition}[kind]


KINDS = ("alone", "used", "condition")


def equal(plain: Any, fast: Any, make: Callable[[], tuple[Any, ...]]) -> None:
    assert differences(outcome(plain, *make()), outcome(fast, *make())) == []


def numbers(type_: Any = float) -> tuple[Any, ...]:
    return np.arange(4, 10).astype(type_), np.arange(1, 7).astype(type_) + 8, 4


@pytest.mark.parametrize("helper", HELPERS, ids=lambda f: f.__name__)
def test_helpers_that_store_run_whole(helper: Callable[..., Any]) -> None:
    f = caller(helper, "alone")
    fast = jit(f)
    for _ in range(3):
        equal(f, fast, numbers)
    hits = sum(r.hits for r in fast._slipstream.regions.values())
    equal(f, fast, numbers)
    assert sum(r.hits for r in fast._slipstream.regions.values()) == hits + 1, fast.explain(*numbers())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("helper", HELPERS, ids=lambda f: f.__name__)
def test_what_fails_in_the_middle_is_taken_back(helper: Callable[..., Any], kind: str) -> None:
    """A division by zero at each place by turns, an array that is too short."""
    f = caller(helper, kind)
    fast = jit(f)
    for place in range(6):

        def bad(place: int = place) -> tuple[Any, ...]:
            a, b, n = numbers()
            b[place] = 3
            return a, b, n

        for _ in range(2):
            equal(f, fast, bad)
    for short in range(1, 6):
        equal(f, fast, lambda short=short: (numbers()[0], numbers()[1][:short], 4))
    assert not fast._slipstream.bug


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("type_", [np.float32, np.int64, np.int8, np.complex128, np.complex64, bool])
@pytest.mark.parametrize("helper", HELPERS, ids=lambda f: f.__name__)
def test_types(helper: Callable[..., Any], type_: Any, kind: str) -> None:
    f = caller(helper, kind)
    fast = jit(f)
    for _ in range(3):
        equal(f, fast, lambda: numbers(type_))
    assert not fast._slipstream.bug


@pytest.mark.parametrize("step", [1, -1, 2])
@pytest.mark.parametrize("start", [0, 1, 5])
@pytest.mark.parametrize("helper", HELPERS, ids=lambda f: f.__name__)
def test_arrays_that_share_memory(helper: Callable[..., Any], start: int, step: int) -> None:
    """Each byte is again what it was when the statement began."""
    f = caller(helper, "alone")
    fast = jit(f)
    for bad in (0, 3, 7):

        def overlapping(bad: int = bad) -> tuple[Any, ...]:
            memory = np.arange(20.0) + 9
            memory[bad] = 3
            return memory[:6], memory[start : start + 6 * abs(step)][::step], 4

        for _ in range(2):
            equal(f, fast, overlapping)


def test_many_stores_of_one_statement() -> None:
    """More than the journal's first slots, each place twice."""

    def filled(a, b):
        for i in range(len(a)):
            a[i] = b[i]
            a[i] += 1 / (b[i] - 3)

    def f(a, b):
        for _ in range(2):
            filled(a, b)
        return a

    fast = jit(f)
    for place in (None, 0, 999, 1999):

        def make(place: int | None = place) -> tuple[Any, ...]:
            a, b = np.zeros(2000), np.arange(2000.0) + 10
            if place is not None:
                b[place] = 3
            return a, b

        for _ in range(2):
            equal(f, fast, make)


def test_slices_of_all_layouts_are_put_back() -> None:
    def store(a, b, i):
        a[:, i] = b[0, 0]
        a[i, ::-2] += b[0]
        a[1:, :2] = a[0, 0] / (b[i, i] - 3)

    def f(a, b):
        for i in range(3):
            store(a, b, i)
        return a

    fast = jit(f)
    for order in "CF":
        for place in range(3):

            def make(order: str = order, place: int = place) -> tuple[Any, ...]:
                a = np.asarray(np.arange(12.0).reshape(3, 4), order=order)
                b = np.full((3, 2), 7.0)
                b[place, place % 2] = 3
                return a, b

            for _ in range(2):
                equal(f, fast, make)


def test_a_journal_is_bounded() -> None:
    """A statement that stores over more than 64 MiB is Python's."""

    def filled(a):
        for i in range(len(a)):
            a[i] = a[i] * 0.5 + i
        return a[0, 0]

    def f(a):
        total = 0.0
        for _ in range(2):
            total += filled(a)
        return total

    fast, left, right = jit(f), np.ones((18, 500_000)), np.ones((18, 500_000))
    for _ in range(2):
        assert f(left) == fast(right)
        assert np.array_equal(left, right)


def test_lists_have_no_journal() -> None:
    """What is appended stands: such a statement may not fail behind it."""

    def noted(a, seen, i):
        seen.append(i)
        a[i] = 1 / (a[i] - 3)

    def f(a):
        seen = [0]
        for i in range(len(a)):
            noted(a, seen, i)
        return seen

    fast = jit(f)
    for _ in range(3):
        equal(f, fast, lambda: (np.arange(6.0),))


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs interval timers")
def test_an_interrupt_leaves_a_statement_undone() -> None:
    """It is raised where the statement begins: nothing of it has happened, or all of it."""

    def count(a):
        while a[0] > 0:
            a[0] += 1
            a[1] = a[0]

    def f(a):
        for _ in range(2):
            count(a)

    fast, a = jit(f), np.ones(2)
    fast(np.zeros(2))
    interrupts = signal.signal(signal.SIGINT, signal.default_int_handler)
    before = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(KeyboardInterrupt):
            fast(a)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.signal(signal.SIGINT, interrupts)
    assert a[0] - a[1] in (0, 1)
