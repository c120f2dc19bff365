"""Loops that ask for types, flags, texts and other things that are known, and functions of modules math
and operator in loops."""

from __future__ import annotations

import enum
import math
import operator
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import same_each_time, whole_calls
from slipstream import jit

ARRAYS = {
    "floats": np.linspace(-1, 2, 20),
    "every second": np.linspace(-1, 2, 40)[::2],
    "backwards": np.linspace(-1, 2, 20)[::-1],
    "single": np.linspace(-1, 2, 20).astype("f4"),
    "ints": np.arange(-9, 11),
    "bytes": np.arange(20, dtype="u1"),
    "bools": np.arange(20) % 3 == 0,
    "special": np.array([np.nan, np.inf, -np.inf, -0.0, 1e308, -1e308, 5e-324, 1.0] * 3)[:20],
}

QUESTIONS = (
    "isinstance(a, np.ndarray)",
    "a.flags.c_contiguous",
    "a.flags['F_CONTIGUOUS']",
    "a.itemsize == 8",
    "a.nbytes > 100",
    "a.strides[0] == 8",
    "np.shape(a)[0] > 3 and np.size(a) > 3",
    "np.asarray(a) is a",
    "a.dtype == np.float64",
    "type(a) is np.ndarray",
    "type(a[i]) is np.float64",
    "text in ('full', 'same')",
    "text not in ('valid', 'same')",
    "text.startswith('fu')",
    "len(text) == 4",
    "text == 'full' or i > 3",
    "kind is not None",
    "(i, 1) == (1, 1)",
    "(i, a[i]) != (1, a[1])",
    "[i, 2] == [1, 2]",
    "(i, 1) == (1, 1, 1)",
    "((i, 2), 3) == ((4, 2), 3)",
    "a.flags.writeable",
    "a.flags['WRITEABLE'] and i > 2",
    "np.ascontiguousarray(a) is a",
    "np.ascontiguousarray(a)[i] == a[i]",
    "i.bit_length() > 2",
    "(-i * 2**50).bit_length() % 3 == 0",
)

OF_NUMBERS = (
    "math.isnan(x)",
    "math.isinf(x)",
    "math.isfinite(x)",
    "math.isclose(x, 0.5)",
    "math.isclose(x, y, rel_tol=0.3)",
    "math.isclose(x, y, abs_tol=0.2, rel_tol=0.0)",
    "math.isclose(a=x, b=y, abs_tol=y)",
    "math.degrees(x) > 10",
    "math.radians(x) > 0.001",
    "math.copysign(1.0, x) > 0",
    "math.hypot(x, y) > 1",
    "math.fmod(x, 0.7) > 0.2",
    "math.erf(x) > 0.3",
    "operator.add(x, y) > operator.mul(x, 2)",
    "operator.lt(x, y)",
    "operator.floordiv(i, 3) == operator.mod(i, 3)",
    "x.item() > 0.5",
    "type(x.item()) is float",
)


def function(condition: str) -> Any:
    names: dict[str, Any] = {"np": np, "math": math, "operator": operator}
    exec(
        "def f(a, y, text, kind):\n"
        "    count = 0.0\n"
        "    for i in range(len(a)):\n"
        "        x = a[i]\n"
        f"        if {condition}:\n"
        "            count += 1 + i\n"
        "        else:\n"
        "            count -= 0.5\n"
        "    return count, x\n",
        names,
    )
    return names["f"]


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("condition", QUESTIONS + OF_NUMBERS)
@pytest.mark.filterwarnings("ignore")
def test_answers(condition: str, name: str) -> None:
    same_each_time(function(condition), ARRAYS[name], 0.25, "full", "linear")


@pytest.mark.parametrize("condition", QUESTIONS + OF_NUMBERS)
def test_nothing_is_left_to_python(condition: str) -> None:
    fast = same_each_time(function(condition), ARRAYS["floats"], 0.25, "full", "linear")
    assert whole_calls(fast) >= 2


