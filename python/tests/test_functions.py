"""Functions that a function makes, and the variables that it shares with them."""

from __future__ import annotations

import gc
import sys
import traceback
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import Snapshot, differences, exception_facts
from slipstream import jit

KEPT: list[Any] = []


def opaque(*values: Any) -> Any:
    """Python runs it by nature."""
    KEPT[:] = values
    return values[0]


def helper(f: Any, x: Any) -> Any:
    return f(x) + f(x * 2)


def a_lambda(x: Any) -> Any:
    scale = lambda v, by=2.0: v * by  # noqa: E731
    return scale(x) + scale(x, 3.0) - scale(by=0.5, v=x)


def a_function(x: Any) -> Any:
    k = x.max()

    def inner(v: Any, *rest: Any, to: Any = 1.5, **options: Any) -> Any:
        return v * k + to + len(rest) - len(options)

    return inner(x) - inner(x, 1, 2, to=k, a=1)


def rebound(x: Any) -> Any:
    c = x * 2
    f = lambda: c + 1  # noqa: E731
    first = f()
    c = x - 1
    return first * f(), c


def counted(x: Any) -> Any:
    n = 0

    def step(v: Any) -> Any:
        nonlocal n
        n += 1
        return v * n

    return step(x) + step(x), n


def deep(x: Any) -> Any:
    def outer(v: Any) -> Any:
        w = v * 2

        def inner(u: Any) -> Any:
            nonlocal w
            w = w + u
            return w * x

        return inner(v) + inner(x)

    return outer(x + 1)


def handed(x: Any) -> Any:
    return helper(lambda v: v * x, x + 1)


def given_back(x: Any) -> Any:
    c = x * 2

    def inner(v: Any, w: Any = 2.0, *, k: Any = 3, j: Any = c) -> Any:
        return v * c + w * k

    c = c + 1
    return inner, lambda: c, inner(x), c


def annotated(x: Any) -> Any:
    def inner(v: int, *, k: Any = 1.0) -> float:
        return float(v * k)

    return inner, x * 2 + 1


def made_inside(x: Any) -> Any:
    def maker(k: Any) -> Any:
        return lambda v: v * k

    f = maker(x + 1)
    return f, f(x)


def seen_by_others(x: Any) -> Any:
    c = x * 2
    f = lambda: c  # noqa: E731
    g = opaque(f, x)
    d = x * 3 + 1
    c = d - x
    e = opaque(c) * 2
    return f() is c, g() + e, f is g


def before_a_store(x: Any, y: Any) -> Any:
    c = y * 2
    f = lambda: c + y  # noqa: E731
    x[0] = 1.5
    z = x * c
    x[1:] = z[1:]
    return f() + z


def parameter(x: Any, y: Any) -> Any:
    x = x + y
    f = lambda: x * y  # noqa: E731
    return f() - x, y


def recursive(x: Any) -> Any:
    def power(v: Any, n: Any) -> Any:
        return v if n == 0 else power(v * v, n - 1)

    return power(x, 2) * x


def raising(x: Any) -> Any:
    def inner(v: Any) -> Any:
        return v[7] + 1

    y = x * 2
    return inner(y)


def warning(x: Any) -> Any:
    inner = lambda v: np.sqrt(v)  # noqa: E731
    y = x * 2
    return inner(y - 10.0)


def unbound(x: Any) -> Any:
    f = lambda: c  # noqa: E731
    y = x * 2
    z = f() if y.size > 9 else y
    c = z
    return y + 1


def a_generator(x: Any) -> Any:
    def each() -> Any:
        yield x

    y = x * 2 + 1
    return y, next(each())


Make = Callable[[], tuple[Any, ...]]


def one() -> tuple[Any, ...]:
    return (np.arange(4.0),)


def two() -> tuple[Any, ...]:
    return np.arange(4.0), np.ones(4)


