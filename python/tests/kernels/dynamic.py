"""Dynamic programming."""

import numpy as np

from .table import kernel


@kernel(lambda r: (r.integers(0, 3, 6), r.integers(0, 3, 5)))
def edit_distance(s, t):
    d = np.zeros((len(s) + 1, len(t) + 1), int)
    d[:, 0] = np.arange(len(s) + 1)
    d[0] = range(len(t) + 1)
    for i in range(1, len(s) + 1):
        for j in range(1, len(t) + 1):
            cost = 0 if s[i - 1] == t[j - 1] else 1
            d[i, j] = min(d[i - 1, j] + 1, d[i, j - 1] + 1, d[i - 1, j - 1] + cost)
    return d[-1, -1]


@kernel(lambda r: (r.integers(0, 4, 7), r.integers(0, 4, 6)))
def common_subsequence(s, t):
    n, m = len(s), len(t)
    length = np.zeros((n + 1, m + 1), dtype=np.int32)
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            if s[i] == t[j]:
                length[i, j] = length[i + 1, j + 1] + 1
            else:
                length[i, j] = max(length[i + 1, j], length[i, j + 1])
    found, i, j = [], 0, 0
    while i < n and j < m:
        if s[i] == t[j]:
            found.append(s[i])
            i, j = i + 1, j + 1
        elif length[i + 1, j] >= length[i, j + 1]:
            i += 1
        else:
            j += 1
    return found, length[0, 0]


@kernel(lambda r: (r.integers(1, 6, 5), r.random(5), 9))
def knapsack(weights, values, room):
    best = np.zeros(room + 1)
    for w, v in zip(weights, values):
        for left in range(room, w - 1, -1):
            if best[left - w] + v > best[left]:
                best[left] = best[left - w] + v
    return best[room]


@kernel(lambda r: (np.array([1, 2, 5]), 11))
def ways_to_pay(coins, amount):
    ways = [1] + [0] * amount
    for coin in coins:
        for x in range(coin, amount + 1):
            ways[x] += ways[x - coin]
    return ways[amount]


@kernel(lambda r: (r.integers(1, 9, 7),))
def cut_a_rod(prices):
    n = len(prices)
    best = np.zeros(n + 1, prices.dtype)
    cuts = np.full(n + 1, -1)
    for length in range(1, n + 1):
        for first in range(1, length + 1):
            value = prices[first - 1] + best[length - first]
            if value > best[length]:
                best[length], cuts[length] = value, first
    parts = []
    while n > 0 and cuts[n] > 0:
        parts.append(cuts[n])
        n -= cuts[n]
    return best, parts


@kernel(lambda r: (r.integers(1, 9, 6),))
def order_of_products(sizes):
    n = len(sizes) - 1
    cost = np.zeros((n, n), np.int64)
    for span in range(1, n):
        for i in range(n - span):
            j = i + span
            cost[i, j] = np.iinfo(np.int64).max
            for k in range(i, j):
                c = cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1]
                if c < cost[i, j]:
                    cost[i, j] = c
    return cost


@kernel(lambda r: (r.integers(0, 20, 9),))
def longest_rise(values):
    tails = np.zeros(len(values), values.dtype)
    size = 0
    for x in values:
        low, high = 0, size
        while low < high:
            middle = (low + high) // 2
            if tails[middle] < x:
                low = middle + 1
            else:
                high = middle
        tails[low] = x
        size = max(size, low + 1)
    return size, tails[:size]


@kernel(lambda r: (r.integers(0, 4, 8),))
def fold_into_pairs(bases):
    n = len(bases)
    most = np.zeros((n, n), int)
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            most[i, j] = most[i, j - 1]
            for k in range(i, j):
                if bases[k] + bases[j] == 3:
                    inside = most[k + 1, j - 1] if k + 1 < j else 0
                    before = most[i, k - 1] if k > i else 0
                    most[i, j] = max(most[i, j], before + 1 + inside)
    return most[0, -1]


@kernel(lambda r: (r.random((4, 5)),))
def cheapest_path(cost):
    total = np.full(cost.shape, np.inf)
    for i in range(cost.shape[0]):
        for j in range(cost.shape[1]):
            if i == 0 and j == 0:
                total[i, j] = cost[i, j]
                continue
            up = total[i - 1, j] if i else np.inf
            left = total[i, j - 1] if j else np.inf
            total[i, j] = cost[i, j] + (up if up < left else left)
    return total[-1, -1]


@kernel(lambda r: (np.log(r.random((3, 3))), np.log(r.random((3, 4))), r.integers(0, 4, 6)))
def most_likely_states(step, show, seen):
    n, t = len(step), len(seen)
    score = np.zeros((t, n))
    back = np.zeros((t, n), dtype=int)
    score[0] = show[:, seen[0]]
    for k in range(1, t):
        for s in range(n):
            options = score[k - 1] + step[:, s]
            back[k, s] = np.argmax(options)
            score[k, s] = options[back[k, s]] + show[s, seen[k]]
    path = [int(np.argmax(score[-1]))]
    for k in range(t - 1, 0, -1):
        path.append(int(back[k, path[-1]]))
    return path[::-1], score[-1].max()


@kernel(lambda r: (r.integers(1, 8, 6), 13))
def reachable_sum(numbers, target):
    reachable = np.zeros(target + 1, bool)
    reachable[0] = True
    for x in numbers:
        for total in range(target, x - 1, -1):
            reachable[total] |= reachable[total - x]
        if reachable[target]:
            return True
    return False


@kernel(lambda r: (r.integers(0, 4, 6), r.integers(0, 4, 7), 2, -1, 1.5))
def local_alignment(s, t, match, other, gap):
    h = np.zeros((len(s) + 1, len(t) + 1))
    best, place = 0, (0, 0)
    for i, x in enumerate(s, 1):
        for j, y in enumerate(t, 1):
            here = h[i - 1, j - 1] + (match if x == y else other)
            h[i, j] = max(0, here, h[i - 1, j] - gap, h[i, j - 1] - gap)
            if h[i, j] > best:
                best, place = h[i, j], (i, j)
    return best, place


@kernel(lambda r: (r.integers(-9, 10, 9),))
def largest_run(values):
    best = here = begin = 0
    span = (0, 0)
    for i, x in enumerate(values):
        here += x
        if here < 0:
            here, begin = 0, i + 1
        elif here > best:
            best, span = here, (begin, i + 1)
    return best, span


@kernel(lambda r: (r.random((5, 4)),))
def seam(energy):
    total = energy.copy()
    for i in range(1, len(total)):
        for j in range(total.shape[1]):
            total[i, j] += np.min(total[i - 1, max(j - 1, 0) : j + 2])
    path = np.zeros(len(total), np.intp)
    path[-1] = total[-1].argmin()
    for i in range(len(total) - 2, -1, -1):
        low = max(path[i + 1] - 1, 0)
        path[i] = low + total[i, low : path[i + 1] + 2].argmin()
    return path


@kernel(lambda r: (r.integers(1, 50, 6), 2))
def warp(series, window):
    n = len(series)
    other = series[::-1]
    d = np.full((n + 1, n + 1), np.inf)
    d[0, 0] = 0
    for i in range(n):
        for j in range(max(0, i - window), min(n, i + window + 1)):
            d[i + 1, j + 1] = abs(series[i] - other[j]) + min(d[i, j + 1], d[i + 1, j], d[i, j])
    return d[n, n]
