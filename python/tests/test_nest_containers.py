"""Lists of lists, deques, dicts, sets and heaps that loops make: what they hold, and who shares them."""

from __future__ import annotations

import collections
import heapq
import math
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.run import whole_calls
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


@whole(9)
def bfs(n):
    g = [[] for _ in range(n * n)]
    for i in range(n):
        for j in range(n):
            if i + 1 < n and (i * 3 + j) % 4:
                g[i * n + j].append((i + 1) * n + j)
            if j + 1 < n:
                g[i * n + j].append(i * n + j + 1)
    dist = [-1] * (n * n)
    dist[0] = 0
    q = deque([0])
    while q:
        u = q.popleft()
        for v in g[u]:
            if dist[v] < 0:
                dist[v] = dist[u] + 1
                q.append(v)
    return dist


@whole(30)
def dijkstra(n):
    g = [[] for _ in range(n)]
    for i in range(n):
        for k in range(3):
            g[i].append(((i * 5 + k * 3) % n, 1.0 + ((i * k) % 7) * 0.5))
    dist = [math.inf] * n
    dist[0] = 0.0
    h = [(0.0, 0)]
    while h:
        d, u = heapq.heappop(h)
        if d > dist[u]:
            continue
        for v, w in g[u]:
            nd = d + w
            if nd < dist[v]:
                dist[v] = nd
                heapq.heappush(h, (nd, v))
    return dist


@whole(A)
def heap(a):
    h = []
    for x in a:
        heapq.heappush(h, float(x))
    out = []
    for _i in range(10):
        out.append(heapq.heappop(h))
    return out, h


@whole(50)
def heapify(n):
    h = []
    for i in range(n):
        h.append((i * 37) % 101)
    heapq.heapify(h)
    return h


@whole(A)
def dict_count(a):
    d = {}
    for x in a:
        k = int(x * 10)
        d[k] = d.get(k, 0) + 1
    return d


@whole(INTS)
def dict_np_keys(a):
    d = {}
    for x in a:
        d[x] = d.get(x, 0) + 1
    return d


@whole(INTS)
def dict_np_keys2(a):
    d = {}
    for i in range(len(a)):
        k = a[i]
        if k in d:
            d[k] += 1
        else:
            d[k] = 1
    return d


@whole(A)
def dflt(a):
    d = defaultdict(int)
    for x in a:
        d[int(x * 10)] += 1
    return d, len(d)


@whole(A)
def dflt_f(a):
    d = defaultdict(float)
    for i in range(len(a)):
        d[i % 7] += a[i]
    return d


@whole(20)
def dflt_f2(n):
    d = collections.defaultdict(float)
    for i in range(n):
        d[i % 7] += i * 0.5
    return d


@whole(20)
def dflt_l(n):
    d = collections.defaultdict(list)
    for i in range(n):
        d[i % 7].append(i)
    s = 0
    for k in d:
        for x in d[k]:
            s += x * k
    return d, s


@whole(20)
def setdef(n):
    d = {}
    for i in range(n):
        d.setdefault(i % 5, []).append(i)
    return d


@whole(20)
def counter(n):
    c = Counter()
    for i in range(n):
        c[i % 6] += 1
    return c, c[99]


@whole(40)
def sets(n):
    s = set()
    k = 0
    for i in range(n):
        x = (i * i * 31) % 17
        if x not in s:
            s.add(x)
            k += 1
        elif i % 5 == 0:
            s.discard(x)
    return s, k, len(s)


@whole(40)
def items(n):
    d = {}
    for i in range(n):
        d[(i * 7) % 13] = i
    s = 0
    for k, v in d.items():
        s += k * v
    for k in d:
        s += k
    for v in d.values():
        s -= v
    return s, list(d), sorted(d.keys())


@whole(40)
def tuplekeys(n):
    d = {}
    for i in range(n):
        d[i % 3, i % 5] = d.get((i % 3, i % 5), 0) + i
    return d, (1, 1) in d


@whole(40)
def popdel(n):
    d = {}
    t = 0
    for i in range(n):
        d[i] = i * 2
        if i % 3 == 0:
            t += d.pop(i)
        if i % 12 == 1:
            del d[i]
    return d, t, d.pop(1000, 5)


@whole(20)
def memo(n):
    m = {}
    for i in range(n):
        if i < 2:
            m[i] = i
        else:
            m[i] = m[i - 1] + m[i - 2]
    return m[n - 1]


@left(30)
def keyerror(n):
    d = {}
    t = 0
    for i in range(n):
        d[i] = i
    for i in range(n + 3):
        t += d[i]
    return t


