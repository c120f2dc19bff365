"""Branches, comparisons and functions in rounds that are computed side by side."""

from __future__ import annotations

import math
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

_RNG = np.random.default_rng(5)
A = _RNG.standard_normal((40, 40))
B = _RNG.standard_normal((40, 40))
V, W = A[0].copy(), B[0].copy()
R = np.round(V)

PROGRAMS = Programs()
whole, left = PROGRAMS.whole, PROGRAMS.left


@whole(V, W)
def chosen(a, b):
    for i in range(len(a)):
        b[i] = a[i] if a[i] > 0 else -a[i]


@whole(A, B, 0.3)
def thresholds(a, b, t):
    n, m = a.shape
    for i in range(n):
        for j in range(m):
            if a[i, j] > t:
                b[i, j] = 1.0
            else:
                b[i, j] = 0.0
    return b


@whole(V, W, -0.5, 0.5)
def clipped(a, b, low, high):
    for i in range(len(a)):
        x = a[i]
        if x < low:
            x = low
        elif x > high:
            x = high
        b[i] = x
    return b


@whole(V, 0.25)
def clipped_in_place(a, t):
    for i in range(len(a)):
        if a[i] > t:
            a[i] = t
    return a


@whole(V, W)
def largest(a, b):
    for i in range(len(a)):
        b[i] = max(a[i], 0) - min(b[i], a[i], 0.25)
    return b


@whole(np.abs(A))
def shortest_paths(d):
    n = d.shape[0]
    for k in range(n):
        for i in range(n):
            for j in range(n):
                if d[i, k] + d[k, j] < d[i, j]:
                    d[i, j] = d[i, k] + d[k, j]
    return d


@whole(A)
def paths_that_get_shorter(d):
    n = 5
    for k in range(n):
        for i in range(n):
            for j in range(d.shape[1]):
                d[i, j] = min(d[i, j], d[i, k] + d[k, j] * 0.5)
    return d


@whole(A[:5].copy(), B[:5].copy())
def bodies(x, f):
    n = x.shape[1]
    for i in range(n):
        fx = 0.0
        fy = 0.0
        for j in range(n):
            if i != j:
                dx = x[0, j] - x[0, i]
                dy = x[1, j] - x[1, i]
                r = math.sqrt(dx * dx + dy * dy)
                w = x[2, j] / (r * r * r)
                fx += w * dx
                fy += w * dy
        f[0, i] = fx
        f[1, i] = fy
    return f


@whole(V, R, W)
def divided_where_it_can_be(a, b, c):
    for i in range(len(a)):
        c[i] = a[i] / b[i] if b[i] != 0 else 0.0
    return c


@whole(R, W, -1.0)
def several_conditions(a, b, t):
    for i in range(len(a)):
        x = a[i]
        if (x > t and x < 5.0) or x == -1.0:
            b[i] = x
        elif x == 0:
            b[i] = x + 0.5
    return b


@whole(R, W)
def between(a, b):
    for i in range(len(a)):
        if -1 <= a[i] < 2 and not b[i] > 0.5:
            b[i] = a[i] * 2.0 if a[i] else 3.0
    return b


@whole(V, W)
def continued(a, b):
    for i in range(len(a)):
        if a[i] < 0:
            continue
        b[i] = math.sqrt(a[i])
    return b


@whole(A, V)
def sums_of_some(a, b):
    n, m = a.shape
    for j in range(m):
        s = 0.0
        for i in range(n):
            if a[i, j] > 0:
                s += a[i, j]
            elif a[i, j] < -1:
                s = s * 0.5
        b[j] = s
    return b


@whole(A, V)
def largest_of_columns(a, b):
    n, m = a.shape
    for j in range(m):
        s = a[0, j]
        for i in range(1, n):
            if a[i, j] > s:
                s = a[i, j]
        b[j] = s
    return b


@whole(A[:, :3].copy(), B[:3].copy())
def distances(x, y):
    n, d = x.shape
    m = y.shape[1]
    out = np.empty((n, m))
    for i in range(n):
        for j in range(m):
            s = 0.0
            for k in range(d):
                t = x[i, k] - y[k, j]
                s += t * t
            out[i, j] = np.sqrt(s)
    return out


@whole(V, W)
def by_the_place(a, b):
    for i in range(len(a)):
        if i > 3 and i != 7:
            b[i] = a[i] * i
        if i == len(a) - 1 or i + 1 < 2.5:
            b[i] = 0.0
    return b


