"""Functions that somebody makes of the code of a decorated one."""

from __future__ import annotations

import types
from typing import Any

import numpy as np
import pytest
from slipstream import jit

SCALE = 2.0


def scaled(a, shift=1.0):
    b = a * SCALE
    for _ in range(3):
        b = b + shift
    return b


def maker(k: float) -> Any:
    def closed(a):
        return a * k + 1

    return closed


@pytest.mark.parametrize("before", range(4))
def test_globals_and_defaults_are_its_own(before: int) -> None:
    fast = jit(scaled)
    for _ in range(before):
        fast(np.ones(3))
    copy = types.FunctionType(fast.__code__, {**globals(), "SCALE": 10.0}, "copy", (5.0,))
    for _ in range(3):
        assert copy(np.ones(3)).tolist() == [25.0] * 3
        assert fast(np.ones(3)).tolist() == [5.0] * 3


@pytest.mark.parametrize("before", range(4))
def test_closures_are_its_own(before: int) -> None:
    fast = jit(maker(2.0))
    for _ in range(before):
        fast(np.ones(3))
    copy = types.FunctionType(fast.__code__, globals(), "copy", None, maker(7.0).__closure__)
    for _ in range(3):
        assert copy(np.ones(3)).tolist() == [8.0] * 3
        assert fast(np.ones(3)).tolist() == [3.0] * 3
