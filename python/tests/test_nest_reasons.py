"""What keeps a loop in Python is told: the statement and why, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from slipstream import jit

Function = Callable[..., Any]


def printed(a):
    total = 0.0
    for i in range(len(a)):
        total += a[i]
        print(end="")
    return total


def joined(a):
    words = ""
    for x in a:
        words += str(x)
    return words


def inner_only(a):
    for i in range(3):
        print(end="")
        for j in range(len(a)):
            a[j] += i * j
    return a


LEFT = {printed: ("SL1301", 4), joined: ("SL1301", 3), inner_only: ("SL1301", 2)}


def reasons(f: Function) -> list[tuple[str, int]]:
    fast = jit(f)
    for _ in range(8):
        fast(np.arange(4.0))
    first = f.__code__.co_firstlineno
    return [(r.code, r.line - first) for r in fast.explain(np.arange(4.0)).reasons if r.code != "SL1903"]


@pytest.mark.parametrize("f", LEFT, ids=lambda f: f.__name__)
def test_the_statement_that_keeps_a_loop_in_python_is_named(f: Function) -> None:
    assert LEFT[f] in reasons(f)


@pytest.mark.parametrize("f", LEFT, ids=lambda f: f.__name__)
def test_nothing_is_told_twice_or_of_the_loop_as_such(f: Function) -> None:
    told = reasons(f)
    assert len(told) == len({*told})
    assert not [code for code, _ in told if code == "SL1101"]
