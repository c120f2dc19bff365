"""Lists of numbers of several types that loops make."""

from __future__ import annotations

import numpy as np
from programs import Programs

A = np.random.default_rng(1).random(20)

PROGRAMS = Programs()
whole, left = PROGRAMS.whole, PROGRAMS.left


@whole(A)
def mixed(a):
    xs = [0] * len(a)
    for i in range(len(a)):
        xs[i] = a[i]
    return xs


@whole(9)
def floats_in_int_list(n):
    r = [[0] * 3 for _ in range(n)]
    for i in range(n):
        for j in range(3):
            r[i][j] = i * 0.5
    return r


@whole(A)
def mixed_float(a):
    xs = [0.0] * len(a)
    for i in range(1, len(a)):
        xs[i] = a[i] * 2
    return xs


@whole(A)
def acc(a):
    xs = [0.0] * 4
    for i in range(1, len(a)):
        xs[i % 4] += a[i]
    return xs


@whole(9)
def dpf(n):
    r = [[0] * 3 for _ in range(n)]
    for i in range(1, n):
        for j in range(3):
            r[i][j] = r[i - 1][j] + j * 0.5
    return r


@left(9)
def readsum(n):
    r = [0] * n
    for i in range(0, n, 2):
        r[i] = i * 0.5
    s = 0
    for x in r:
        s += x
    return r, s, sum(r), r[1:3], len(r)


@whole(9)
def three_types(n):
    r = [0] * n
    for i in range(n):
        if i % 3 == 0:
            r[i] = i > 2
        elif i % 3 == 1:
            r[i] = i * 0.5
    return r


@left(9)
def four_types(n):
    r = [0] * n
    for i in range(n):
        if i % 4 == 0:
            r[i] = i > 2
        elif i % 4 == 1:
            r[i] = i * 0.5
        elif i % 4 == 2:
            r[i] = np.float64(i)
    return r


@whole(9)
def appended(n):
    r = []
    for i in range(n):
        r.append(i)
        r.append(i * 0.5)
    r.append(2)
    return r, r[3], r[4]


@whole(9)
def rowsmixed(n):
    rows = []
    for i in range(n):
        rows.append([i, i])
        rows.append([i * 0.5])
    s = 0
    for row in rows:
        for x in row:
            s += x
    return rows, s


@left(9)
def minmax(n):
    r = [0] * n
    for i in range(0, n, 2):
        r[i] = i * 0.5
    s = 0
    for _ in range(n):
        s += max(r) + min(r)
    return s


@whole(9)
def inmixed(n):
    r = [0] * n
    for i in range(0, n, 2):
        r[i] = i * 0.5
    s = 0
    for _ in range(n):
        s += (1.0 in r) + r.count(0)
    return s


@left(9)
def popmixed(n):
    r = [0] * n
    for i in range(0, n, 2):
        r[i] = i * 0.5
    s = 0
    for _ in range(n):
        s += r.pop()
    return s, r


@whole(9)
def edit(n):
    d = [[0] * (n + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        d[i][0] = i * 1.5
    for j in range(n + 1):
        d[0][j] = j * 1.5
    for i in range(1, n + 1):
        for j in range(1, n + 1):
            d[i][j] = min(
                d[i - 1][j] + 1.5, d[i][j - 1] + 1.5, d[i - 1][j - 1] + (0 if i % 3 == j % 2 else 1)
            )
    return d


@whole(9)
def ifmixed(n):
    r = [0] * n
    r[3] = 0.5
    t = 0
    for i in range(n):
        if r[i] > 0.25:
            t += 1
        if r[i]:
            t += 1
    return t, r


@whole(9)
def mixedvals(n):
    d = {}
    for i in range(n):
        d[i] = i
    for i in range(0, n, 2):
        d[i] = i * 0.5
    s = 0
    for i in range(n):
        s += d[i] + d.get(i, 7)
    return d, s


@whole(A)
def popmix(a):
    d = {}
    t = 0
    for i in range(len(a)):
        d[i % 7] = d.get(i % 7, 0) + a[i]
    for i in range(3):
        t += d.pop(i)
    return d, t


@whole(9)
def displays(n):
    t = 0
    for i in range(n):
        d = {i: 1, i + 1: 2}
        e = {1: i, 2: 3}
        s = {i, 7}
        t += len(d) + e[1] + len(s) + d[i]
    return d, e, s, t


@whole(9)
def display_const(n):
    t = 0
    for i in range(n):
        d = {}
        d[0] = i
        e = {1: 1, 2: 3}
        t += d[0] + e[2]
    return t


test_nothing_is_left_to_python, test_what_is_left_gives_the_same = PROGRAMS.tests()
