"""Lists, deques, dicts and sets that loops get from outside, and change."""

from __future__ import annotations

import collections
import copy
import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from programs import Programs, cases, check
from slipstream import jit

PROGRAMS = Programs()
whole, left = PROGRAMS.whole, PROGRAMS.left

FLOATS = [k * 0.37 % 1 - 0.25 for k in range(40)]
INTS = [k * 17 % 23 - 5 for k in range(40)]
ROWS = [[float(i * j % 7) for j in range(6)] for i in range(20)]
GRAPH = [[(u * 3 + 1) % 20, (u * 7 + 2) % 20] for u in range(20)]
EDGES = [(u * 3 % 20, u * 7 % 20, u * 0.5) for u in range(30)]


@whole(FLOATS)
def total(xs):
    s = 0.0
    for x in xs:
        s += x * x
    return s


@whole(FLOATS, 40)
def by_index(xs, n):
    s = 0.0
    for i in range(n):
        s += xs[i] - xs[-1 - i]
    return s, len(xs)


@whole(INTS)
def of_ints(xs):
    most, at = xs[0], 0
    for i, x in enumerate(xs):
        if x > most:
            most, at = x, i
    return most, at, 7 in xs


@whole([True, False] * 20)
def of_bools(xs):
    n = 0
    for x in xs:
        n += 2 if x else 1
    return n


@whole([1, 2.5, True, 4] * 10)
def of_several_types(xs):
    s = 0
    for x in xs:
        s = s + x
    return s


@whole(FLOATS, INTS)
def together(xs, ks):
    s = 0.0
    for x, k in zip(xs, ks):  # noqa: B905  # the plain call is the one that is compiled
        s += x * k
    return s


@whole(EDGES, list(range(20)))
def of_tuples(edges, parent):
    cost = 0.0
    for u, v, w in edges:
        a, b = u, v
        for _ in range(30):
            a, b = parent[a], parent[b]
        if a != b:
            parent[a] = b
            cost += w
    return cost


@whole(ROWS)
def of_lists(rows):
    s = 0.0
    for row in rows:
        for x in row:
            s += x
    return s


@whole([[[1, 2], [3]], [[4, 5, 6]]] * 10)
def of_lists_of_lists(blocks):
    s = 0
    for block in blocks:
        for row in block:
            s += len(row) * row[0]
    return s


@whole(ROWS)
def paths(grid):
    for i in range(1, len(grid)):
        for j in range(1, len(grid[0])):
            grid[i][j] += min(grid[i - 1][j], grid[i][j - 1])
    return grid[-1][-1]


@whole(GRAPH, 20)
def reached(graph, n):
    seen = [False] * n
    stack, order = [0], []
    while stack:
        u = stack.pop()
        if seen[u]:
            continue
        seen[u] = True
        order.append(u)
        for v in graph[u]:
            stack.append(v)
    return order


@whole(FLOATS)
def sorted_by_bubbles(xs):
    n = len(xs)
    for i in range(n):
        for j in range(n - 1 - i):
            if xs[j] > xs[j + 1]:
                xs[j], xs[j + 1] = xs[j + 1], xs[j]


@whole([], 30)
def appended(out, n):
    for i in range(n):
        out.append(i * i)
    return len(out)


@whole([0.5, 1.5], 30)
def appended_to_some(out, n):
    for _ in range(n):
        out.append(out[-1] + out[-2])
    return out


