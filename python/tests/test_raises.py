"""Branches of which one way leads to a raise statement: the other one is compiled.

PYTEST_DONT_REWRITE: the programs' assert statements are CPython's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import hits
from slipstream import jit


def checked(x, low=0.0):
    if (x < low).any():
        raise ValueError(f"below {low}: {x.min()}")
    assert np.isfinite(x).all(), "not finite"
    return np.sqrt(x)


def within(a):
    x = a * 2.0 + 1
    if x.sum() > 100:
        raise RuntimeError("large")
    assert not x.max() > 90, x
    return x * 2


def in_a_helper(a):
    x = a * 2.0 + 1
    y = checked(x)
    return y - x


def caught(a):
    x = a * 2.0
    try:
        if (x > 50).any():
            raise ValueError("50")
    except ValueError:
        x = x / 2
    return x + 2


def chained(a):
    x = a + 1.0
    if not 0 <= x.min() < 20:
        if x.size > 3:
            raise ValueError("out of range")
        raise TypeError("few")
    return x * 3


@pytest.mark.parametrize("f", [within, in_a_helper, caught, chained])
def test_what_does_not_raise_runs_natively(f: Callable[[Any], Any]) -> None:
    fast, native = jit(f), 0
    for n in range(100):
        a = np.arange(6.0)
        a[2] = {3: -5.0, 6: np.inf, 8: 70.0, 9: np.nan}.get(n % 10, 2.0)
        before = hits(fast)
        assert not differences(outcome(f, a), outcome(fast, a))
        native += n % 10 < 3 and hits(fast) > before
    assert native == 30
    assert len(fast._slipstream.entries) == 1


def test_one_way_must_raise() -> None:
    def f(a):
        x = a * 2.0
        if x.sum() > 3:
            if x.size > 100:
                raise ValueError
            x = x + 1
        return x - 1

    fast = jit(f)
    for n in (0, 5, 0, 5, 1, 4, 2, 3):  # so that neither way is guessed
        assert not differences(outcome(f, np.arange(n + 1.0)), outcome(fast, np.arange(n + 1.0)))
    assert "SL1102" in str(fast.explain(np.arange(3.0)))


def test_what_always_raises_is_cut_off() -> None:
    fast, a = jit(within), np.arange(60.0)
    for _ in range(30):
        assert not differences(outcome(within, a), outcome(fast, a))
    assert hits(fast) > 5
    assert fast._slipstream.compiles < 8
