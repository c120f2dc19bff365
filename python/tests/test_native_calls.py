"""Calls and Python numbers in regions."""

from __future__ import annotations

import itertools
import math
import operator
import signal
import warnings
from typing import Any

import numpy as np
import pytest
from test_native_support import (
    F8,
    I8,
    REASON,
    C,
    Plan,
    called,
    same,
)

rng = np.random.default_rng(6)


# Calls


def test_calls() -> None:
    x = np.array([3.0, 1.0, 2.0])
    same(called(np.sort).region()(x), np.sort(x))
    same(called(np.max, "npscalar").region()(x), np.max(x))
    same(called(np.cumsum, names=("axis", "dtype")).region()(x, 0, None), np.cumsum(x, axis=0, dtype=None))
    assert called(len, "pyint", I8).region()(x) == 3
    assert called(np.shape, "object").region()(x) == (3,)


def test_calls_that_fail() -> None:
    x = np.array([3.0, 0.0])

    def stop(_: Any) -> None:
        raise MemoryError

    cases = [(operator.index, "call"), (stop, "call"), (np.argsort, "result"), (np.reciprocal, "call")]
    for callee, reason in cases:
        region = called(callee).region()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert region(x) is None
        assert region.last_reason == REASON[reason]
    assert np.geterr()["divide"] == "warn"


def test_an_interrupt_is_not_lost() -> None:
    def interrupt(_: Any) -> None:
        raise KeyboardInterrupt

    region = called(interrupt).region()
    answers = []

    def program() -> None:
        answers.append(region(np.ones(2)))
        for _ in range(1000):
            pass

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    try:
        with pytest.raises(KeyboardInterrupt):
            program()
    finally:
        signal.signal(signal.SIGINT, before)
    assert answers in ([], [None])


def test_flags_left_by_a_call_do_not_count() -> None:
    def noisy(a: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return a / 0

    x = np.ones(2)
    same(called(noisy).region()(x), noisy(x))


def test_flags_before_a_call_do() -> None:
    plan = Plan(1)
    x, y, z = plan.input(plan.array(), 0), plan.array(), plan.array()
    seen: list[Any] = []
    plan.apply("twice", x, y)
    plan.task("call", [x], z, callee=plan.object(lambda a: seen.append(a)))
    plan.leave(z)
    assert plan.region()(np.array([1e308])) is None
    assert not seen


def test_a_call_may_remove_its_entry() -> None:
    holder: list[Any] = []

    def callee(a: np.ndarray) -> np.ndarray:
        holder[0].clear()
        return a + 1

    holder.append(called(callee).region())
    assert holder[0](np.ones(2)).tolist() == [2, 2]
    assert holder[0].entries() == []
    assert holder[0](np.ones(2)) is None


# Python numbers

BINARY = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "truediv": operator.truediv,
    "floordiv": operator.floordiv, "mod": operator.mod, "pow": operator.pow, "lshift": operator.lshift,
    "rshift": operator.rshift, "and": operator.and_, "or": operator.or_, "xor": operator.xor,
    "lt": operator.lt, "le": operator.le, "eq": operator.eq, "ne": operator.ne, "gt": operator.gt,
    "ge": operator.ge,
}  # fmt: skip
KINDS = {int: ("pyint", I8), float: ("pyfloat", F8), bool: ("pybool", C["BOOL"])}
NUMBERS = [0, 3, -7, 2**62, 2.5, -0.0, math.inf, True]


def number(op: str, *args: Any, result: type) -> Any:
    plan = Plan(len(args), direct=True)
    src = [plan.input(plan.value(*KINDS[type(a)]), i) for i, a in enumerate(args)]
    out = plan.value(*KINDS[result])
    plan.task("number", src, out, operator=C[op.upper()])
    plan.leave(out)
    return plan.region()(*args)


@pytest.mark.parametrize("op", BINARY)
def test_numbers(op: str) -> None:
    for a, b in itertools.product(NUMBERS, repeat=2):
        if op in ("lshift", "pow") and abs(b) > 100 and isinstance(b, int):
            continue
        try:
            expected = BINARY[op](a, b)
        except (ArithmeticError, TypeError, ValueError):
            assert number(op, a, b, result=float) is None
            continue
        if isinstance(expected, complex):
            continue
        got = number(op, a, b, result=type(expected))
        if isinstance(expected, int) and not -(2**63) <= expected < 2**63:
            assert got is None
        else:
            same(got, expected)


def test_negation() -> None:
    assert number("neg", 3, result=int) == -3
    same(number("neg", 0.0, result=float), -0.0)
    assert number("neg", -(2**63), result=int) is None
