"""Expressions of arrays in loops that nothing comes of: NumPy computes them, and reports, all the same."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from slipstream import jit

LINE = np.linspace(-2, 3, 6)
ARRAYS = {
    "quiet": (LINE, LINE + 0.05),
    "zeros": (LINE, np.zeros(6)),
    "a zero": (LINE, np.array([1.0, 2.0, 0.0, 1.0, 1.0, 1.0])),
    "NaNs": (np.full(6, np.nan), LINE),
    "infinities": (np.full(6, np.inf), np.full(6, np.inf)),
    "integers": (np.arange(6), np.array([1, 0, 2, 0, 3, -1])),
    "singles": (LINE.astype("f4"), np.zeros(6, "f4")),
    "none": (np.ones(0), np.ones(0)),
    "planes": (np.ones((3, 2)), np.array([[1.0, 0.0], [2.0, 1.0], [0.5, 4.0]])),
}

UNUSED = (
    "x / y",
    "total += len(x / y)",
    "total += (x / y).shape[0]",
    "total += (x // y).size",
    "total += (x / y).ndim + np.ndim(x / y)",
    "total += np.size(np.sqrt(x - 1)) + np.shape(np.log(y))[0]",
    "total += (x / y) is None",
    "total += 1 if (x / y) is not None else 2",
    "total += (x / y).dtype == np.float64",
    "kept = np.zeros_like(x / y)",
    "kept = np.ones((x / y).shape)",
    "kept = (x / y)[:0]",
    "kept = np.where(x > 0, x / y, 0).shape",
    "kept = np.mean(x / y, axis=0, keepdims=True).shape",
    "for k in range(len(x / y)): total += k",
    "while total < len(x / y): total += 1",
    "x[:1] = len(x / y)",
    "x[:1], total = (x / y).size, (x - x / y).size",
    "total += lengths(x, y)",
    "total += lengths(x, y + 1) + len(x / (y + 1))",
    "kept = x / y; total += len(kept); kept = None",
    "total += sum(len(x / (y + k)) for k in range(2))",
    "if i < 3 or len(x / y): total += 2",
)


def lengths(x: Any, y: Any) -> int:
    """How many quotients there are, of two kinds."""
    return len(x / y) + (np.sqrt(y) * 2).shape[0]


def program(statement: str) -> Any:
    """A loop with a statement, and something that is native in any case."""
    source = f"""
def f(x, y, rounds):
    total, kept, own = 0, None, 0.0
    for i in range(rounds):
        own += i * 0.5
        {statement}
        own *= 0.75
    return total, kept, own
"""
    scope: dict[str, Any] = {"np": np, "lengths": lengths}
    exec(compile(source, f"<{statement}>", "exec"), scope)
    return scope["f"]


@pytest.mark.parametrize("kind", ARRAYS)
@pytest.mark.parametrize("statement", UNUSED)
def test_what_is_computed_for_nothing_is_reported(statement: str, kind: str) -> None:
    plain = program(statement)
    fast = jit(plain)
    for values in ("quiet", kind, kind, "quiet", kind):
        expected, got = (outcome(lambda g=g, v=values: called(g, ARRAYS[v])) for g in (plain, fast))
        assert differences(expected, got) == []


@pytest.mark.parametrize("state", ["raise", "ignore", "call"])
@pytest.mark.parametrize("statement", UNUSED)
def test_under_errstate(statement: str, state: str) -> None:
    plain = program(statement)
    fast = jit(plain)

    def told(g: Any, kind: str) -> Any:
        calls: list[str] = []
        with np.errstate(all=state, call=lambda text, flag: calls.append(f"{text} {flag}")):
            return called(g, ARRAYS[kind]), calls

    for kind in ("quiet", "zeros", "quiet", "a zero", "NaNs"):
        expected, got = (outcome(lambda g=g, k=kind: told(g, k)) for g in (plain, fast))
        assert differences(expected, got) == []


def called(f: Any, arrays: tuple[np.ndarray, np.ndarray]) -> Any:
    x, y = copy.deepcopy(arrays)
    return f(x, y, 6), x, y
