"""Loops that set attributes: the objects are as Python would leave them, wherever a loop is left."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from slipstream import jit

A = np.arange(1, 9.0)
NAMES = ("a", "total", "n", "flag", "v", "fresh", "hidden")


class Plain:
    def __init__(self, a):
        self.a, self.total, self.n, self.flag, self.v = a, 0.0, 0, None, a * 0

    def add(self, x):
        self.total += x
        self.n += 1

    def both(self, x):
        self.add(x)
        self.add(-x * 0.5)
        return self.total

    @property
    def twice(self):
        return self.total * 2


class Slots:
    __slots__ = ("a", "flag", "n", "total", "v")

    def __init__(self, a):
        self.a, self.total, self.n, self.flag, self.v = a, 0.0, 0, None, a * 0


class Defaults:
    total, n, flag, v = 0.0, 0, None, None

    def __init__(self, a):
        self.a = a


@dataclasses.dataclass
class Data:
    a: Any
    total: float = 0.0
    n: int = 0
    flag: Any = None
    v: Any = None


class Setter:
    def __init__(self, a):
        self.a, self.hidden, self.n, self.flag, self.v = a, 0.0, 0, None, 0

    @property
    def total(self):
        return self.hidden

    @total.setter
    def total(self, value):
        self.hidden = value
        self.n += 100


class Watched(Plain):
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
        if name == "n":
            object.__setattr__(self, "fresh", value)


CLASSES = (Plain, Slots, Defaults, Data, Setter, Watched)


def plain(o):
    for i in range(len(o.a)):
        o.total += o.a[i]
        o.n += 1
        if o.a[i] > 5:
            o.flag = True
    return o.total


def printing(o):
    for i in range(len(o.a)):
        o.total += o.a[i]
        if i == 3:
            print(o.total, o.n)
        o.n = i
    return o.n


def raising(o):
    for i in range(len(o.a) + 1):
        o.total += o.a[i]
        o.n = i


def methods(o):
    for x in o.a:
        o.add(x)
    for x in o.a:
        o.both(x)


def arrays(o):
    for i in range(4):
        o.v = o.a * i
        o.v[0] += 1
        o.total = o.v.sum()
    return o.v


def in_place(o):
    for i in range(4):
        o.a += i
        o.a[0] = 2
        o.n += 1


def no_round(o):
    for _ in range(0):
        o.total += 1


def several(o, p):
    for i in range(3):
        o.total += o.a[i]
        p.total += 1
        o.n = p.n
    return p.total


def the_same(o):
    return several(o, o)


def property_of(o):
    s = 0.0
    for i in range(3):
        o.total += o.a[i]
        s += o.twice
    return s


def types(o):
    for i in range(5):
        o.total = i if i < 2 else (i * 0.5 if i < 4 else np.float32(i))
        o.flag = o.total
    return o.total


def warned(o):
    for i in range(4):
        o.total = o.a[i] / (o.a[0] - 1.0)
        o.n += 1


def missing(o):
    for i in range(3):
        o.fresh = i


def until(o):
    while o.total < 20:
        o.total += o.a[o.n]
        o.n += 1


def tuples(o):
    for i in range(3):
        o.flag = (i, o.a[i])
    return o.flag


def outcome(f: Callable[[Any], object], o: Any) -> tuple[object, ...]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings(record=True) as reports:
        warnings.simplefilter("always")
        try:
            result = repr(f(o))
        except Exception as error:
            result = repr(error)
    held = {name: getattr(o, name, "-") for name in NAMES}
    kinds = [type(v) for v in held.values()]
    return result, printed.getvalue(), repr(held), kinds, [(str(w.message), w.lineno) for w in reports]


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize(
    "f",
    [
        *(plain, printing, raising, methods, arrays, in_place, no_round, the_same, property_of),
        *(types, warned, missing, until, tuples),
    ],
)
def test_objects_are_left_as_python_leaves_them(f, cls) -> None:
    fast = jit(f)
    for _ in range(4):
        one, other = cls(A.copy()), cls(A.copy())
        for _ in range(2):
            assert outcome(f, one) == outcome(fast, other)


@pytest.mark.parametrize("f", [plain, methods, arrays, until, in_place, property_of, types])
def test_they_run_natively(f) -> None:
    fast = jit(f)
    for _ in range(3):
        fast(Plain(A.copy()))
    assert fast.stats().native >= 2


def test_two_objects_may_be_one() -> None:
    fast = jit(several)
    for _ in range(3):
        for together in (False, True):
            told = []
            for f in (several, fast):
                o = Plain(A)
                p = o if together else Plain(A * 2)
                told.append((f(o, p), o.total, p.total, o.n))
            assert told[0] == told[1]


def test_objects_may_share_their_dict() -> None:
    def run(f):
        o, p = Plain(A), Plain(A)
        p.__dict__ = o.__dict__
        return f(o, p), o.total, p.total

    fast = jit(several)
    for _ in range(3):
        assert run(several) == run(fast)


def test_what_was_held_is_freed_in_time() -> None:
    class Freed:
        pass

    def replace(o):
        for i in range(3):
            o.v = i
            o.n += 1

    seen = []
    fast = jit(replace)
    for _ in range(4):
        o, held = Plain(A), Freed()
        o.v = held
        reference = weakref.ref(held, lambda _, o=o: seen.append(o.n))
        del held
        fast(o)
        assert reference() is None
    assert seen == [0, 0, 0, 0]
