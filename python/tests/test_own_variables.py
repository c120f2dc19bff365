"""Functions that look at all of their own variables: compiled code keeps those that are read by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from slipstream import jit


def formatted(x):
    y = x * 2.0
    z = y + 1.0
    return "{y} {z}".format(**locals())


def listed(x):
    y = x * 2
    z = y + 1
    return sorted(vars()), dir(), z.sum()


def evaluated(x):
    y = x * 2
    z = y + 1
    y += z.sum() * 0
    return eval("y + z")


def executed(x, found):
    y = x * 2
    y += 1
    exec("found.append(y)")
    return found


@pytest.mark.parametrize("f", [formatted, listed, evaluated, lambda x: executed(x, [])])
def test_variables_are_all_there(f: Callable[..., Any]) -> None:
    fast = jit(f)
    for _ in range(4):
        assert repr(fast(np.ones(3))) == repr(f(np.ones(3)))


def test_the_reason_is_told() -> None:
    fast = jit(formatted)
    fast(np.ones(3))
    assert "SL1003" in str(fast.explain(np.ones(3)))


def test_globals_are_no_variables_of_a_function() -> None:
    def f(x):
        return x * 2 + len(globals()) * 0

    fast = jit(f)
    for _ in range(3):
        fast(np.ones(3))
    assert fast.stats().calls == 3