@whole([3, 1, 2], 20)
def all_methods(xs, n):
    removed = []
    for i in range(n):
        xs.append(i)
        xs.insert(i // 2, -i)
        if i % 3 == 2:
            removed.append(xs.pop(0))
            xs.reverse()
        if i % 7 == 6:
            xs.sort()
        if i == 15:
            xs.clear()
    return removed


@whole([1, 2, 3] * 8, 12)
def floats_into_ints(xs, n):
    for i in range(n):
        xs[i] = xs[i] * 0.5


@whole(ROWS, 5)
def rows_are_put_in(rows, n):
    for i in range(n):
        rows.append([i * 1.0, 2.0])
        rows[0].append(i * 0.5)
    return rows[-1]


@whole(ROWS, 5)
def rows_are_taken_out(rows, n):
    kept = []
    for i in range(n):
        kept.append(rows[i])
        rows[i][0] = -1.0
        rows[i] = rows[i + 1]
    return kept


@whole({1: 2, 3: 4, 5: 6, 0: 1}, 24)
def of_a_dict(d, n):
    s = 0
    for i in range(n):
        if i % 7 in d:
            s += d[i % 7]
        s += d.get(i, -1)
    return s, len(d)


@whole({}, INTS)
def counted(d, ks):
    for k in ks:
        d[k] = d.get(k, 0) + 1
    return d


@whole({k: k * 0.5 for k in range(20)}, 30)
def entries_come_and_go(d, n):
    for i in range(n):
        if i in d:
            del d[i]
        d[i % 11] = i * 1.0
    return len(d)


@whole(dict(enumerate(GRAPH)), 0)
def distances(graph, start):
    found = {start: 0}
    queue = collections.deque([start])
    while queue:
        u = queue.popleft()
        for v in graph[u]:
            if v not in found:
                found[v] = found[u] + 1
                queue.append(v)
    return found


@whole({(i, i % 3): float(i) for i in range(20)}, 20)
def of_a_dict_with_tuples(d, n):
    s = 0.0
    for i in range(n):
        s += d[i, i % 3]
        d[i, 7] = s
    return s


@whole(dict.fromkeys(range(20), 1))
def over_a_dict(d):
    s = 0
    for k, v in d.items():
        s += k * v
    return s


@whole({1, 5, 9}, 20)
def of_a_set(seen, n):
    fresh = 0
    for i in range(n):
        if i * 3 % 14 not in seen:
            fresh += 1
            seen.add(i * 3 % 14)
        seen.discard(i % 4)
    return fresh


@whole(collections.deque(INTS), 50)
def of_a_deque(queue, n):
    for i in range(n):
        queue.append(queue.popleft() + 1)
        if i % 3 == 0:
            queue.appendleft(i)
    return len(queue)


@whole(collections.defaultdict(int, {1: 2}), collections.defaultdict(list, {1: [2, 3]}), 20)
def of_defaultdicts(d, lists, n):
    for i in range(n):
        d[i % 5] += i
        lists[i % 3].append(i)
    return len(d)


@whole(collections.Counter(INTS), 20)
def of_a_counter(c, n):
    for i in range(n):
        c[i % 7] += 1
    return c[100]


@whole(tuple(FLOATS))
def of_a_tuple(xs):
    s = 0.0
    for x in xs:
        s += x
    for i in range(len(xs)):
        s -= xs[i] * 0.5
    return s


@left([np.float64(k) / 3 for k in range(30)])
def of_scalars(xs):
    s = 0.0
    for i in range(len(xs)):
        s += xs[i] * 2
    return s


@whole(FLOATS, np.zeros(40))
def into_an_array(xs, out):
    for i in range(len(xs)):
        out[i] = xs[i] + np.sqrt(abs(xs[i]))


@whole(FLOATS, 3)
def functions(xs, n):
    out = []
    for _ in range(n):
        out.append(sum(xs) + max(xs) - min(xs) * len(xs))
        xs.append(0.5)
        s = [x * 2 for x in xs]
        out.append(s[0] + sum(x for x in xs if x > 0) * s[-1])
    return out


@whole(FLOATS, 5)
def as_arrays(xs, n):
    s = 0.0
    for i in range(n):
        a = np.array(xs)
        s += a.sum() * i + np.mean(xs)
    return s


def helper(xs, i):
    xs[i] += 1.0
    return xs[i - 1]


@whole(FLOATS, 20)
def changed_by_a_helper(xs, n):
    s = 0.0
    for i in range(n):
        s += helper(xs, i)
    return s


def depth_first(graph, u, seen):
    seen[u] = True
    count = 1
    for v in graph[u]:
        if not seen[v]:
            count += depth_first(graph, v, seen)
    return count


@left(GRAPH, [False] * 20)
def recursion(graph, seen):
    count = 0
    for u in range(len(graph)):
        if not seen[u]:
            count += depth_first(graph, u, seen)
    return count


@left([], {}, np.arange(9.0))
def scalars_come_in(out, d, a):
    most = a[0]
    for x in a:
        if x >= most:
            most = x
            out.append(x)
            d[x] = x
    return out[-1] is most


@left([0.5, 1.5], np.array([1.0, np.nan, 2.0, np.nan]))
def nans_come_in(xs, a):
    found = 0
    for k in range(len(a)):
        x = float(a[k]) * 2
        xs.append(x)
        found += xs.index(x)
    return found, x in xs


@left([0.5, math.nan, 1.5])
def nans_are_there(xs):
    found = 0
    for x in xs:
        found += xs.index(x) + xs.count(x)
        if x in xs:
            found += 1
    return found


@left(FLOATS)
def printed_now_and_then(xs):
    told = []
    for i, x in enumerate(xs):
        xs[i] = x + 1.0
        if i % 10 == 3:
            told.append(str(xs[i]))
    return told


@left(FLOATS)
def left_in_each_round(xs):
    told = []
    for x in xs:
        told.append(str(x))
    return told


@left(FLOATS, [1.0])
def others_change_it(xs, ys):
    for i in range(len(xs)):
        xs[i] += len(ys)
        if i % 10 == 3:
            sys.intern("x")
            list.append(ys, 2.0)
            list.append(xs, float(i))
    return len(xs)


@left(INTS)
def too_large(xs):
    for i in range(len(xs)):
        xs[i] = xs[i] * 2**58
    return xs


@left(FLOATS)
def out_of_range(xs):
    for i in range(len(xs) + 1):
        xs[i] = xs[i] + 1.0


@left(FLOATS, 3)
def empty_pop(xs, n):
    while n > 0:
        xs.pop()


@left({1: 2}, 9)
def missing(d, n):
    for i in range(n):
        d[i + 2] = d[i + 1] + 1
        if i == 5:
            d[0]


@left({1: 2, 2: 3}, 9)
def changed_while_gone_over(d, n):
    for k in d:
        d[k + 10] = n


@left(FLOATS)
def grows_while_gone_over(xs):
    for x in xs:
        if len(xs) < 60:
            xs.append(x * 0.5)


@left(FLOATS)
def texts_come_in(xs):
    for i in range(len(xs)):
        xs[i] = xs[i] + 1
        if i == 20:
            xs[i] = "text"


ALL = PROGRAMS.natively + PROGRAMS.partly


test_nothing_is_left_to_python, test_what_is_left_gives_the_same = PROGRAMS.tests()


OTHERS: dict[str, Callable[[Any], Any]] = {
    "empty": lambda c: type(c)(),
    "one": lambda c: shortened(c, 1),
    "three": lambda c: shortened(c, 3),
    "others": lambda c: converted(c, {int: float, float: whole_number, bool: int}),
    "large": lambda c: converted(c, {int: lambda k: k + 2**63, float: lambda x: x * 1e308 * 10, bool: bool}),
    "negative": lambda c: converted(c, {int: lambda k: -k, float: lambda x: -x * 0.0, bool: bool}),
    "nan": lambda c: converted(c, {int: int, float: lambda x: math.nan, bool: bool}),
    "texts": lambda c: converted(c, {int: str, float: str, bool: bool}),
    "scalars": lambda c: converted(c, {int: np.int64, float: np.float64, bool: np.bool_}),
    "subclass": lambda c: Sub(c) if type(c) is list else c,
}


def whole_number(x: float) -> int:
    return 0 if math.isnan(x) else int(x)


class Sub(list):
    pass


def shortened(c: Any, n: int) -> Any:
    if isinstance(c, dict):
        return type(c)(list(c.items())[:n]) if type(c) is dict else c
    return type(c)(list(c)[:n])


def converted(c: Any, by: dict[type, Any]) -> Any:
    if isinstance(c, dict):
        out = c.copy()
        out.clear()
        out.update({converted(k, by): converted(v, by) for k, v in c.items()})
        return out
    if isinstance(c, (list, tuple, set, collections.deque)):
        return type(c)(converted(x, by) for x in c)
    return by.get(type(c), lambda x: x)(c)


def is_container(c: object) -> bool:
    return isinstance(c, (list, tuple, dict, set, collections.deque))


@pytest.mark.parametrize("other", OTHERS)
@cases(ALL)
def test_other_items(f: Callable[..., Any], arguments: tuple[Any, ...], other: str) -> None:
    check(f, tuple(OTHERS[other](c) if is_container(c) else c for c in arguments), 2)


@pytest.mark.parametrize("other", OTHERS)
@cases(ALL)
def test_items_of_other_types_later(f: Callable[..., Any], arguments: tuple[Any, ...], other: str) -> None:
    fast = jit(f)
    others = tuple(OTHERS[other](c) if is_container(c) else c for c in arguments)
    for these in (arguments, arguments, others, arguments, others, others):
        expected, got = (outcome(g, *copy.deepcopy(these)) for g in (f, fast))
        assert differences(expected, got) == []
