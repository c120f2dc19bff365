"""Loops over ranges whose rounds are computed side by side, and loops that are interchanged for that."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from lane_arrays import (
    OTHERS,
    SIZES,
    STATES,
    check_other_arrays,
    check_reports,
    check_shared_memory,
    few_rounds,  # noqa: F401
    named,
    share,
    side_by_side,
)
from programs import Program, Programs, check
from slipstream import jit

_RNG = np.random.default_rng(4)
A = _RNG.standard_normal((40, 40))
B = _RNG.standard_normal((40, 40))
V, W = A[0].copy(), B[0].copy()

PROGRAMS = Programs()
whole, left = PROGRAMS.whole, PROGRAMS.left


@whole(V, W)
def scaled(a, b):
    for i in range(len(a)):
        b[i] = a[i] * 2.0 + b[i]
    return i


@whole(V, W)
def with_locals(a, b):
    for i in range(1, a.shape[0]):
        x = a[i] - 1.5
        y = x * x + b[i]
        b[i] = y / (x * x + 1.0)
    return b[0]


@whole(V, W, 0.25)
def by_a_number(a, b, h):
    for i in range(3, len(a) - 2):
        b[i] = -a[i + 2] * h + a[i - 3] / 3
    return b


@whole(V, W, 7)
def by_another_index(a, b, k):
    for i in range(len(a) - k):
        b[i + k] = a[i] + a[k + i] * a[k]
    return b


@whole(V, W)
def two_arrays(a, b):
    c = np.zeros(len(a))
    for i in range(len(a)):
        c[i] = a[i] + b[i]
        b[i] = a[i] - b[i]
    return c


@whole(V, W)
def swapped(a, b):
    for i in range(len(a)):
        x = a[i]
        a[i] = b[i]
        b[i] = x


@whole(V)
def recurrence(a):
    for i in range(1, len(a)):
        a[i] = a[i - 1] * 0.5 + a[i]
    return a


@whole(V)
def shifted_down(a):
    for i in range(len(a) - 1):
        a[i] = a[i + 1] * 0.5
    return a


@whole(V)
def shifted_up(a):
    for i in range(len(a) - 1):
        a[i + 1] = a[i]
    return a


@whole(V, W)
def one_for_all(a, b):
    for i in range(len(a)):
        a[i] = a[5] + b[i]
    return a


@whole(V, W)
def summed(a, b):
    s = 0.0
    for i in range(len(a)):
        b[i] = a[i] * 2
        s += b[i]
    return s


@whole(V, W)
def last_local(a, b):
    x = 0.0
    for i in range(len(a)):
        x = a[i] * 2
        b[i] = x
    return i, x


@whole(A, B)
def columns(a, b):
    n, m = a.shape
    for j in range(m):
        for i in range(n):
            b[i, j] = a[i, j] * 2.0 + 1.0
    return b


@whole(A, B)
def rows(a, b):
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            b[i, j] = a[i, j] * b[i, j] - 1
    return b


@whole(A, B, np.zeros((40, 40)))
def product(a, b, c):
    n = a.shape[0]
    for i in range(n):
        for j in range(n):
            for k in range(n):
                c[i, j] += a[i, k] * b[k, j]
    return c


@whole(A, B, np.zeros((40, 40)))
def product_by_rows(a, b, c):
    n = a.shape[0]
    for i in range(n):
        for k in range(n):
            x = a[i, k]
            for j in range(n):
                c[i, j] += x * b[k, j]
    return c


@whole(A, B)
def product_of_sums(a, b):
    n = a.shape[0]
    c = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            s = 0.0
            for k in range(n):
                s += a[i, k] * b[k, j]
            c[i, j] = s
    return c


@whole(A, B)
def sums_from_ints(a, b):
    for j in range(a.shape[1]):
        s = 0
        for i in range(a.shape[0]):
            s = s + a[i, j]
        for i in range(2):
            b[i, j] = s
    return b


@whole(A, B)
def from_an_element(a, b):
    for j in range(1, a.shape[1]):
        s = b[0, j]
        t = s + 1.0
        for i in range(3):
            s = s * 0.5 + a[i, j]
            t = t - s
        b[1, j] = t
        b[2, j] = s
    return b


@whole(A)
def along_columns(a):
    for j in range(a.shape[1]):
        for i in range(1, a.shape[0]):
            a[i, j] = a[i - 1, j] * 0.5 + a[i, j]
    return a


@whole(A)
def across_columns(a):
    for j in range(1, a.shape[1]):
        for i in range(a.shape[0]):
            a[i, j] = a[i, j - 1] * 0.5 + a[i, j]
    return a


@whole(A)
def both_ways(a):
    for i in range(1, a.shape[0] - 1):
        for j in range(1, a.shape[1] - 1):
            a[i, j] = (a[i - 1, j] + a[i + 1, j] + a[i, j - 1] + a[i, j + 1]) * 0.25
    return a


@whole(A, B)
def stencil(a, b):
    for i in range(1, a.shape[0] - 1):
        for j in range(1, a.shape[1] - 1):
            b[i, j] = 0.25 * (a[i - 1, j] + a[i + 1, j] + a[i, j - 1] + a[i, j + 1])
    return b


@whole(A + 50 * np.eye(40))
def factors(a):
    n = a.shape[0]
    for k in range(n):
        for i in range(k + 1, n):
            a[i, k] = a[i, k] / a[k, k]
            for j in range(k + 1, n):
                a[i, j] -= a[i, k] * a[k, j]
    return a


@whole(V, W[:7].copy())
def convolved(a, w):
    out = np.zeros(len(a) - len(w) + 1)
    for i in range(len(out)):
        s = 0.0
        for k in range(len(w)):
            s += a[i + k] * w[k]
        out[i] = s
    return out


@whole(A, B)
def three_deep(a, b):
    for j in range(a.shape[1]):
        for i in range(4):
            s = 0.0
            for k in range(i):
                s += a[k, j] * 0.5
            b[i, j] = s + a[i, j]
    return b


@whole(A, B)
def no_rounds_inside(a, b):
    for j in range(a.shape[1]):
        s = 0.0
        for k in range(0):
            s += a[k, j]
        b[0, j] = s
    return b


@whole(A, V)
def rows_of_a_matrix(a, v):
    row = a[3]
    for j in range(len(v)):
        row[j] = v[j] + row[j]
    return row


@whole(V, W)
def twice(a, b):
    for _ in range(2):
        for i in range(len(a)):
            b[i] += a[i]
    return b


@whole(A, np.float32(0.7))
def from_a_number_of_pythons(a, w):
    for j in range(a.shape[1]):
        s = 0.1
        for i in range(1, 5):
            s = s * w + a[i, j]
        a[0, j] = s


@whole(V, W, 0.125)
def by_its_variable(a, b, h):
    for i in range(len(a)):
        x = -1.0 + i * h
        a[i] = x * x - i / 7 + (i + 2) * h
        b[i] = b[i] * i + a[i] / (i + 1)


@whole(A, B, 3)
def by_both_variables(a, b, n):
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            b[i, j] = (i + j) * 0.5 + a[i, j] * j - i * n
    return b


@whole(A, B)
def by_its_variable_inside(a, b):
    for j in range(a.shape[1]):
        s = 0.5
        for k in range(3):
            s += (j + 1) * 0.25 - a[k, j] * k
        b[0, j] = s / 2 + j
    return b


@left(V, W)
def divided_by_its_variable(a, b):
    for i in range(len(a)):
        b[i] = 1.0 / (i * 0.5)


@left(V, W, 0)
def divided_by_a_number(a, b, n):
    for i in range(len(a)):
        b[i] = i / n


@left(A, B, 0)
def divided_by_no_sum(a, b, n):
    for j in range(a.shape[1]):
        s = 0.0
        for i in range(n):
            s += a[i, j]
        b[0, j] = 1.0 / s


@left(V.astype("f4"), W.astype("f4"))
def narrow_by_its_variable(a, b):
    for i in range(len(a)):
        b[i] = a[i] * (i * 0.1)


@left(V, W)
def far_away(a, b):
    for i in range(2**53, 2**53 + 30):
        a[i - 2**53] = i * 1.0


@left(A, B)
def one_variable(a, b):
    for j in range(a.shape[1]):
        k = a[0, j]
        for k in range(1, 3):
            b[k, j] = a[k, j]
        b[0, j] = k
    for j in range(a.shape[1]):
        for j in range(3):
            b[0, j] = a[0, j] * 2.0
    return b


@left(A)
def the_value_before(a):
    for j in range(a.shape[1]):
        x = a[0, j]
        for i in range(3):
            a[i, j] = x * 0.5 + a[i, j]
    return a


@left(A)
def unbound_at_first(a):
    for j in range(a.shape[1]):
        for i in range(3):
            if i < 0:
                y = a[i, j]
            a[i, j] = y
            y = a[i, j]
    return a


@left(V, W)
def for_nothing(a, b):
    for i in range(len(a)):
        x = a[i] / (b[i] - b[i])  # noqa: F841
        b[i] = a[i] * 2.0
    return b


@left(A, B, 0)
def for_rounds_that_are_not(a, b, n):
    for j in range(a.shape[1]):
        x = a[0, j] / (b[0, j] - b[0, j])
        for i in range(n):
            b[i, j] = x
        b[1, j] = a[1, j] * 3
    return b


@left(V, W)
def used_behind(a, b):
    for i in range(len(a)):
        x = a[i] * 2
        a[i] = b[i]
        b[i] = x + a[i]


@left(V.astype("i8"), W.astype("i8"))
def integers(a, b):
    for i in range(len(a)):
        b[i] = a[i] * 3 + b[i]


@left(V, W)
def out_of_range(a, b):
    for i in range(len(a)):
        b[i] = a[i + 1]


@left(V, W)
def in_front(a, b):
    for i in range(len(a)):
        b[i] = a[i - 1] + a[i - 3]


@left(A, B, 50)
def out_of_range_inside(a, b, n):
    for j in range(a.shape[1]):
        for i in range(n):
            b[i, j] = a[i, j] * 2.0


@left(V, W, -50)
def a_number_out_of_range(a, b, k):
    for i in range(len(a)):
        b[i] = a[k] + 1.0


test_nothing_is_left_to_python, test_what_is_left_gives_the_same = PROGRAMS.tests()
ALL = PROGRAMS.natively + PROGRAMS.partly


#: Rounds of these depend on one another, or what they do is not done side by side.
ONE_BY_ONE = (
    recurrence,
    shifted_down,
    shifted_up,
    summed,
    last_local,
    both_ways,
    swapped,
    from_a_number_of_pythons,
)


@pytest.mark.parametrize(("f", "arguments"), PROGRAMS.natively, ids=lambda x: getattr(x, "__name__", ""))
def test_which_rounds_are_done_side_by_side(f: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    assert side_by_side(check(f, arguments, 2)) == (f not in ONE_BY_ONE)


@pytest.mark.parametrize("of", OTHERS + SIZES)
@pytest.mark.parametrize("program", ALL, ids=named)
def test_other_arrays(program: Program, of: str) -> None:
    check_other_arrays(program, of)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("program", ALL, ids=named)
def test_reports(program: Program, state: str) -> None:
    check_reports(program, state)


@pytest.mark.parametrize("program", [p for p in ALL if share(p)], ids=named)
def test_shared_memory(program: Program) -> None:
    check_shared_memory(program)


def test_elements_that_lie_over_one_another() -> None:
    def f(a, b):
        for i in range(len(a)):
            a[i] = b[i] * 2.0
        return a

    fast = jit(f)
    for strides in ((0,), (4,), (8,), (16,)):
        for _ in range(3):
            made = []
            for g in (f, fast):
                memory = np.arange(80.0)
                a = np.lib.stride_tricks.as_strided(memory, (30,), strides)
                g(a, np.linspace(0, 1, 30))
                made.append(memory.tobytes())
            assert made[0] == made[1]


def test_how_few_rounds_are_done_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer gain nothing, the more so where what is stored is noted."""
    monkeypatch.delenv("SLIPSTREAM_FEWEST_LANES")
    for f, fewest in ((scaled, 32), (two_arrays, 80), (product, 80), (columns, 128)):
        fast = jit(f)
        fast(*copy.deepcopy(dict(ALL)[f]))
        (plan,) = [e.plan for e in fast._slipstream.entries if "try_write" in e.plan]
        assert f"const i8 {fewest:#x}\n" in plan
