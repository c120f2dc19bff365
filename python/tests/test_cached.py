"""Functions whose results functools.lru_cache keeps: calls that the cache answers."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.run import hits
from slipstream import jit

calls: list[object] = []
MODULES = [types.ModuleType(name) for name in ("a", "b", "c")]


@functools.lru_cache(4)
def kind_of(module: types.ModuleType) -> str | None:
    calls.append(module)
    return "numpy" if module.__name__ == "numpy" else None


@functools.cache
def has(cls: type, name: str) -> bool:
    calls.append((cls, name))
    try:
        return getattr(np, name) is cls
    except AttributeError:
        return False


@functools.lru_cache
def chosen(n: int) -> Any:
    calls.append(n)
    return (np.sqrt, abs, np.ndarray)[n]


def scaled(a, module):
    factor = 2.0 if kind_of(module) == "numpy" else 3.0
    if has(type(a), "ndarray") and not has(type(a), "nowhere"):
        a = a * factor + 1.0
    x = chosen(0)(a * a + 1.0)
    return x - kind_of(module).__len__() if factor < 1 else x - factor


def counts() -> tuple[Any, ...]:
    return kind_of.cache_info(), has.cache_info(), chosen.cache_info(), list(calls)


def clear() -> None:
    calls.clear()
    for f in (kind_of, has, chosen):
        f.cache_clear()


def told(f: Callable[..., Any], between: Callable[[int], object]) -> list[object]:
    """Results of calls and what the caches count behind each."""
    clear()
    seen: list[object] = []
    for n in range(10):
        between(n)
        seen += [repr(f(np.arange(4.0) + n, np)), counts()]
    return seen


@pytest.mark.parametrize("when", [-1, 3, 6])
def test_each_call_counts_once(when: int) -> None:
    """Also where the cache is emptied at some time."""
    fast = jit(scaled)

    def between(n: int) -> None:
        if n == when:
            clear()

    assert told(fast, between) == told(scaled, between)
    assert hits(fast) > 5


def test_the_order_of_a_cache_is_that_of_its_calls() -> None:
    """Each call moves its entry to the front: what is dropped at last is the same."""
    fast = jit(scaled)

    def between(n: int) -> None:
        for module in MODULES if n % 3 == 2 else ():
            kind_of(module)
        if n % 4 == 3:
            kind_of(np)

    assert told(fast, between) == told(scaled, between)


def test_a_report_of_the_statement_does_not_count_twice() -> None:
    fast = jit(scaled)
    with np.errstate(over="ignore"):
        told(fast, lambda n: None)
    a = np.array([1e200, 1.0])
    before = kind_of.cache_info().hits
    with pytest.warns(RuntimeWarning, match="overflow"):
        fast(a, np)
    assert kind_of.cache_info().hits == before + 1


def test_an_unhashable_argument_raises() -> None:
    def wrong(a):
        return a * chosen([0])

    fast = jit(wrong)
    for _ in range(3):
        with pytest.raises(TypeError, match="unhashable"):
            fast(np.ones(2))


class Kinds:
    @property
    def factor(self) -> float:
        return 2.0 if kind_of(np) == "numpy" else 3.0


def in_a_loop(a, kinds):
    total = 0.0
    for i in range(len(a)):
        total += a[i] * kinds.factor
        if has(np.ndarray, "ndarray"):
            total += 1.0
    return total


def test_calls_in_a_loop_count_each() -> None:
    fast, kinds = jit(in_a_loop), Kinds()
    for f in (fast, in_a_loop):
        clear()
        seen = [(f(np.arange(5.0), kinds), counts()) for _ in range(4)]
        if f is fast:
            first = seen
    assert repr(first) == repr(seen)