@whole(30)
def dq(n):
    d = deque()
    s = 0
    for i in range(n):
        d.append(i)
        if len(d) > 5:
            s += d.popleft()
        d.appendleft(-i)
        s += d[0] + d[-1]
        d.pop()
    return d, s


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


@whole(6)
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


def fibm(n, m):
    if n < 2:
        return n
    if n in m:
        return m[n]
    v = fibm(n - 1, m) + fibm(n - 2, m)
    m[n] = v
    return v


@left(9)
def memo_rec(n):
    s = 0
    for i in range(n):
        m = {}
        s += fibm(i, m)
    return s


@whole(A)
def mixed(a):
    xs = [0] * len(a)
    for i in range(len(a)):
        xs[i] = a[i]
    return xs


@left(9)
def dict_change_while(n):
    d = {}
    for i in range(n):
        d[i] = i
    for k in d:
        if k == 5:
            d[100] = 1
    return d


@left(9)
def dict_del_while(n):
    d = {}
    for i in range(n):
        d[i] = i
    for k in d:
        if k == 5:
            del d[3]
    return d


@whole(9)
def dict_set_while(n):
    d = {}
    for i in range(n):
        d[i] = i
    for k in d:
        d[k] = k * 2
    for k, v in d.items():
        d[k] += v
    return d


@whole(9)
def float_keys(n):
    d = {}
    for i in range(-n, n):
        d[(i % 4) * 0.5 * (-1.0)] = i
    d[-0.0] = 99
    d[0.0] = 98
    return d


@left(WITH_NAN)
def nan_keys(a):
    d = {}
    for i in range(len(a)):
        d[float(a[i])] = i
    return list(d.values()), len(d)


@left(9)
def bool_int_key(n):
    d = {}
    for i in range(n):
        d[i] = i
    s = 0
    for i in range(n):
        s += (True in d) + (i > 3 in d)
    d[True] = 55
    return d, s


@whole(INTS)
def npint_lookup(a):
    d = {}
    for i in range(20):
        d[i] = i * 2
    s = 0
    for x in a:
        if x in d:
            s += d[x]
    return s, d


@left(INTS)
def npint_put(a):
    d = {}
    for i in range(10):
        d[i] = i * 2
    for x in a:
        d[x] = 1
    return d, [type(k) for k in d]


@whole(9)
def aliasdict(n):
    d = {}
    e = d
    for i in range(n):
        e[i] = i
    return d, e, d is e


@whole(9)
def dict_of_lists(n):
    d = {}
    for i in range(n):
        if i % 3 not in d:
            d[i % 3] = []
        d[i % 3].append(i)
    x = d[0]
    x.append(100)
    return d, x


@whole(9)
def list_of_dicts(n):
    r = [{} for _ in range(3)]
    for i in range(n):
        r[i % 3][i] = i
    return r


@whole(9)
def list_of_sets(n):
    r = [set() for _ in range(3)]
    for i in range(n):
        r[i % 3].add(i)
    return r, 4 in r[1]


@whole(9)
def dflt_read(n):
    d = defaultdict(int)
    t = 0
    for i in range(n):
        t += d[i % 4]
        d[i % 4] += i
    return d, t


@left(9)
def dflt_two(n):
    d = defaultdict(int)
    t = 0
    for i in range(n):
        t += d[i] + len(d)
    return d, t


@left(9)
def dflt_fail(n):
    d = defaultdict(int)
    xs = [1] * n
    t = 0
    for i in range(n + 2):
        t += d[i] * xs[i]
    return d, t


@whole(9)
def dq2(n):
    q = deque([(0, 0)])
    seen = set()
    out = []
    seen.add((0, 0))
    while q:
        x, y = q.popleft()
        out.append((x, y))
        for dx, dy in ((1, 0), (0, 1)):
            p = (x + dx, y + dy)
            if x + dx < 4 and y + dy < 4 and p not in seen:
                seen.add(p)
                q.append(p)
    return out, q, len(seen)


@left(9)
def dqempty(n):
    q = deque()
    for i in range(n):
        q.append(i)
    s = 0
    for _ in range(n + 1):
        s += q.popleft()
    return s


@left(WITH_NAN)
def heap_nan(a):
    h = []
    for i in range(len(a)):
        heapq.heappush(h, (float(a[i]), i))
    o = []
    for _ in range(len(a)):
        o.append(heapq.heappop(h))
    return o


