"""Loops inside of loops that are Python's: over texts, dicts, files, generators, with prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from programs import check
from slipstream import jit

TEXTS = "abcdefghijklmnopqrstuvwxyz"
ROUNDS = [TEXTS, list(TEXTS), dict.fromkeys(TEXTS, 1), tuple(TEXTS[:20]), {"only": 1}, ""]


def counted(d, names):
    out = []
    for name in names:
        out.append(str(name))
        for i in range(len(d)):
            d[i] = d[i] + 1
    return out


def by_name(d, names):
    out = {}
    for name in names:
        s = 0.0
        for i in range(len(d)):
            s += d[i] * 2
        out[name] = s
    return out


def twice_inside(d, names):
    out = []
    for r in range(3):
        for name in names:
            out.append(str(name))
            for i in range(len(d)):
                d[i] = d[i] + r
                if d[i] > 40:
                    break
            else:
                out.append(name)
    return out


def nests_inside(d, names):
    out = {}
    for name in names:
        best = -1.0
        for i in range(len(d)):
            for j in range(i):
                if d[i] * d[j] > best:
                    best = d[i] * d[j]
        out[name + "!"] = best
    return out


def chosen_by_name(d, names):
    s = 0.0
    for name in names:
        how = "twice" if name in "aeiou" else "once"
        for i in range(len(d)):
            if how == "twice":
                s += 2 * d[i]
            else:
                s += d[i]
        names = [*names, how] if s < 0 else names
    return s, how if names else None


def returns_inside(d, names):
    seen = []
    for name in names:
        seen.append(name.upper())
        for i in range(len(d)):
            if d[i] > 7 and len(seen) > 4:
                return name, i, seen
    return seen


def raises_inside(d, names):
    for name in names:
        name.upper()
        for i in range(len(d) + (name == "k")):
            d[i] += 1


def while_inside(d, names):
    out = []
    for name in names:
        i = 0
        while i < len(d) and d[i] < 1e3:
            d[i] = d[i] * 2 + 1
            i += 1
        out.append((name.title(), i))
    return out


def tries_inside(d, names):
    out = []
    for name in names:
        try:
            for i in range(len(d)):
                d[i] = d[i] + 0.5
            out.append(name.index("q"))
        except ValueError as e:
            out.append(str(e))
    return out


def of_a_generator(d, names):
    out = []
    for name in (n + n for n in names):
        for i in range(len(d)):
            d[i] += len(name)
        out.append(name)
    return out


PROGRAMS = [
    counted,
    by_name,
    twice_inside,
    nests_inside,
    chosen_by_name,
    returns_inside,
    raises_inside,
    while_inside,
    tries_inside,
    of_a_generator,
]


@pytest.mark.parametrize("names", ROUNDS, ids=lambda names: f"{type(names).__name__}{len(names)}")
@pytest.mark.parametrize(
    "d",
    [np.arange(30.0), np.zeros(0), np.arange(9), [1.0, 2.0, 3.0] * 9],
    ids=["floats", "none", "ints", "list"],
)
@pytest.mark.parametrize("f", PROGRAMS)
def test_programs(f: Callable[..., Any], d: Any, names: Any) -> None:
    check(f, (d, names))


@pytest.mark.parametrize("f", [counted, by_name, twice_inside, nests_inside])
@pytest.mark.parametrize("names", ROUNDS[:3], ids=lambda names: type(names).__name__)
def test_the_first_call_enters_them(f: Callable[..., Any], names: Any) -> None:
    fast = jit(f)
    d, twin = np.arange(30.0), np.arange(30.0)
    assert differences(outcome(f, d, names), outcome(fast, twin, names)) == []
    assert fast.stats().exits >= len(names) // 2


def test_texts_that_are_of_use_are_known() -> None:
    def f(d, how, told):
        s = 0.0
        for i in range(len(d)):
            if i % 7 == 3:
                told.append(how)
            if how == "twice":
                s += 2 * d[i]
            else:
                s += d[i]
        return s

    fast = jit(f)
    for how in ("twice", "once", "twice", "none"):
        a, b = [], []
        assert f(np.arange(30.0), how, a) == fast(np.arange(30.0), how, b)
        assert a == b


def test_texts_that_only_python_reads_are_not_looked_at() -> None:
    def f(d, name, told):
        s = 0.0
        for i in range(len(d)):
            s += d[i]
            if i % 7 == 3:
                told.append(name)
        return s

    fast = jit(f)
    for k in range(20):
        a, b = [], []
        assert f(np.arange(30.0), f"name {k}", a) == fast(np.arange(30.0), f"name {k}", b)
        assert a == b
    assert fast.stats().entries < 8
