"""Graphs as matrices and as lists of edges."""

import numpy as np

from .table import kernel


def _lengths(r, n=5):
    d = r.integers(1, 20, (n, n)).astype(float)
    d[r.random((n, n)) < 0.4] = np.inf
    np.fill_diagonal(d, 0)
    return d


def _edges(r, n=6, m=9):
    return r.integers(0, n, m), r.integers(0, n, m)


@kernel(lambda r: (_lengths(r),))
def all_shortest_paths(d):
    n = len(d)
    for k in range(n):
        for i in range(n):
            for j in range(n):
                if d[i, k] + d[k, j] < d[i, j]:
                    d[i, j] = d[i, k] + d[k, j]


@kernel(lambda r: (_lengths(r),))
def all_shortest_paths_by_rows(d):
    for k in range(len(d)):
        for i in range(len(d)):
            d[i] = np.minimum(d[i], d[i, k] + d[k])
    return d


@kernel(lambda r: (*_edges(r), r.random(9), 6, 0))
def shortest_from_one(tails, heads, weights, n, start):
    distance = [float("inf")] * n
    distance[start] = 0
    for _ in range(n - 1):
        quiet = True
        for u, v, w in zip(tails, heads, weights):
            if distance[u] + w < distance[v]:
                distance[v] = distance[u] + w
                quiet = False
        if quiet:
            break
    else:
        raise ValueError("a circle of negative length")
    return distance


@kernel(lambda r: (_lengths(r), 0))
def nearest_first(d, start):
    n = len(d)
    best = np.full(n, np.inf)
    best[start] = 0
    done = np.zeros(n, bool)
    for _ in range(n):
        u = -1
        for i in range(n):
            if not done[i] and (u < 0 or best[i] < best[u]):
                u = i
        if u < 0 or best[u] == np.inf:
            break
        done[u] = True
        best = np.where(best[u] + d[u] < best, best[u] + d[u], best)
    return best


@kernel(lambda r: (r.random((6, 6)) < 0.3, 0))
def breadth_first(linked, start):
    n = linked.shape[0]
    level = np.full(n, -1)
    queue = np.zeros(n, int)
    level[start], queue[0] = 0, start
    head, tail = 0, 1
    while head < tail:
        u = queue[head]
        head += 1
        for v in range(n):
            if linked[u, v] and level[v] < 0:
                level[v] = level[u] + 1
                queue[tail] = v
                tail += 1
    return level, queue[:tail]


def _root(parent, i):
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@kernel(lambda r: (*_edges(r), 6))
def connected_sets(tails, heads, n):
    parent = np.arange(n)
    count = n
    for u, v in zip(tails, heads):
        a, b = _root(parent, u), _root(parent, v)
        if a != b:
            parent[max(a, b)] = min(a, b)
            count -= 1
    return count, parent


@kernel(lambda r: ((r.random((5, 5)) < 0.5).astype(float), 0.85, 10))
def page_ranks(linked, damping, steps):
    n = len(linked)
    rank = np.ones(n) / n
    for _ in range(steps):
        new = np.full(n, (1 - damping) / n)
        for u in range(n):
            out = linked[u].sum()
            if out > 0:
                new += damping * rank[u] / out * linked[u]
            else:
                new += damping * rank[u] / n
        if np.abs(new - rank).max() < 1e-9:
            return new
        rank = new
    return rank


@kernel(lambda r: (np.sort(r.integers(0, 6, (8, 2)), axis=1), 6))
def topological_order(edges, n):
    waiting = np.zeros(n, int)
    for u, v in edges:
        if u != v:
            waiting[v] += 1
    order = [i for i in range(n) if waiting[i] == 0]
    for u in order:
        for a, b in edges:
            if a == u and a != b:
                waiting[b] -= 1
                if waiting[b] == 0:
                    order.append(int(b))
    return order if len(order) == n else None


@kernel(lambda r: ((m := r.random((5, 5))) + m.T,))
def spanning_tree(weights):
    n = len(weights)
    inside = [0]
    total = 0
    parent = -np.ones(n, dtype=np.int64)
    while len(inside) < n:
        best = None
        for i in inside:
            for j in range(n):
                if j not in inside and (best is None or weights[i, j] < weights[best]):
                    best = (i, j)
        total += weights[best]
        parent[best[1]] = best[0]
        inside.append(best[1])
    return total, parent


@kernel(lambda r: ((m := r.random((6, 6)) < 0.4) | m.T,))
def colours(linked):
    colour = np.zeros(len(linked), np.int8)
    for v, row in enumerate(linked):
        taken = {colour[u] for u in np.nonzero(row)[0]}
        c = 1
        while c in taken:
            c += 1
        colour[v] = c
    return colour.max(initial=0), colour


@kernel(lambda r: (r.random((5, 5)) < 0.5,))
def label_areas(mask):
    labels = np.zeros(mask.shape, np.int32)
    count = 0
    for i in range(mask.shape[0]):
        for j in range(mask.shape[1]):
            if not mask[i, j] or labels[i, j]:
                continue
            count += 1
            stack = [(i, j)]
            while stack:
                y, x = stack.pop()
                if not (0 <= y < mask.shape[0] and 0 <= x < mask.shape[1]):
                    continue
                if mask[y, x] and labels[y, x] == 0:
                    labels[y, x] = count
                    stack += [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
    return count, labels


@kernel(lambda r: (r.random((6, 6)) < 0.5,))
def count_triangles(linked):
    n, count = len(linked), 0
    for i in range(n):
        for j in range(i):
            if linked[i, j]:
                count += (linked[i, :j] & linked[j, :j]).sum()
    return count


@kernel(lambda r: (r.random((5, 5)) < 0.3,))
def transitive_closure(reach):
    for k in range(len(reach)):
        for i in range(len(reach)):
            if reach[i, k]:
                reach[i] |= reach[k]
    return reach


@kernel(lambda r: (r.permutation(7), np.zeros(7, bool)))
def cycles_of_a_permutation(p, seen):
    lengths = []
    for i in range(len(p)):
        if seen[i]:
            continue
        n, j = 0, i
        while not seen[j]:
            seen[j] = True
            j = p[j]
            n += 1
        lengths.append(n)
    return lengths
