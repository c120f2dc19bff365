"""Loops that are written out, functions behind a cache, and keys of dicts of any size."""

from __future__ import annotations

import abc
import enum
import math
import operator
import sys
import warnings
from collections.abc import Callable
from numbers import Integral, Number
from typing import Any

import numpy as np
import pytest
from slipstream import jit

MANY = {f"key {i}": float(i) for i in range(40)}


def promoted(*values: Any, by: float | None = None) -> Any:
    if all(v is None for v in values):
        return values
    if any(isinstance(v, str) for v in values):
        raise TypeError("text")
    return [v if v is None else np.asarray(v) * (1.0 if by is None else by) for v in values]


def total(*values: Any) -> Any:
    found = 0.0
    for i, v in enumerate(values):
        if v is None:
            continue
        if i == 3:
            break
        found = found + v * i
    else:
        found = found * 2
    return found


def over_arguments(a: Any, b: Any) -> Any:
    x, y, _ = promoted(a, b, None, by=2.0)
    return total(x, y, None) + total(x, None, y, a), tuple(n for n in a.shape)


def comprehensions(a: Any, b: Any) -> Any:
    i = a * 2
    each = [v * i for i, v in enumerate((a, b, a + b)) if i != 1]
    nested = [[p + q for p in (a, b)] for q in (b, 2)]
    return each, nested, i, [v.ndim for v in (a, b)], sum([v * 2 for v in (a, b)])


def generators(a: Any, b: Any) -> Any:
    shapes = tuple(max(d) for d in zip(*(np.shape(v) for v in (a, b)), strict=True))
    both = tuple(v + i for i, v in enumerate((a, b)))
    return shapes, both, any(v is None for v in (a, b)), all([]), list(v * 2 for v in both)  # noqa: C400


def ranges(a: Any, b: Any) -> Any:
    axes = tuple(range(a.ndim)), [*range(3, 0, -1)], tuple(reversed(range(2)))
    return axes, a * sum([b * n for n in range(3)]), [b[(slice(None),) * n] for n in range(1, 2)]


def keys(a: Any, b: Any) -> Any:
    if MANY.get("nothing") is None and "key 7" in MANY and "other" not in MANY:
        return a * MANY["key 3"] + b * MANY.get("key 4", 1.0)
    return a * 100


def folded(a: Any, b: Any) -> Any:
    n = operator.index(a.ndim) + math.prod(a.shape) + math.gcd(len(a), 6)
    part = a[slice(1, None)], a[slice(2)], b[slice(None, None, 2)]
    return part, a * n + np.isdtype(a.dtype, "real floating") + issubclass(np.float32, np.floating)


class Answer:
    """Told to be a number, which its class is not."""

    def __init__(self, a: Any) -> None:
        self.module = None
        self.a = a


def questions(a: Any, b: Any) -> Any:
    one = np.array(a, copy=np._CopyMode.IF_NEEDED, dtype=None)
    kinds = isinstance(a, Number), isinstance(2.5, Number), isinstance(a.ndim, (str, Integral))
    same = a is False, np is True, (a.ndim == 1) is True, a is np, None is a, a is ...
    return one * 2 + np.iterable(a), kinds, same, b.astype(np.dtype("f4")) + np.dtype(float).itemsize


class Kind(enum.Enum):
    ONE = 1


def of_complex(a: Any, b: Any) -> Any:
    z = np.asarray(a * 2j + b, dtype=None)
    w = np.array([z, z], dtype=complex).astype(np.complex64)
    known = None in a.shape, None in (a.ndim, None), isinstance(a, Kind), isinstance(Kind.ONE, Kind)
    return z * w[0], np.full(a.shape, 2j) + np.zeros(a.shape, complex), known


def with_object(a: Any, b: Any) -> Any:
    o = holder
    o.module = np
    if isinstance(o, Number):
        return o.module.sqrt(a * a)
    return a * b + 1


holder = Answer(2)
PROGRAMS = (
    questions,
    of_complex,
    with_object,
    over_arguments,
    comprehensions,
    generators,
    ranges,
    keys,
    folded,
)


