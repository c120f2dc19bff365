"""Lists of lists, of tuples and of arrays that loops make: what they hold, and who shares them."""

from __future__ import annotations

import sys
from collections import deque

import numpy as np
from programs import Programs, check

A = np.random.default_rng(1).random(20)
INTS = np.random.default_rng(2).integers(0, 9, 30)
WITH_NAN = np.where(np.arange(20) == 3, np.nan, A)

PROGRAMS = Programs()
whole, left = PROGRAMS.whole, PROGRAMS.left


@whole(6, 7)
def dp(n, m):
    d = [[0] * m for _ in range(n)]
    for i in range(n):
        for j in range(m):
            d[i][j] = d[i - 1][j] + d[i][j - 1] + 1 if i and j else 1
    return d


@whole(6, 7)
def dp_array(n, m):
    d = [[0] * m for _ in range(n)]
    for i in range(n):
        for j in range(m):
            d[i][j] = i * j
    return np.array(d)


@whole(5)
def shared(n):
    d = [[0] * 3] * n
    for i in range(n):
        d[i][1] += i
    return d, d[0] is d[1]


@whole(5)
def alias(n):
    d = [[0] * 3 for _ in range(n)]
    row = d[1]
    for i in range(n):
        row[0] += i
    last = d[-1]
    return d, row, last


@whole(5)
def rows_append(n):
    rows = []
    for i in range(n):
        rows.append([i, i * 2])
    s = 0
    for r in rows:
        s += r[0] * r[1]
    return rows, s, len(rows[0])


@whole(12)
def adjacency(n):
    g = [[] for _ in range(n)]
    for i in range(n):
        g[i].append((i * 7) % n)
        g[(i * 7) % n].append(i)
    seen = [False] * n
    stack = [0]
    order = []
    seen[0] = True
    while stack:
        u = stack.pop()
        order.append(u)
        for v in g[u]:
            if not seen[v]:
                seen[v] = True
                stack.append(v)
    return order, g


@whole(30)
def edges(n):
    e = []
    for i in range(n):
        e.append((i, (i * 3) % n, i * 0.5))
    t = 0.0
    for u, v, w in e:
        t += u * v * w
    return e, t


@whole(10)
def unionfind(n):
    parent = list(range(n))
    for k in range(n):
        a = (k * 3) % n
        b = (k * 7 + 1) % n
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a != b:
            parent[a] = b
    return parent


@whole(6)
def three(n):
    c = [[[0] * 3 for _ in range(4)] for _ in range(n)]
    for i in range(n):
        for j in range(4):
            for k in range(3):
                c[i][j][k] = i * j * k
    return c


# A comprehension of comprehensions has cells where these are functions.
@(whole if sys.version_info >= (3, 12) else left)(6)
def copyrows(n):
    c = [[i * j for j in range(3)] for i in range(n)]
    d = [row[:] for row in c]
    for i in range(n):
        d[i][0] = 9
    return c, d, d[1:3]


@whole(9)
def swaps(n):
    xs = [(i * 7) % n for i in range(n)]
    for _i in range(n):
        for j in range(n - 1):
            if xs[j] > xs[j + 1]:
                xs[j], xs[j + 1] = xs[j + 1], xs[j]
    return xs


@whole(9)
def rowswap(n):
    r = [[i, i + 1] for i in range(n)]
    for i in range(n - 1):
        r[i], r[i + 1] = r[i + 1], r[i]
    return r


@left(9)
def npsum(n):
    r = [[i, i + 1] for i in range(n)]
    s = 0
    for i in range(n):
        s += np.sum(r) + np.mean(r[i])
    return s


@whole(9)
def npstack(n):
    r = [[i, i + 1] for i in range(n)]
    for _i in range(n):
        b = np.asarray(r)
        c = np.array(r, float)
    return b, c


@whole(9)
def nested_misc(n):
    r = [[i, i + 1] for i in range(n)]
    r.reverse()
    r.insert(0, [7, 7])
    x = r.pop(0)
    del r[0]
    for _i in range(3):
        r.append(x)
    x[0] = 99
    return r, x, len(r)


@left(9)
def nested_sorted(n):
    r = [[n - i, i + 1] for i in range(n)]
    s = 0
    for _i in range(n):
        s += len(sorted(r))
        s += max(r)[0]
    return s


@left(9)
def nested_in(n):
    r = [[n - i, i + 1] for i in range(n)]
    s = 0
    for _i in range(n):
        s += [1, 2] in r
    return s


@left(9)
def nested_eq(n):
    r = [[n - i, i + 1] for i in range(n)]
    s = 0
    for i in range(n):
        s += r[i] == r[0]
    return s


@whole(9)
def unpackrow(n):
    r = [[n - i, i + 1] for i in range(n)]
    s = 0
    for a, b in r:
        s += a * b
    for k in range(n):
        x, y = r[k]
        s -= x * y
    return s


@whole(9)
def tuple_of_list(n):
    r = [[n - i, i + 1] for i in range(n)]
    s = 0
    for _i in range(n):
        t = tuple(r)
        s += len(t)
    return t, s


@whole(300)
def churn(n):
    d = {}
    s = set()
    rows = []
    t = 0
    for i in range(n):
        d[i] = i
        s.add(i % 37)
        if i > 10:
            del d[i - 10]
        if i % 3 == 0:
            s.discard((i * 5) % 37)
        rows.append([i] * (i % 5))
        if len(rows) > 7:
            t += len(rows.pop(0))
    return d, s, rows, t, list(d)


