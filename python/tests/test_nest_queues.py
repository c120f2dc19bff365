"""Deques and heaps that loops make: what they hold, and what comes out of them."""

from __future__ import annotations

import collections
import heapq
import math
from collections import deque

import numpy as np
import pytest
from differential.run import whole_calls
from programs import Programs, check

A = np.random.default_rng(1).random(20)
WITH_NAN = np.where(np.arange(20) == 3, np.nan, A)

PROGRAMS = Programs()
whole, left = PROGRAMS.whole, PROGRAMS.left


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


test_nothing_is_left_to_python, test_what_is_left_gives_the_same = PROGRAMS.tests()


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