@whole(R, V, W)
def by_other_numbers(k, a, b):
    k = k.astype(np.int32)
    m = k > 0
    for i in range(len(a)):
        if k[i] == 1:
            b[i] = a[i]
        elif m[i]:
            b[i] = -a[i]
        elif not k[i]:
            b[i] = a[i] * k[i] + abs(b[i])
    return b


@whole(V, W)
def stored_and_asked_before(a, b):
    for i in range(len(a)):
        if a[i] > 0.1:
            a[i] = -1.0
        else:
            b[i] = a[i]
    return a


@whole(V, W)
def stored_and_asked_behind(a, b):
    for i in range(len(a)):
        if a[i] > 0.1:
            a[i] = -a[i]
            b[i] = 2.0
        b[i] = b[i] + a[i]
    return a


@whole(A, V)
def asked_of_a_sum(a, b):
    for j in range(len(b)):
        s = 0.25
        for i in range(a.shape[0]):
            if s > 1:
                s = a[i, j]
            else:
                s += abs(a[i, j])
        b[j] = s
    return b


@whole(V, W)
def deep(a, b):
    for i in range(len(a)):
        if a[i] > 0:
            if b[i] > 0:
                x = a[i]
                b[i] = 0.0
            else:
                x = b[i] * 2.0
            x = x + 1.0
        elif b[i] > 1:
            x = 0.5
        else:
            continue
        b[i] = x * x
    return b


@whole(V, W)
def numbers_of_pythons(a, b):
    for i in range(len(a)):
        x = math.fabs(a[i]) if a[i] < 0 else 0.5
        b[i] = 2 / (x + 1.0) + 1.0 / math.sqrt(x + 0.1)
    return b


@whole(A, B)
def negated_sums_of_nothing(a, b):
    for n in (3, 0):
        for j in range(a.shape[1]):
            s = 0
            for i in range(n):
                s += a[i, j]
            b[n, j] = -s
            b[n + 1, j] = s * -3
    return b


@whole(V, W)
def negated_ints(a, b):
    for i in range(len(a)):
        b[i] = -(a[i] if a[i] > 0 else 0)
    for i in range(len(a)):
        a[i] = max(a[i], 0) * -2
    return b


@whole(A, B)
def counted(a, b):
    for j in range(a.shape[1]):
        n = 0
        for i in range(a.shape[0]):
            if a[i, j] > 0:
                n += 1
        b[0, j] = n
    return b


@whole(A, B, 2)
def alike_in_all(a, b, n):
    for j in range(a.shape[1]):
        if n > 1:
            b[0, j] = a[0, j]
        else:
            b[0, j] = 1.0
    return b


@left(A, B)
def begun_inside(a, b):
    for j in range(a.shape[1]):
        if a[0, j] > 0:
            for i in range(3):
                b[i, j] = a[i, j]
    return b


@left(V, W)
def one_way_only(a, b):
    for i in range(len(a)):
        if a[i] > 0:
            x = a[i]
        b[i] = x
    return b


@left(V, R)
def divided_by_zero(a, b):
    for i in range(len(a)):
        if a[i] > 0:
            b[i] = a[i] / b[i]
    return b


@left(V, R)
def raised(a, b):
    for i in range(len(a)):
        if a[i] > -1:
            b[i] = 1.0 / abs(float(b[i]))
    return b


@left(V, W)
def raised_of_literals(a, b):
    for i in range(len(a)):
        b[i] = 1 / (i * 0.5 - 4)
    for i in range(len(a)):
        b[i] = 1e400 / (i * 0.5 - 4)


@left(V, W)
def roots_of_any(a, b):
    for i in range(len(a)):
        b[i] = math.sqrt(b[i] + a[i])
    return b


@left(V, W)
def in_front(a, b):
    for i in range(len(a)):
        if i > 0:
            b[i] = a[i - 1]
        if i < len(a) - 1:
            b[i] = b[i] + a[i + 1]
    return b


test_nothing_is_left_to_python, test_what_is_left_gives_the_same = PROGRAMS.tests()
ALL = PROGRAMS.natively + PROGRAMS.partly

#: What these do is not done side by side.
ONE_BY_ONE = (negated_ints, counted, alike_in_all)


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
