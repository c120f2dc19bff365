"""Generator expressions that a function goes through at once, and variables that they share with it."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from differential.run import same_each_time, whole_calls
from slipstream import jit

ARRAYS = {
    "floats": np.random.default_rng(0).standard_normal(40),
    "single": np.random.default_rng(1).standard_normal(9).astype("f4"),
    "ints": np.arange(-5, 20),
    "small": np.array([100, 27, -3], np.int8),
    "bools": np.array([True, False, True]),
    "empty": np.zeros(0),
    "special": np.array([1.0, np.nan, -np.inf, -0.0, 0.0]),
    "zeros": np.array([-0.0, -0.0]),
}

OF_ARRAYS = (
    "sum(x for x in a)",
    "sum(x * x for x in a if x > 0)",
    "sum(x > c for x in a)",
    "sum(float(x) for x in a)",
    "sum(abs(x - c) for x in a)",
    "max(x for x in a)",
    "min(abs(x) for x in a)",
    "max(x * y for x, y in zip(a, a[::-1]))",
    "any(x > c for x in a)",
    "all(x < c for x in a)",
    "any(x > 1e300 for x in a), all(x == x for x in a)",
    "sum(i * x for i, x in enumerate(a))",
    "sum(x for x in a) / (1 + sum(1 for x in a))",
    "sum(x * y for x in a for y in a[:3] if y != x)",
    "sum(max(x * y for y in a) for x in a)",
    "len(list(x for x in a))",
)

OF_RANGES = (
    "sum(i for i in range(n))",
    "sum(0.1 for i in range(n))",
    "sum(1.0 / (i + 1) for i in range(n))",
    "sum((-1.0) ** i * 1e16 / (i + 1) for i in range(n))",
    "sum(i * 2.5 - 3 for i in range(n, -n, -3))",
    "sum(2 ** 61 for i in range(n))",
    "max(i * i % 7 for i in range(n))",
    "min((i - 5) ** 2 for i in range(n))",
    "any(i > 10 for i in range(n)), all(i < 10 for i in range(n))",
    "any(i // (i - 12) > 100 for i in range(n))",
    "list(i * i for i in range(n))",
    "list(i / 2 for i in range(n) if i % 2)",
    "sum(i % 3 == 0 and i % 5 == 0 for i in range(n))",
)


def function(expression: str, arguments: str) -> Any:
    names: dict[str, Any] = {"np": np}
    exec(f"def f({arguments}):\n    return {expression}\n", names)
    return names["f"]


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("expression", OF_ARRAYS)
@pytest.mark.filterwarnings("ignore")
def test_of_arrays(expression: str, name: str) -> None:
    same_each_time(function(expression, "a, c"), ARRAYS[name], 0.5)


@pytest.mark.parametrize("n", [0, 1, 9, 60])
@pytest.mark.parametrize("expression", OF_RANGES)
def test_of_ranges(expression: str, n: int) -> None:
    same_each_time(function(expression, "n"), n)


# A variable of one generator in another one, NumPy's numbers in a list, and a sum of more than 64 bits.
LEFT = {"sum(max(x * y for y in a) for x in a)", "len(list(x for x in a))", "sum(2 ** 61 for i in range(n))"}


@pytest.mark.parametrize("expression", [e for e in (*OF_ARRAYS, *OF_RANGES) if e not in LEFT])
def test_nothing_is_left_to_python(expression: str) -> None:
    f = jit(function(expression, "a, c, n"))
    for _ in range(3):
        f(ARRAYS["floats"], 0.5, 9)
    assert whole_calls(f) >= 2


def test_in_loops_with_variables_that_they_share() -> None:
    def f(a, n):
        total, largest = 0.0, 0
        for i in range(n):
            total += sum(a[i, j] * j for j in range(n))
            if any(a[i, j] > 1.5 for j in range(i)):
                largest = max(i + largest * k for k in range(3))
        return total, largest, i

    a = np.random.default_rng(2).standard_normal((12, 12))
    fast = same_each_time(f, a, 12)
    # On CPython 3.11 values of too many types meet.
    assert whole_calls(fast) >= 2 or sys.version_info < (3, 12)
    same_each_time(f, a, 0)  # i has no value
    same_each_time(f, a, 13)  # an index out of range, in the thirteenth round


def test_shared_variables_have_their_values_wherever_python_looks(capsys: Any) -> None:
    def f(a, n):
        seen = []
        now = lambda: (i, seen[:])  # noqa: E731
        for i in range(n):
            seen.append(float(sum(a[j] * i for j in range(n))))
            if i == 3:
                print(now())
        return now(), now

    a = np.arange(9.0)
    told = []
    for g in (f, jit(f)):
        for _ in range(3):
            (result, now), text = g(a, 7), capsys.readouterr().out
            told.append((result, now(), now.__closure__[0].cell_contents, text))
    assert all(t == told[0] for t in told)


def test_variables_of_the_function_around() -> None:
    def outside():
        count = 0

        def f(a, n):
            nonlocal count
            for i in range(n):
                count = count + i
                a[i] = count
            return a.sum()

        def read():
            return count

        return f, read

    told = []
    for decorate in (lambda f: f, jit):
        f, read = outside()
        f = decorate(f)
        told.append([(f(np.zeros(9), n), read()) for n in (5, 9, 3, 0, 9)])
    assert told[0] == told[1]


def test_a_function_that_shares_what_a_loop_assigns() -> None:
    def f(a, n):
        i = 100

        @jit
        def twice(x):
            return x * i

        total = 0.0
        for i in range(n):
            total = total + twice(a[i])
        return total

    a = np.arange(9.0)
    for _ in range(3):
        assert jit(f)(a, 9) == f(a, 9)


def test_consumed_later_or_partly() -> None:
    def f(a):
        g = (x * 2 for x in a)
        first = next(g)
        return first, sum(g), list(g)

    def h(a):
        return sum((x for x in a), 10.0), max((x for x in a), default=0), np.array(x for x in a[:1]).shape

    same_each_time(f, np.arange(5.0))
    same_each_time(h, np.arange(5.0))


def test_an_exception_inside() -> None:
    def f(a, n):
        total = 0
        for i in range(n):
            total += sum(10 // (x - i) for x in a)
        return total

    same_each_time(f, np.arange(20, 30), 5)
    same_each_time(f, np.arange(20, 30), 25)
    same_each_time(f, [20, 21, "x"], 2)