#: On CPython 3.11 questions about classes of enumerations are left to Python.
OF_ENUMERATIONS = (questions, of_complex)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_programs(f: Callable[..., Any]) -> None:
    fast = jit(f)
    for a in (np.arange(5.0), np.arange(6.0), np.ones(3), np.ones((2, 3)), np.ones((2, 3)), np.ones((2, 3))):
        assert repr(fast(a, a + 1)) == repr(f(a, a + 1))
    if f in OF_ENUMERATIONS and sys.version_info < (3, 12):
        return
    assert fast.stats().native > 2, fast.explain(np.ones((2, 3)), np.ones((2, 3)))
    assert not fast._slipstream.bug


def test_keys_that_come_and_go() -> None:
    a = np.arange(4.0)
    fast = jit(keys)
    for _ in range(4):
        fast(a, a)
    for change in ({"nothing": 1}, {"other": 2}, {"key 3": 7.0}, {"key 4": 9.0}):
        before = dict(MANY)
        MANY.update(change)
        assert repr(fast(a, a)) == repr(keys(a, a))
        MANY.clear()
        MANY.update(before)
        assert repr(fast(a, a)) == repr(keys(a, a))


def test_a_class_that_becomes_abstractly_another() -> None:
    class Shape(abc.ABC):  # noqa: B024
        pass

    def f(a: Any) -> Any:
        return a * 2.0 + a if isinstance(a, Shape) else a + 1.0

    fast, a = jit(f), np.arange(4.0)
    for _ in range(4):
        assert repr(fast(a)) == repr(f(a))
    Shape.register(np.ndarray)
    for _ in range(4):
        assert repr(fast(a)) == repr(f(a)) == repr(a * 3)


@pytest.mark.parametrize("name", ["asarray", "array", "float64", "interp", "full", "linspace", "histogram"])
def test_complex_numbers_that_are_taken_for_real_ones(name: str) -> None:
    f = TAKEN[name]
    fast, a = jit(f), np.arange(4.0)
    for _ in range(4):
        told = []
        for g in (f, fast):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                try:
                    result = repr(g(a))
                except Exception as e:
                    result = repr(e)
            told.append((result, [(str(w.message), w.lineno) for w in caught]))
        assert told[0] == told[1]


TAKEN: dict[str, Any] = {
    "asarray": lambda a: np.asarray(a * 2j, dtype=float) + a,
    "array": lambda a: np.array([a * 2j, a], dtype="f4") + a,
    "float64": lambda a: np.float64((a * 2j)[1]) + a,
    "interp": lambda a: np.interp(a * 1j, a, a) + np.interp(a, a, a * 1j),
    "full": lambda a: np.full(3, 2j, dtype=float) + a.sum(),
    "linspace": lambda a: np.linspace(0, a.max() * 1j, 4, dtype=float) + a,
    "histogram": lambda a: np.histogram(a * 1j, 3)[0] + a.sum(),
}


def test_what_any_does_not_look_at() -> None:
    def f(a: Any) -> Any:
        first = any(v is None or v.shape[5] for v in (None, a))
        return a * 2 + first

    fast, a = jit(f), np.arange(4.0)
    for _ in range(4):
        assert repr(fast(a)) == repr(f(a))


def test_a_generator_is_consumed_once() -> None:
    def f(a: Any) -> Any:
        return [tuple(g) + tuple(g) for g in [(v * 2 for v in (a, a + 1))]]

    fast, a = jit(f), np.arange(4.0)
    for _ in range(4):
        assert repr(fast(a)) == repr(f(a))


def test_loops_that_raise() -> None:
    def f(a: Any, n: Any) -> Any:
        x = a * 2.0 + a
        return [x[i] for i in n], promoted(a, x, by=2.0)

    fast, a = jit(f), np.arange(4.0)
    for n in ((0, 1), (0, 1), (0, 9), (1, "x"), (2, 3), (0, 1)):
        outcomes = []
        for g in (f, fast):
            try:
                outcomes.append(repr(g(a, n)))
            except Exception as e:
                outcomes.append(repr(e))
        assert outcomes[0] == outcomes[1]