@left(WITH_NAN)
def heap_nan1(a):
    h = []
    for i in range(len(a)):
        heapq.heappush(h, float(a[i]))
    o = []
    for _ in range(len(a)):
        o.append(heapq.heappop(h))
    return o


@whole(60)
def heap_ties(n):
    h = []
    for i in range(n):
        heapq.heappush(h, (i % 5, i % 3, i))
    for _ in range(n // 2):
        heapq.heappop(h)
    heapq.heapify(h)
    return h


@left(A)
def heap_np(a):
    h = []
    for x in a:
        heapq.heappush(h, x)
    return h[0]


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


@whole(9)
def ctr(n):
    c = Counter()
    s = 0
    for i in range(n):
        c[i % 4] += 2
        s += c[i]
    for k, v in c.items():
        s += k * v
    return c, s


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
def floats_in_int_list(n):
    r = [[0] * 3 for _ in range(n)]
    for i in range(n):
        for j in range(3):
            r[i][j] = i * 0.5
    return r


@whole(9)
def whiledict(n):
    d = {}
    for i in range(n):
        d[i] = i * i
    while d:
        k = len(d) - 1
        v = d.pop(k)
        if v == 4:
            break
    return d


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


@left(A)
def dflt_np(a):
    d = defaultdict(float)
    for i in range(len(a)):
        d[i % 7] += a[i]
    s = 0.0
    for k in d:
        s += k
    for k, v in d.items():
        s += v * k
    for v in d.values():
        s += v
    return d, s


@whole(A)
def get_np(a):
    d = {}
    for i in range(len(a)):
        d[i % 7] = d.get(i % 7, 0) + a[i]
    return d


@whole(9)
def get_f(n):
    d = {}
    for i in range(n):
        d[i % 3] = d.get(i % 3, 0) + i * 0.5
    return d, d.get(1, 0), d.get(77, 0)


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


@whole(9)
def ctrf(n):
    c = collections.Counter()
    for i in range(n):
        c[i % 3] += i * 0.5
    return c


@whole(A)
def popmix(a):
    d = {}
    t = 0
    for i in range(len(a)):
        d[i % 7] = d.get(i % 7, 0) + a[i]
    for i in range(3):
        t += d.pop(i)
    return d, t


@whole(30)
def setorders(n):
    s = set()
    t = 0
    for i in range(n):
        s.add((i * 37) % 19)
        if i % 4 == 1:
            s.discard(i)
        t += max(s) - min(s)
        if s:
            t += sorted(s)[0]
    return sorted(s), sorted(s, reverse=True), t


@whole(30)
def setorders_f(n):
    s = set()
    for i in range(n):
        s.add((i * 37) % 19 * 0.5)
    return sorted(s), max(s)


@whole(30)
def setsum(n):
    s = set()
    t = 0
    for i in range(n):
        s.add(i % 7)
        t += sum(s)
    return t


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


@whole(9)
def dictcomp(n):
    d = {i: i * i for i in range(n)}
    s = 0
    for i in range(n):
        s += d[i]
    return d, s


@whole(9)
def setcomp(n):
    s = {i * 5 % 7 for i in range(n)}
    t = 0
    for i in range(n):
        t += i in s
    return s, t


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


@left(9)
def dispstr(n):
    t = 0
    for i in range(n):
        e = {"a": i, "b": 3}
        t += e["a"]
    return t


@whole(9)
def groups(n):
    g = {k: [] for k in range(3)}
    for i in range(n):
        g[i % 3].append(i)
    return g


@whole(9)
def gridset(n):
    s = {(i, j) for i in range(n) for j in range(3) if (i * j) % 2}
    t = 0
    for i in range(n):
        t += (i, 1) in s
    return t, len(s), s


@whole(9)
def dequelist(n):
    q = deque([1, 2, 3])
    t = 0
    for i in range(n):
        q.append(i)
        x = list(q)
        x.append(5)
        t += sum(x) + len(x) + sum(q)
        q.popleft()
    return t, q, x


@whole(9)
def iddict(n):
    rows = [{} for _ in range(2)]
    for i in range(n):
        rows[i % 2][i] = {}
    return rows


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


@left(12)
def setkey(n):
    s = set()
    for i in range(n):
        s.add(i * 5 % 7)
    t = 0
    for _ in range(2):
        t += sorted(s, key=lambda x: x % 2)[0]
    return t


@whole(12)
def dictkey(n):
    d = {}
    for i in range(n):
        d[i * 5 % 7] = i
    t = 0
    for _ in range(2):
        t += sorted(d, key=lambda k: -d[k])[0]
        q = sorted(d.items(), key=lambda p: p[1], reverse=True)
    return t, q


@left(5)
def emptykey(n):
    t = 0
    for _i in range(n):
        t += len(sorted([], key=lambda x: x))
    return t


@left(5)
def boolkey(n):
    t = 0
    for _i in range(n):
        t += sorted(range(5), key=lambda x: x > 2)[0]
    return t


@left(12)
def tuplekey(n):
    e = [(i % 3, i) for i in range(n)]
    t = 0
    for _i in range(2):
        t += sorted(e, key=lambda p: (p[0], -p[1]))[0][1]
    return t


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


@left(5)
def dict_in_itself(n):
    x = {}
    for i in range(n):
        x[i] = x
    return len(x), x[0] is x


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


@pytest.mark.parametrize(("f", "arguments"), PROGRAMS.natively, ids=lambda x: getattr(x, "__name__", ""))
def test_nothing_is_left_to_python(f: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    fast = check(f, arguments)
    # A comprehension of comprehensions has cells there, where these are functions.
    if sys.version_info >= (3, 12) or f is not copyrows:
        assert whole_calls(fast) == 4


@pytest.mark.parametrize(("f", "arguments"), PROGRAMS.partly, ids=lambda x: getattr(x, "__name__", ""))
def test_what_is_left_to_python_is_as_in_python(f: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    check(f, arguments)


def test_room_is_made_while_something_is_taken_out() -> None:
    def f(n):
        queue = collections.deque()
        for i in range(40):
            queue.append(i)
        for i in range(n):
            queue.append(queue.popleft() + 1)
            if i % 3 == 0:
                queue.appendleft(i)
        return list(queue)

    assert whole_calls(check(f, (50,))) == 4
    check(f, (5000,))


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


@pytest.mark.parametrize("most", [1, 2, 3, 50])
def test_deques_of_a_bounded_length_begin_with_the_last_items(most: int) -> None:
    def f(a, most):
        zeros = deque([0.0] * 5, maxlen=most)
        last = deque(list(range(9)), most)
        s = 0.0
        for i in range(len(a)):
            zeros.append(float(a[i]))
            last.append(i)
            s += sum(zeros) / len(zeros) + last[0] - max(last)
        return s, zeros, last

    assert whole_calls(check(f, (np.linspace(0, 1, 20), most))) == 4


def test_scalars_in_deques_and_lists_are_looked_at() -> None:
    def f(a):
        window, s = deque(maxlen=4), 0.0
        for x in a:
            window.append(x)
            s += sum(window) / len(window) + max(window) - window[0]
        return s, window

    assert whole_calls(check(f, (np.linspace(0, 1, 20),))) == 4

    def kept(a):
        seen, best = [], 0.0
        for x in a:
            seen.append(x)
            for y in seen:
                if y > best:
                    best = y
        return best, seen, best is seen[-1]

    check(kept, (np.linspace(0, 1, 20),))


def test_loops_go_over_deques() -> None:
    def f(a):
        window, s = deque(maxlen=4), 0.0
        for i in range(len(a)):
            window.append(float(a[i]))
            for v in window:
                s += v
            for j, v in enumerate(window):
                if j > 2 and v > 0.5:
                    break
                s += j * v
            for u, v in zip(window, [1, 2, 3], strict=False):
                s -= u * v
        return s, window

    assert f(np.ones(3))
    check(f, (np.linspace(0, 1, 20),))

    def changed(queue, n):
        s = 0
        for i in range(n):
            for v in queue:
                s += v
                if i == 3 and v == 2:
                    queue.append(7)
        return s

    check(changed, (deque([1, 2, 3]), 3))
    check(changed, (deque([1, 2, 3]), 9))

    def left(queue, n):
        out = []
        for i in range(n):
            for v in queue:
                queue[0] = v + i
                if v % 3 == 2:
                    out.append(str(v))
            queue.append(queue.popleft() + i)
        return out, queue

    check(left, (deque([1, 2, 3, 4, 5]), 9))


def test_a_deque_that_python_goes_over_gets_items_in_place() -> None:
    def f(queue, n):
        out = []
        for _ in range(n):
            for v in queue:
                out.append(str(v))
                for i in range(len(queue)):
                    queue[i] = queue[i] + 1
        return out

    check(f, (deque(range(20)), 10))

    def g(queue, n):
        out = []
        for v in queue:
            out.append(str(v))
            for _ in range(n):
                queue.append(queue.popleft() + 1)
        return out

    check(g, (deque(range(20)), 3))
