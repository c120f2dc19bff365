"""Lists, deques, dicts and sets from outside in loops: which objects they are, and who else sees them."""

from __future__ import annotations

import dataclasses
import gc
import sys
import threading
from typing import Any

import pytest
from differential.equal import differences, outcome
from differential.run import whole_calls
from slipstream import jit


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