#: A function, its arguments, and whether it runs natively as a whole.
ROWS: list[tuple[Any, Make, bool]] = [
    (a_lambda, one, True),
    (a_function, one, True),
    (rebound, one, True),
    (counted, one, True),
    (deep, one, True),
    (handed, one, True),
    (given_back, one, True),
    (annotated, one, True),
    (made_inside, one, True),
    (seen_by_others, one, False),
    (before_a_store, two, True),
    (parameter, two, True),
    (recursive, one, False),
    (raising, one, False),
    (warning, one, False),
    (unbound, one, False),
    (a_generator, one, False),
]


def facts_of(f: Any) -> Any:
    """What a function tells of itself; others are themselves."""
    if not callable(f):
        return f
    return (
        *(
            f.__name__,
            f.__qualname__,
            f.__module__,
            f.__defaults__,
            f.__kwdefaults__,
            f.__annotations__,
            f.__doc__,
        ),
        *(facts_of(c.cell_contents) for c in f.__closure__ or ()),
        f.__globals__ is globals(),
        f.__dict__,
    )


def observed(f: Any, args: tuple[Any, ...]) -> dict[str, object]:
    result, error, lines = None, None, []
    KEPT.clear()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = f(*args)
        except Exception as e:
            error = e
            lines = [(frame.name, frame.lineno) for frame in traceback.extract_tb(e.__traceback__)][1:]
    told = [(w.category.__name__, str(w.message), w.lineno) for w in caught]
    facts = {"exception": exception_facts(error, skip=1), "lines": lines, "warnings": told}
    results = result if isinstance(result, tuple) else (result,)
    seen = {"result": [facts_of(r) for r in results], "args": list(args), "kept": [facts_of(k) for k in KEPT]}
    facts.update(Snapshot(seen).facts)
    return facts


@pytest.mark.parametrize(("f", "make", "whole"), ROWS, ids=lambda x: getattr(x, "__name__", ""))
def test_functions(f: Any, make: Make, whole: bool) -> None:
    fast = jit(f)
    for turn in range(4):
        found = differences(observed(f, make()), observed(fast, make()))
        assert not found, (turn, found[0])
    assert not fast._slipstream.bug
    if whole:
        assert fast.explain(*make()).native


def test_a_function_is_called_later() -> None:
    """Two functions share a variable, and the one that was made in a region is an ordinary one."""

    def pair(x: Any) -> Any:
        c = x * 2

        def get() -> Any:
            return c

        def put(v: Any) -> None:
            nonlocal c
            c = v

        return get, put, x + c

    fast = jit(pair)
    for _ in range(3):
        get, put, _ = fast(np.arange(3.0))
        assert get().tolist() == [0, 2, 4]
        put(7)
        assert get() == 7
        assert get.__closure__[0] is put.__closure__[0]
        assert get.__code__ in pair.__code__.co_consts
    assert fast.stats().native > 0


def test_what_cells_hold_is_freed_in_time() -> None:
    """What a shared variable held tells when it is let go."""
    gone: list[str] = []

    class Ender:
        def __del__(self) -> None:
            gone.append("end")

    def f(x: Any, c: Any) -> Any:
        y = x * 2 + 1
        c = y
        opaque(len(gone))
        return (lambda: c)() + y

    fast = jit(f)
    for _ in range(4):
        for g in (f, fast):
            gone.clear()
            g(np.arange(3.0), Ender())
            assert (gone, KEPT) == (["end"], [1])


def test_nothing_is_kept() -> None:
    fast = jit(given_back)
    x = np.arange(4.0)
    for _ in range(5):
        fast(x)
    gc.collect()
    before = sys.getrefcount(x), len(gc.get_objects())
    for _ in range(50):
        fast(x)
    r = weakref.ref(fast(x)[0])
    assert r() is None
    gc.collect()
    after = sys.getrefcount(x), len(gc.get_objects())
    assert after[0] == before[0]
    assert after[1] - before[1] < 20
