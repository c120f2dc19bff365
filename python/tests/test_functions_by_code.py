"""Functions that other code has just made are known by their code: lambdas and functions in functions."""

from __future__ import annotations

import gc
import sys
import types
import weakref

import numpy as np
from slipstream import jit

A = np.arange(1, 7.0) * 1.5
FACTOR = 3.0


def twice(f, x):
    return f(x) * 2 + f(x + 1)


def summed(f, a):
    s = 0.0
    for x in a:
        s += f(x)
    return s


def same(plain, fast, *args) -> None:
    told = [(repr(f(*args)), type(f(*args))) for f in (plain, fast)]
    assert told[0] == told[1]


def scaled(by, held=None):
    return lambda v: v * by + 1 if held is None else v * by


def test_each_call_brings_another_one() -> None:
    for plain in (twice, summed):
        fast = jit(plain)
        for turn in range(6):
            by = turn * 0.5
            same(plain, fast, lambda v, by=by: v * by + 1, A)
            same(plain, fast, scaled(by), A)
        assert fast.stats().native >= 20


def test_cells_hold_other_types() -> None:
    fast = jit(summed)
    for held in (1, 2.5, np.float32(2), True, np.float64(3), 2**70):
        same(summed, fast, scaled(held), A)


def test_globals_are_its_own() -> None:
    def by_factor(v):
        return v * FACTOR

    others = [types.FunctionType(by_factor.__code__, {"FACTOR": x}) for x in (5.0, np.float32(2))]
    for plain in (twice, summed):
        fast = jit(plain)
        for _ in range(3):
            for f in (by_factor, *others):
                same(plain, fast, f, A)


def test_it_may_change_what_it_closes_over() -> None:
    def counter():
        n = 0

        def count(x):
            nonlocal n
            n += 1
            return x + n

        return count

    for plain in (twice, summed):
        fast = jit(plain)
        for _ in range(4):
            assert repr(plain(counter(), A)) == repr(fast(counter(), A))


def test_cells_of_the_frame_itself_change() -> None:
    def own(a):
        k = 1.0

        def g(x):
            return x * k

        s = 0.0
        for x in a:
            s += g(x)
            k = k + x
        return s, k

    def unbound(a, binds):
        if binds:
            k = 2.0

        def g(x):
            return x * k

        s = 0.0
        for x in a:
            s += g(x)
        return s

    fast = jit(own)
    for _ in range(4):
        assert own(A) == fast(A)
    fast = jit(unbound)
    for binds in (True, True, False, True, False):
        told = []
        for f in (unbound, fast):
            try:
                told.append(f(A, binds))
            except NameError as error:
                told.append(str(error))
        assert told[0] == told[1]


class Held:
    pass


def test_nothing_is_kept_alive() -> None:
    fast = jit(twice)
    for _ in range(4):
        held = Held()
        gone = weakref.ref(held)
        fast(lambda v, held=held: v * 2 if held else v, A)
        fast(scaled(2.0, held), A)
        del held
        gc.collect()
        assert gone() is None


def test_it_stays_the_object_that_it_is() -> None:
    def handed(f, a):
        s = 0.0
        for x in a:
            s += f(x)
        return f, a * s + 1

    fast = jit(handed)
    for _ in range(3):
        f = lambda x: x  # noqa: E731
        assert fast(f, A)[0] is f
    assert fast.stats().native == 3


def test_no_audit_event_is_raised() -> None:
    """Reading __code__ of a function raises one in Python; a region only looks."""
    seen: list[object] = []
    watching = [True]  # a hook stays to the end of the process

    def hook(event: str, args: object) -> None:
        if watching and event == "object.__getattr__":
            seen.append(args)

    sys.addaudithook(hook)
    fast = jit(summed)
    f = lambda v: v * 2  # noqa: E731
    for _ in range(4):
        fast(f, A)
    seen.clear()
    fast(f, A)
    watching.clear()
    assert not seen


def factorial():
    def of(n):
        return 1.0 if n < 1 else n * of(n - 1)

    return of


def parity():
    def even(n):
        return 2.0 if n < 1 else odd(n - 1)

    def odd(n):
        return 3.0 if n < 1 else even(n - 1)

    return even


def counting():
    def f(x):
        f.calls += 1
        return x * f.calls

    f.calls = 0
    return f


def within():
    f = factorial()
    return lambda x: f(x)


def test_it_may_lie_in_a_cell_of_its_own() -> None:
    for made in (factorial, parity, counting, within):
        for plain, arg in ((twice, 3), (summed, A)):
            fast = jit(plain)
            for _ in range(4):
                assert repr(plain(made(), arg)) == repr(fast(made(), arg))
