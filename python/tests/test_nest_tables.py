"""Dicts, counters and sets that loops make: what they hold, in which order, and who shares them."""

from __future__ import annotations

import collections
from collections import Counter, defaultdict

import numpy as np
from programs import Programs

A = np.random.default_rng(1).random(20)
INTS = np.random.default_rng(2).integers(0, 9, 30)
WITH_NAN = np.where(np.arange(20) == 3, np.nan, A)

PROGRAMS = Programs()
whole, left = PROGRAMS.whole, PROGRAMS.left


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
def ctr(n):
    c = Counter()
    s = 0
    for i in range(n):
        c[i % 4] += 2
        s += c[i]
    for k, v in c.items():
        s += k * v
    return c, s


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
def ctrf(n):
    c = collections.Counter()
    for i in range(n):
        c[i % 3] += i * 0.5
    return c


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
def iddict(n):
    rows = [{} for _ in range(2)]
    for i in range(n):
        rows[i % 2][i] = {}
    return rows


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
def dict_in_itself(n):
    x = {}
    for i in range(n):
        x[i] = x
    return len(x), x[0] is x


test_nothing_is_left_to_python, test_what_is_left_gives_the_same = PROGRAMS.tests()