@whole(50)
def gcstress(n):
    keep = []
    for i in range(n):
        tmp = [[j] * 3 for j in range(20)]
        keep.append(tmp[i % 20])
        tmp2 = [[j + 1] * 3 for j in range(30)]
        if i % 4 == 0:
            keep = [tmp2[1], keep[-1]]
    return keep


@left(9)
def printing(n):
    d = {}
    s = 0
    for i in range(n):
        d[i] = i
        if i == 4:
            s = repr(d)
    return s


@whole(9)
def rowvar(n):
    r = [[0] * 3 for _ in range(n)]
    for i in range(n):
        row = r[i]
        prev = r[i - 1]
        for j in range(3):
            row[j] = prev[j] + i
    return r, row, prev


@whole(9)
def lit(n):
    r = [0, 1.5, 2]
    for i in range(n):
        r[i % 3] = r[i % 3] + 1
    return r


@whole(9)
def lit2(n):
    s = 0
    for i in range(n):
        r = [0, 1.5, i]
        s += r[i % 3]
    return s, r


@left(9)
def listrange(n):
    r = list(range(n))
    for i in range(n):
        r[i] = i * 0.5
    return r


@whole(9)
def comp(n):
    r = [0 for _ in range(n)]
    for i in range(n):
        r[i] += i * 0.5
    return r


@left(6)
def minempty(n):
    s = set()
    for i in range(n):
        s.add(i)
    s.clear()
    return max(s)


@whole(6)
def asarr(n):
    t = 0.0
    for i in range(n):
        r = [[i, j] for j in range(3)]
        b = np.asarray(r)
        t += b[1, 0] + np.asarray(r[0], float)[1] + np.array([1, 2])[0]
    return t, b


@whole(20)
def window(n):
    w = deque(maxlen=4)
    out = []
    for i in range(n):
        w.append(i * 0.5)
        out.append(sum(w) / len(w))
    return out, w


@whole(20)
def window2(n):
    w = deque(maxlen=4)
    t = 0
    for i in range(n):
        w.append((i, i + 1))
        if i % 3 == 0:
            w.appendleft((0, i))
        if i % 7 == 5:
            w.popleft()
        t += w[0][0] + w[-1][1]
    return t, w


@whole(20, 3)
def window3(n, k):
    w = deque([], k)
    t = 0
    for i in range(n):
        w.appendleft(i)
        t += max(w) - min(w)
    return t, w, list(w), sorted(w)


@left(5)
def window0(n):
    w = deque(maxlen=0)
    for i in range(n):
        w.append(i)
    return w


@whole(5)
def windown(n):
    w = deque(maxlen=None)
    for i in range(n):
        w.append(i)
    return w


@whole(10)
def sortkey(n):
    xs = [(i * 7) % n for i in range(n)]
    t = 0
    for i in range(3):
        t += sorted(xs, key=lambda x: -x)[i]
    return t


@whole(A)
def argsort(a):
    t = 0
    for i in range(3):
        o = sorted(range(len(a)), key=lambda i: a[i])
        t += o[i]
    return o, t


@left(WITH_NAN)
def argsort_nan(a):
    t = 0
    for i in range(3):
        o = sorted(range(len(a)), key=lambda i: a[i])
        t += o[i]
    return o, t


@whole(INTS)
def ties(a):
    t = 0
    for i in range(3):
        o = sorted(range(len(a)), key=lambda i: a[i])
        p = sorted(range(len(a)), key=lambda i: a[i], reverse=True)
        t += o[i]
    return o, t, p


@whole(12)
def kruskal(n):
    edges = []
    for i in range(n):
        edges.append((i, (i * 5 + 1) % n, (i * 7) % n * 0.5))
    parent = list(range(n))
    tree = []
    total = 0.0
    for u, v, w in sorted(edges, key=lambda e: e[2]):
        a = u
        b = v
        while parent[a] != a:
            a = parent[a]
        while parent[b] != b:
            b = parent[b]
        if a != b:
            parent[a] = b
            tree.append((u, v))
            total += w
    return tree, total


@left(5)
def in_itself(n):
    x = []
    for _ in range(n):
        x.append(x)
    return len(x), x[0] is x


@left(5)
def ever_deeper(n):
    x = []
    for _ in range(n):
        x = [x]
    return x


@left(5)
def in_each_other(n):
    x, y = [], []
    for _ in range(n):
        x.append(y)
        y.append(x)
    return len(x), len(y), x[0] is y


@left(A)
def back_through_what_is_written_down(a):
    s = 0.0
    for i, x in enumerate(reversed([a, a * 2])):
        s += i * x.sum()
    for x in [a, a + 1]:
        s += x[0]
    for x in reversed([1, 2.5]):
        s += x
    return s


test_nothing_is_left_to_python, test_what_is_left_gives_the_same = PROGRAMS.tests()


def test_nans_are_found_by_what_they_are() -> None:
    def f(a, n):
        xs, pairs, d, found = [], [], {}, 0
        for i in range(n):
            x = float(a[i])
            xs.append(x)
            pairs.append((i, x))
            d[i] = x
            found += xs.index(x) + pairs.count(pairs[-1])
        ys = a.tolist()
        for y in ys:
            found += ys.index(y)
        return found, xs[-1] in xs, xs[-1] in d.values()

    for a in ([1.0, 2.0, 1.0], [1.0, np.nan, 2.0, np.nan], [np.nan] * 3):
        check(f, (np.array(a), len(a)))
