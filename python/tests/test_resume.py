"""Loops that Python has begun, or has gone on with, are entered where a round begins."""

from __future__ import annotations

import contextlib
import gc
import io
import sys
import traceback
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from slipstream import _native, jit

Function = Callable[..., Any]


def numbers(a, n):
    total = 0.0
    for i in range(n):
        if i % 100 == 50:
            print("at", i, total)
        total += a[i % len(a)] * 2.0
    return total


def nested(a, n):
    total, k = 0.0, 0
    for i in range(n // 10):
        for j in range(10, -10, -3):
            if (i * 7 + j) % 61 == 5:
                print(i, j, total)
            total += a[j % len(a)] * i
        k = i
        if i % 20 == 19:
            print("row", i, k)
    return total, i, j, k


def whiles(a, n):
    i = 0
    while i < n:
        x = a[i % len(a)]
        i += 1
        if i % 97 == 0:
            print(i, x)
    return x


def rows(a, n):
    table = np.arange(float(4 * n)).reshape(n, 4)
    out = np.zeros(n)
    for i, row in enumerate(table):
        double = row * 2.0
        if i % 50 == 3:
            print(i, double[0])
        out[i] = double[1] + row[0] * a[i % len(a)]
    return out, double


def zipped(a, n):
    x, total = np.linspace(0, 1, n), 0.0
    for p, q in zip(x, x[::-1]):  # noqa: B905
        if 0.5 < p < 0.55:
            print(p, q)
        total += p * q
    return total


def reported(a, n):
    out = np.empty(n)
    x = np.linspace(-1, 40, n)
    for i in range(n):
        out[i] = np.sqrt(x[i]) + a[i % len(a)]
        out[i] += 1
    return out


def broken(a, n):
    for k in range(20):
        for i in range(n):
            if a[i % len(a)] > 0.9 and i % 64 == 0:
                print("big", k, i)
            if i > n - 5 - k and a[i % len(a)] > 0.5:
                break
        else:
            print("none", k)
    return k, i


def renamed(a, n):
    total = 0.0
    for i in range(n):
        if i % 100 == 40:
            total = str(total)
            print(total)
            total = float(total)
        total = total + a[i % len(a)]
    return total


def late(a, n):
    for i in range(n):
        if i == 30:
            t = 5.0
        if i % 100 == 40:
            print(i, t)
        if i > 30:
            t = t + a[i % len(a)]
    return t


def shared(a, n):
    it, total = iter(range(n)), 0.0
    for i in it:
        if i % 100 == 7:
            print(i, next(it))
        total += a[i % len(a)]
    return total


def failing(a, n):
    total = 0.0
    for i in range(n):
        if i % 100 == 7:
            print(i)
        if i == n - 3:
            total += a[len(a)]
        total += a[i % len(a)]
    return total


FUNCTIONS = [numbers, nested, whiles, rows, zipped, reported, broken, renamed, late, shared, failing]


def told(f: Function, *args: Any) -> tuple[Any, ...]:
    """All that a call shows."""
    printed = io.StringIO()
    with warnings.catch_warnings(record=True) as warned, contextlib.redirect_stdout(printed):
        warnings.simplefilter("always")
        try:
            result = repr(f(*args))
        except Exception as error:
            lines = [(e.name, e.lineno, e.colno) for e in traceback.extract_tb(error.__traceback__)[1:]]
            result = repr((error, lines))
    return result, printed.getvalue(), [(str(w.message), w.lineno, w.category) for w in warned]


@pytest.mark.parametrize("f", FUNCTIONS)
def test_loops_go_on(f: Function) -> None:
    a = np.random.default_rng(1).random(37)
    fast = jit(f)
    for n in (600, 600, 20, 0, 601):
        assert told(fast, a, n) == told(f, a, n)
    assert told(fast, a.astype("f4"), 300) == told(f, a.astype("f4"), 300)


@pytest.mark.parametrize("f", [numbers, nested, whiles, rows, zipped, reported, renamed])
def test_they_are_entered_in_the_first_call(f: Function) -> None:
    fast = jit(f)
    told(fast, np.random.default_rng(1).random(37), 600)
    later = [r for number, r in fast._slipstream.regions.items() if number]
    assert sum(r.hits for r in later) >= 3


def every(a, n):
    total = 0.0
    for i in range(n):
        if a[i % len(a)] >= 0:
            print(i)
        total += a[i % len(a)]
    return total


def test_what_is_left_in_each_round_is_entered_no_more() -> None:
    a, fast = np.ones(5), jit(every)
    for _ in range(2):
        assert told(fast, a, 500) == told(every, a, 500)
    regions = [r for _, r, _ in fast._slipstream.retired if r.inside]
    assert [r.enabled for r in regions] == [False]
    assert regions[0].hits < 100
    assert not any(r.inside for r in fast._slipstream.regions.values())


def test_what_an_iterator_tells() -> None:
    a = np.ones(3)

    def begun(it: Any) -> Any:
        for _ in zip(range(2), it, strict=False):
            pass
        return it

    def told_of(make: Callable[[], Any]) -> Any:
        it = begun(make())
        return _native.begun(it)

    big = 1 << 70
    assert told_of(lambda: iter(range(3, 40, 5))) == ("range", 13, 5, 6)
    assert told_of(lambda: iter(range(3, -40, -5))) == ("range", -7, -5, 7)
    kind, array, at = told_of(lambda: iter(a))
    assert (kind, at) == ("array", 2)
    assert array is a
    assert told_of(lambda: enumerate(iter(range(9)), 4)) == ("enumerate", 6, ("range", 2, 1, 7))
    assert told_of(lambda: zip(range(9), range(8), strict=False))[1:] == (
        ("range", 2, 1, 7),
        ("range", 2, 1, 6),
    )
    assert told_of(lambda: iter([1, 2, 3, 4])) == ("list", [1, 2, 3, 4], 2)
    for make in (
        lambda: iter((1, 2, 3, 4)),
        lambda: iter(range(big, big + 9)),
        lambda: zip(range(9), range(9), strict=True),
        lambda: enumerate(range(9), big),
        lambda: iter("abcd"),
    ):
        assert told_of(make) is None
    held = [iter(range(9))] * 2
    assert _native.begun(held[0]) is None, "others hold it"


class Seen:
    """Whoever sees the stack in a call."""

    def __init__(self) -> None:
        self.frames: list[list[str]] = []

    def __call__(self) -> int:
        frame, names = sys._getframe(1), []
        for _ in range(2):
            names.append(frame.f_code.co_name)
            frame = frame.f_back
        self.frames.append(names)
        return 1


def looking(a, look, *rest, scale=2.0, **more):
    for _ in range(3):
        a = a * scale
    return a + look(), rest, more


def test_the_first_call_looks_like_any_other() -> None:
    def caller(f: Function, look: Seen) -> Any:
        return f(np.ones(3), look, 1, 2, scale=3.0, other=5)

    look, plain = Seen(), Seen()
    fast = jit(looking)
    for _ in range(2):
        got, want = caller(fast, look), caller(looking, plain)
        assert repr(got) == repr(want)
    assert look.frames == plain.frames


def cells(a, n):
    def inner():
        return n + k

    k = 0
    for i in range(n):
        k += i
    return inner(), a * n


def test_arguments_in_cells() -> None:
    fast = jit(cells)
    for n in (3, 4):
        assert repr(fast(np.ones(2), n)) == repr(cells(np.ones(2), n))


def failed(a):
    b = a * 2
    return b[5]


def test_errors_of_the_first_call_show_it_once() -> None:
    fast = jit(failed)
    for _ in range(2):
        with pytest.raises(IndexError) as caught:
            fast(np.ones(3))
        names = [e.name for e in traceback.extract_tb(caught.value.__traceback__)]
        assert names[1:] == ["failed"]


def test_arguments_are_freed() -> None:
    fast = jit(looking)
    a = np.ones(3)
    gone = weakref.ref(a)
    fast(a, lambda: 1)
    del a
    gc.collect()
    assert gone() is None