@pytest.mark.parametrize("shape", [(3, 4), (1, 4), (4, 1), (1, 1), (0, 3), (3, 0), (2, 3, 4), (2, 1, 4)])
def test_flags_of_several_axes(shape: tuple[int, ...]) -> None:
    def f(a, n):
        told = []
        for i in range(n):
            told.append((a.flags.c_contiguous, a.flags["F"], a.nbytes, a.strides[0], i))
        return told

    a = np.zeros(shape)
    for b in (a, a.T, np.asfortranarray(a), a[::-1], a[..., ::2], np.zeros((*shape, 2))[..., 0]):
        same_each_time(f, b, 3)


def test_where_the_answer_changes_from_call_to_call() -> None:
    def f(a, text):
        count = 0
        for i in range(len(a)):
            if text in ("one", "two") and a.flags.c_contiguous:
                count += i
            elif a.dtype == np.float32:
                count -= i
        return count

    fast = jit(f)
    for a in ARRAYS.values():
        for text in ("one", "three", "two", "one"):
            assert fast(a, text) == f(a, text)


class Mode(enum.Enum):
    ONE = 1
    TWO = 2


def test_members_of_an_enumeration() -> None:
    def f(a, mode):
        total = 0.0
        for x in a:
            total += x if mode is Mode.ONE else -x
        return total

    fast = jit(f)
    for mode in (Mode.ONE, Mode.TWO, None, Mode.ONE):
        assert (
            differences(
                outcome(lambda mode=mode: f(ARRAYS["floats"], mode)),
                outcome(lambda mode=mode: fast(ARRAYS["floats"], mode)),
            )
            == []
        )


class Whole(enum.IntEnum):
    ONE = 1


class Plain:
    """Equal to itself alone."""


class Equal:
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def test_objects_that_are_equal_to_themselves_alone() -> None:
    def f(a, one, other):
        total = 0.0
        for x in a:
            if one == other:
                total += x
            elif one != Mode.ONE:
                total -= x
        return total

    def straight(a, one, other):
        if one == other:
            a = a * 2 + 1
        return a - 3 if one != None else a + 3  # noqa: E711

    objects = (Mode.ONE, Mode.TWO, Whole.ONE, Plain(), Plain(), Equal(), None, 1, "x", 2.0, np.float64(1))
    for g in (f, straight):
        fast = jit(g)
        for one in objects:
            for other in objects:
                expected, got = (
                    outcome(lambda h=h, one=one, other=other: h(ARRAYS["floats"], one, other))
                    for h in (g, fast)
                )
                assert differences(expected, got) == []


def test_a_class_that_comes_to_compare_otherwise() -> None:
    class Late:
        pass

    def f(a, one, other):
        total = 0.0
        for x in a:
            total += x if one == other else 1.0
        return total

    fast, one, other = jit(f), Late(), Late()
    for _ in range(6):
        assert fast(ARRAYS["floats"], one, other) == f(ARRAYS["floats"], one, other)
    assert whole_calls(fast) >= 4
    Late.__eq__ = lambda self, other: True  # type: ignore[method-assign,assignment]
    assert fast(ARRAYS["floats"], one, other) == f(ARRAYS["floats"], one, other)


def test_negative_tolerances_raise() -> None:
    def f(a, y):
        count = 0
        for x in a:
            if math.isclose(x, 0.5, rel_tol=y):
                count += 1
        return count

    same_each_time(f, ARRAYS["floats"], -1.0)
    same_each_time(f, ARRAYS["floats"], math.nan)


def test_tuples_with_the_same_nan() -> None:
    def f(a):
        count = 0
        for x in a:
            pair = (x, 1)
            if pair == (x, 1):
                count += 1
            if pair != (x, 2):
                count += 10
        return count

    same_each_time(f, ARRAYS["special"])
    same_each_time(f, ARRAYS["floats"])


def test_is_integer() -> None:
    def f(a):
        count = 0
        for x in a:
            if float(x).is_integer():
                count += 1
            if x.is_integer():
                count += 10
        return count

    for name in ("floats", "single", "special", "ints"):
        same_each_time(f, ARRAYS[name])
