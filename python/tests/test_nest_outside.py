"""Lists, deques, dicts and sets that loops get from outside, and change."""

from __future__ import annotations

import collections
import copy
import dataclasses
import gc
import math
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import whole_calls
from programs import Programs, check
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


def name(x: object) -> str:
    return getattr(x, "__name__", "")


ALL = PROGRAMS.natively + PROGRAMS.partly


@pytest.mark.parametrize(("f", "arguments"), PROGRAMS.natively, ids=name)
def test_nothing_is_left_to_python(f: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    assert whole_calls(check(f, arguments)) == 4


@pytest.mark.parametrize(("f", "arguments"), PROGRAMS.partly, ids=name)
def test_what_is_left_gives_the_same(f: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    check(f, arguments)


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
@pytest.mark.parametrize(("f", "arguments"), ALL, ids=name)
def test_other_items(f: Callable[..., Any], arguments: tuple[Any, ...], other: str) -> None:
    check(f, tuple(OTHERS[other](c) if is_container(c) else c for c in arguments), 2)


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize(("f", "arguments"), ALL, ids=name)
def test_items_of_other_types_later(f: Callable[..., Any], arguments: tuple[Any, ...], other: str) -> None:
    fast = jit(f)
    others = tuple(OTHERS[other](c) if is_container(c) else c for c in arguments)
    for these in (arguments, arguments, others, arguments, others, others):
        expected, got = (outcome(g, *copy.deepcopy(these)) for g in (f, fast))
        assert differences(expected, got) == []


def test_one_object_twice() -> None:
    def f(xs, ys, n):
        for i in range(n):
            xs[i] = ys[i - 1] + 1.0
            ys.append(xs[i] * 0.5)
        return xs is ys

    fast = jit(f)
    for _ in range(3):
        a, b, c, d = [[0.5] * 30 for _ in range(4)]
        assert (f(a, a, 20), fast(b, b, 20)) == (True, True)
        assert a == b
        assert (f(a, c, 20), fast(b, d, 20)) == (False, False)
        assert (a, c) == (b, d)


def test_a_row_comes_by_itself() -> None:
    def f(rows, row, n):
        for i in range(n):
            rows[i % 3][0] += row[0]
            row[1] += rows[0][0]
        return rows[1] is row

    fast = jit(f)
    for same in (False, True, True, False, True):
        told = []
        for g in (f, fast):
            rows = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
            row = rows[1] if same else [3.0, 4.0]
            told.append((g(rows, row, 10), rows, row))
        assert told[0] == told[1]


def test_a_row_several_times() -> None:
    def f(rows, n):
        for i in range(n):
            rows[i % 3][0] += 1.0
        rows.append(rows[0])
        return rows

    fast = jit(f)
    for _ in range(3):
        rows, twin = [[0.0] * 2] * 3, [[0.0] * 2] * 3
        assert differences(outcome(f, rows, 10), outcome(fast, twin, 10)) == []


def test_looked_into_and_changed() -> None:
    def f(p, q, n):
        s = 0.0
        for _ in range(n):
            s += p[0] * p[1]
            q.append(s)
            q[0] = s * 0.5
        return s

    fast = jit(f)
    for same in (False, True, False, True, True):
        told = []
        for g in (f, fast):
            p = [0.5, 1.5]
            q = p if same else [1.0, 2.0]
            told.append((g(p, q, 12), p, q))
        assert told[0] == told[1]


@dataclasses.dataclass
class Model:
    """Something with lists."""

    values: list[float]
    log: list[float]

    def step(self) -> None:
        for i in range(len(self.values)):
            self.values[i] = self.values[i] * 0.5 + 1.0
            self.log.append(self.values[i])

    def run(self, n: int) -> float:
        for _ in range(n):
            self.step()
        return self.values[0]


def test_attributes() -> None:
    fast = jit(Model.run)
    for _ in range(3):
        a, b = Model([1.0, 2.0] * 10, []), Model([1.0, 2.0] * 10, [])
        assert a.run(3) == fast(b, 3)
        assert a == b


TABLE = [k * 0.5 for k in range(50)]
NAMES = {k: k + 1 for k in range(50)}
MEMO: dict[int, int] = {}


def test_globals() -> None:
    def f(n):
        s = 0.0
        for i in range(n):
            s += TABLE[i % 50] + NAMES[i % 50]
            if i not in MEMO:
                MEMO[i] = i * i
        return s + MEMO[n - 1]

    fast = jit(f)
    for n in (30, 60, 90):
        MEMO.clear()
        expected = f(n), dict(MEMO)
        MEMO.clear()
        assert (fast(n), dict(MEMO)) == expected
        TABLE[n // 20] += 1.0
    assert whole_calls(fast) == 3


def test_closures() -> None:
    told: list[float] = []
    weights = [0.5, 0.25] * 10

    def f(n):
        for i in range(n):
            told.append(weights[i % 20] * i)
        return len(told)

    fast = jit(f)
    for n in (5, 10, 20):
        del told[:]
        expected = f(n), list(told)
        del told[:]
        assert (fast(n), list(told)) == expected


def test_what_is_returned_is_the_object() -> None:
    def f(xs, rows, n):
        best = rows[0]
        for i in range(n):
            if xs[i] > 0.5:
                best = rows[i]
        return xs, best

    fast = jit(f)
    for _ in range(3):
        xs, rows = [0.1 * k for k in range(9)], [[float(k)] for k in range(9)]
        got = fast(xs, rows, 7)
        assert got[0] is xs
        assert got[1] is rows[6]


def test_items_that_stay_are_the_same_objects() -> None:
    def f(xs, n):
        for i in range(n):
            xs[i] = xs[i] + 1.0

    fast = jit(f)
    for _ in range(3):
        xs = [float(k) + 0.5 for k in range(20)]
        before = list(xs)
        fast(xs, 5)
        assert all(x is y for x, y in zip(xs[5:], before[5:], strict=True))


def test_references_are_counted() -> None:
    def f(rows, out, d, n):
        for i in range(n):
            rows[i][0] += 1.0
            out.append(i)
            d[i] = [i]
        return rows[0]

    fast = jit(f)
    counts = []
    for _ in range(6):
        rows, out, d = [[0.5] for _ in range(9)], [], {}
        fast(rows, out, d, 7)
        gc.collect()
        counts.append(
            (sys.getrefcount(rows), sys.getrefcount(rows[0]), sys.getrefcount(out), sys.getrefcount(d[3]))
        )
    assert counts[2:] == counts[:1] * 4 or len(set(counts[2:])) == 1


def test_other_threads_see_what_was_done() -> None:
    def f(xs, stop, n):
        i = 0
        while not stop[0] and i < n:
            xs[0] = xs[0] + 1
            i += 1
        return i

    fast = jit(f)
    fast([0], [False], 1000)
    xs, stop = [0], [False]

    def wait() -> None:
        while xs[0] == 0:
            pass
        stop[0] = True

    other = threading.Thread(target=wait)
    other.start()
    rounds = fast(xs, stop, 10**10)
    other.join()
    assert rounds == xs[0] < 10**10


def test_what_gains_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    from slipstream import _native

    def f(xs, n):
        s = 0.0
        for i in range(n):
            s += xs[i]
        return s

    fast = jit(f)
    xs = [0.5] * 100_000
    _native.configure(weigh=1)
    try:
        for _ in range(40):
            assert fast(xs, 3) == 1.5
    finally:
        _native.configure(weigh=0)
    assert whole_calls(fast) < 20


def best_sum(items: Any, i: int, most: int, made: Any) -> Any:
    if i == len(items):
        return 0
    best = best_sum(items, i + 1, most, made)
    if items[i] <= most:
        other = items[i] + best_sum(items, i + 1, most - items[i], made)
        if other > best:
            best = other
    return best


def test_a_long_statement_goes_on_when_others_have_run() -> None:
    def f(items, rows, most):
        s = 0
        for k in range(2):
            rows.append([k])
            s += best_sum(items, 0, most - k, rows)
            rows[-1].append(s)
        return s

    fast = jit(f)
    items = [7 * k % 23 + 1 for k in range(21)]
    stop, turns = threading.Event(), []

    def wait() -> None:
        while not stop.wait(0.001):
            turns.append(len(turns))

    other = threading.Thread(target=wait)
    other.start()
    try:
        for _ in range(2):
            a, b = [[0]], [[0]]
            assert fast(items, a, 90) == f(items, b, 90)
            assert a == b
    finally:
        stop.set()
        other.join()
    assert whole_calls(fast) == 2


def test_what_others_change_meanwhile_is_seen() -> None:
    def f(xs, table, most):
        seen = 0
        while len(xs) < most and table[0] == 0:
            seen = seen + 1
            table[1] = seen
        return len(xs) >= most or table[0]

    fast = jit(f)
    fast([1], {0: 0, 1: 0}, 1)
    for by_list in (True, False):
        xs: list[int] = []
        table = {0: 0, 1: 0}

        def change(by_list: bool = by_list, xs: list[int] = xs, table: dict[int, int] = table) -> None:
            while table[1] == 0:
                pass
            if by_list:
                xs.extend([1, 2, 3])
            else:
                table[0] = 1

        other = threading.Thread(target=change)
        other.start()
        assert fast(xs, table, 3)
        other.join()
        assert table[1] > 0
