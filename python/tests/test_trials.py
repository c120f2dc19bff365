"""Functions with loops are weighed against Python, and nap. Which of the two is faster is no matter here."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from slipstream import _native, jit

BEGIN, PLAIN, LOST, GAINED = 1, 2, 3, 4


@pytest.fixture(autouse=True)
def weighing() -> Iterator[None]:
    _native.configure(weigh=4)
    yield
    _native.configure(weigh=0)


def squares(xs):
    s = 0.0
    for x in xs:
        s += x * x
    return s


def grid(rows):
    s = 0
    for row in rows:
        for x in row:
            s += x
    return s


def in_parts(a, say):
    b = a * 2.0 + 1.0
    say(len(b))
    s = 0.0
    for i in range(len(b)):
        s += b[i] * b[i]
    return s


def growing(xs, n):
    for i in range(n):
        xs.append(i)
    return xs


def raising(xs):
    s = 0
    for x in xs:
        s += 10 // x
    return s


PROGRAMS: list[tuple[Callable[..., Any], Callable[[int], tuple[Any, ...]]]] = [
    (squares, lambda n: ([0.5] * (n % 7),)),
    (squares, lambda n: (np.linspace(0, 1, n % 5),)),
    (grid, lambda n: ([[1, 2, 3]] * (n % 4),)),
    (in_parts, lambda n: (np.arange(n % 6) * 0.5, lambda _: None)),
    (growing, lambda n: ([1, 2], n % 3)),
    (raising, lambda n: ([1, n % 11, 2],)),
]


def result(f: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return repr(f(*arguments))
    except ZeroDivisionError as e:
        return e.args, e.__traceback__.tb_next.tb_lineno - f.__code__.co_firstlineno


def end(fast: Any, with_what: int) -> None:
    """Let a trial end so, whatever was measured."""
    trial = fast._slipstream.trial
    trial.meter.tried = with_what
    trial.go_on(trial.meter)


@pytest.mark.parametrize(("f", "make"), PROGRAMS)
def test_results_are_the_same_whoever_computes_them(f: Any, make: Any) -> None:
    fast = jit(f)
    for n in range(400):
        assert result(fast, make(n)) == result(f, make(n))
    state = fast._slipstream
    assert state.bug is None
    assert state.trial is not None


@pytest.mark.parametrize("what", [LOST, GAINED])
@pytest.mark.parametrize(("f", "make"), PROGRAMS)
def test_they_are_so_in_naps_and_behind(f: Any, make: Any, what: int) -> None:
    fast = jit(f)
    for n in range(12):
        result(fast, make(n))
    state = fast._slipstream
    assert state.trial.codes is not None
    end(fast, PLAIN)
    for n in range(5):
        assert result(fast, make(n)) == result(f, make(n))
    end(fast, what)
    assert (fast.__code__ is state.code) == (what == LOST)
    for n in range(5):
        assert result(fast, make(n)) == result(f, make(n))
    _native.wake()
    assert fast.__code__ is state._code is not state.code
    for n in range(100):
        assert result(fast, make(n)) == result(f, make(n))
    assert state.bug is None


def napping() -> Any:
    fast = jit(squares)
    for _ in range(12):
        fast([1.0, 2.0])
    end(fast, LOST)
    return fast


def test_what_naps_is_native_again_by_itself() -> None:
    fast = napping()
    state, passed = fast._slipstream, threading.Event()
    for _ in range(200):
        if state._code is not state.code:
            break
        passed.wait(0.01)
    assert fast.__code__ is state._code is not state.code
    hits = [r.hits for r in state.regions.values()]
    assert fast([3.0] * 1000) == squares([3.0] * 1000)
    assert [r.hits for r in state.regions.values()] != hits


def test_a_nap_is_told() -> None:
    fast = napping()
    (told,) = [r for r in fast.explain([1.0]).reasons if "now and then" in r.text]
    assert told.code == "SL1903"


def test_what_is_cleared_meanwhile_does_not_wake_as_it_was() -> None:
    fast = napping()
    fast._slipstream.rest()
    _native.wake()
    assert fast.__code__ is fast._slipstream.code
    fast._slipstream.clear()
    _native.wake()
    assert fast([2.0]) == 4.0


def test_other_code_stays() -> None:
    fast = napping()

    def other(xs):
        return len(xs)

    fast.__code__ = other.__code__
    _native.wake()
    assert fast.__code__ is other.__code__
    assert fast([1.0]) == 1


def test_a_function_that_naps_goes_when_it_is_dropped() -> None:
    fast = napping()
    alive = weakref.ref(fast)
    code = weakref.ref(fast._slipstream.trial.codes[0] if fast._slipstream.trial.codes else fast.__code__)
    del fast
    gc.collect()
    assert alive() is None
    _native.wake()
    assert code() is None or code() is squares.__code__


def test_callers_that_have_it_inlined_stay_compiled() -> None:
    helper = jit(squares)

    def caller(a):
        t = 0.0
        for i in range(len(a)):
            t += helper(a[i : i + 3])
        return t

    fast, a = jit(caller), np.linspace(0, 1, 20)
    for _ in range(12):
        helper([1.0, 2.0])
    state = helper._slipstream
    before = [fast(a) for _ in range(3)]
    compiled = fast._slipstream.compiles
    for what in (PLAIN, LOST):
        end(helper, what)
        assert [fast(a) for _ in range(3)] == before
    _native.wake()
    assert helper.__code__ is not state.code
    assert [fast(a) for _ in range(3)] == before
    assert fast._slipstream.compiles == compiled


def test_strict_functions_are_not_tried() -> None:
    fast = jit(strict=True)(squares)
    for _ in range(200):
        fast([1.0, 2.0])
    assert fast._slipstream.trial is None
