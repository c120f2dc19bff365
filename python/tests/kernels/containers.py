"""Lists of lists, dicts, sets, queues and heaps that loops make."""

import collections
import heapq
import math

import numpy as np

from .table import kernel


def _grid(r, n=5, m=6):
    return (r.random((n, m)) < 0.75).astype(int)


def _weighted(r, n=7, m=14):
    return r.integers(0, n, m), r.integers(0, n, m), r.random(m) + 0.1, n


@kernel(lambda r: (r.integers(1, 6, 5), r.integers(1, 9, 5), 12))
def knapsack_by_lists(sizes, values, room):
    best = [[0] * (room + 1) for _ in range(len(sizes) + 1)]
    for i in range(1, len(sizes) + 1):
        size, value = int(sizes[i - 1]), int(values[i - 1])
        for space in range(room + 1):
            best[i][space] = best[i - 1][space]
            if size <= space:
                best[i][space] = max(best[i][space], best[i - 1][space - size] + value)
    return best[-1][room], best


@kernel(lambda r: (r.integers(0, 3, 7), r.integers(0, 3, 6)))
def longest_common(s, t):
    n, m = len(s), len(t)
    length = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n):
        row, above = length[i + 1], length[i]
        for j in range(m):
            row[j + 1] = above[j] + 1 if s[i] == t[j] else max(row[j], above[j + 1])
    return length[n][m]


@kernel(lambda r: (_grid(r),))
def steps_through_a_grid(free):
    n, m = free.shape
    steps = [[-1] * m for _ in range(n)]
    queue = collections.deque()
    queue.append((0, 0))
    steps[0][0] = 0
    while queue:
        i, j = queue.popleft()
        for di, dj in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            k, o = i + di, j + dj
            if 0 <= k < n and 0 <= o < m and free[k, o] and steps[k][o] < 0:
                steps[k][o] = steps[i][j] + 1
                queue.append((k, o))
    return np.array(steps)


@kernel(lambda r: (*_weighted(r), 0))
def shortest_by_heap(tails, heads, weights, n, start):
    links = [[] for _ in range(n)]
    for k in range(len(tails)):
        links[tails[k]].append((int(heads[k]), float(weights[k])))
    distance = [math.inf] * n
    distance[start] = 0.0
    heap = [(0.0, start)]
    while heap:
        far, u = heapq.heappop(heap)
        if far > distance[u]:
            continue
        for v, w in links[u]:
            if far + w < distance[v]:
                distance[v] = far + w
                heapq.heappush(heap, (far + w, v))
    return distance


@kernel(lambda r: (*_weighted(r)[:2], 7))
def connected_parts(tails, heads, n):
    parent = list(range(n))
    parts = n
    for k in range(len(tails)):
        a, b = int(tails[k]), int(heads[k])
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a != b:
            parent[a] = b
            parts -= 1
    return parts, parent


@kernel(lambda r: (*_weighted(r)[:2], 7))
def order_of_tasks(before, after, n):
    following = [[] for _ in range(n)]
    waits = [0] * n
    for k in range(len(before)):
        if before[k] < after[k]:
            following[before[k]].append(int(after[k]))
            waits[after[k]] += 1
    ready = collections.deque()
    for u in range(n):
        if waits[u] == 0:
            ready.append(u)
    order = []
    while ready:
        u = ready.popleft()
        order.append(u)
        for v in following[u]:
            waits[v] -= 1
            if waits[v] == 0:
                ready.append(v)
    return order


@kernel(lambda r: (r.integers(0, 5, 20),))
def counted(xs):
    counts = {}
    for x in xs:
        k = int(x)
        counts[k] = counts.get(k, 0) + 1
    most = 0
    for k, count in counts.items():
        if count > counts.get(most, 0):
            most = k
    return counts, most


@kernel(lambda r: (r.integers(0, 5, 20), r.random(20)))
def totals_of_groups(labels, xs):
    totals, sizes = collections.defaultdict(float), collections.defaultdict(int)
    for i in range(len(labels)):
        k = int(labels[i])
        totals[k] += float(xs[i])
        sizes[k] += 1
    means = {}
    for k in totals:
        means[k] = totals[k] / sizes[k]
    return means


@kernel(lambda r: (r.integers(1, 30, 4),))
def steps_to_one(starts):
    known = {}
    known[1] = 0
    longest = 0
    for start in starts:
        x, path = int(start), []
        while x not in known:
            path.append(x)
            x = 3 * x + 1 if x % 2 else x // 2
        steps = known[x]
        for i in range(len(path)):
            known[path[-1 - i]] = steps + i + 1
        longest = max(longest, steps + len(path))
    return longest, len(known)


@kernel(lambda r: (r.integers(0, 12, 15), 10))
def pairs_with_sum(xs, total):
    seen, pairs = set(), []
    for i in range(len(xs)):
        x = int(xs[i])
        if total - x in seen:
            pairs.append((total - x, x))
        seen.add(x)
    return pairs


@kernel(lambda r: (r.integers(0, 4, (5, 5)),))
def sizes_of_regions(picture):
    n, m = picture.shape
    seen, sizes = set(), []
    for i in range(n):
        for j in range(m):
            if (i, j) in seen:
                continue
            size, stack = 0, [(i, j)]
            seen.add((i, j))
            while stack:
                a, b = stack.pop()
                size += 1
                for da, db in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                    c, d = a + da, b + db
                    inside = 0 <= c < n and 0 <= d < m
                    if inside and (c, d) not in seen and picture[c, d] == picture[i, j]:
                        seen.add((c, d))
                        stack.append((c, d))
            sizes.append(size)
    return sizes


@kernel(lambda r: (r.random(25), 6))
def greatest_of_window(xs, width):
    window, out = collections.deque(), []
    for i in range(len(xs)):
        while window and xs[window[-1]] <= xs[i]:
            window.pop()
        window.append(i)
        if window[0] <= i - width:
            window.popleft()
        if i >= width - 1:
            out.append(float(xs[window[0]]))
    return out


@kernel(lambda r: (r.random(12), 4))
def smallest_by_heap(xs, k):
    heap = []
    for x in xs:
        heapq.heappush(heap, -float(x))
        if len(heap) > k:
            heapq.heappop(heap)
    return [-x for x in heap]


@kernel(lambda r: (5,))
def triangle_of_pascal(n):
    rows = [[1]]
    for _ in range(n):
        last = rows[-1]
        row = [1]
        for j in range(len(last) - 1):
            row.append(last[j] + last[j + 1])
        row.append(1)
        rows.append(row)
    return rows
