"""Sorting and searching."""

import numpy as np

from .table import kernel


def _values(r, n=9):
    return (r.random(n),)


@kernel(_values)
def insertion_sort(a):
    for i in range(1, len(a)):
        x, j = a[i], i - 1
        while j >= 0 and a[j] > x:
            a[j + 1] = a[j]
            j -= 1
        a[j + 1] = x


@kernel(_values)
def bubble_sort(a):
    for end in range(len(a) - 1, 0, -1):
        swapped = False
        for i in range(end):
            if a[i] > a[i + 1]:
                a[i], a[i + 1] = a[i + 1], a[i]
                swapped = True
        if not swapped:
            break
    else:
        return "full"
    return "early"


@kernel(_values)
def selection_sort(a):
    for i in range(len(a) - 1):
        least = i + np.argmin(a[i:])
        if least != i:
            a[i], a[least] = a[least], a[i]
    return a


@kernel(_values)
def shell_sort(a):
    gap = len(a) // 2
    while gap > 0:
        for i in range(gap, len(a)):
            x, j = a[i], i
            while j >= gap and a[j - gap] > x:
                a[j] = a[j - gap]
                j -= gap
            a[j] = x
        gap //= 2
    return a


def _sift(a, start, end):
    root = start
    while 2 * root + 1 < end:
        child = 2 * root + 1
        if child + 1 < end and a[child] < a[child + 1]:
            child += 1
        if a[root] >= a[child]:
            return
        a[root], a[child] = a[child], a[root]
        root = child


@kernel(_values)
def heap_sort(a):
    n = len(a)
    for start in range(n // 2 - 1, -1, -1):
        _sift(a, start, n)
    for end in range(n - 1, 0, -1):
        a[0], a[end] = a[end], a[0]
        _sift(a, 0, end)


@kernel(lambda r: (r.integers(0, 8, 12), 8))
def counting_sort(a, k):
    counts = np.zeros(k, int)
    for x in a:
        counts[x] += 1
    for i in range(1, k):
        counts[i] += counts[i - 1]
    out = np.zeros_like(a)
    for x in reversed(a):
        counts[x] -= 1
        out[counts[x]] = x
    return out


@kernel(lambda r: (r.random(9), np.zeros(9)))
def merge_sort(a, room):
    n, width = len(a), 1
    while width < n:
        for left in range(0, n, 2 * width):
            middle, right = min(left + width, n), min(left + 2 * width, n)
            i, j = left, middle
            for k in range(left, right):
                if i < middle and (j >= right or a[i] <= a[j]):
                    room[k] = a[i]
                    i += 1
                else:
                    room[k] = a[j]
                    j += 1
        a[:] = room
        width *= 2
    return a


@kernel(_values)
def quick_sort(a):
    stack = [(0, len(a) - 1)]
    while stack:
        low, high = stack.pop()
        if low >= high:
            continue
        pivot, i = a[high], low - 1
        for j in range(low, high):
            if a[j] <= pivot:
                i += 1
                a[i], a[j] = a[j], a[i]
        a[i + 1], a[high] = a[high], a[i + 1]
        stack.append((low, i))
        stack.append((i + 2, high))
    return a


@kernel(lambda r: (np.sort(r.random(9)), r.random(4)))
def places_by_halving(a, wanted):
    places = np.full(len(wanted), -1)
    for k, x in enumerate(wanted):
        low, high = 0, len(a)
        while low < high:
            middle = (low + high) >> 1
            if a[middle] < x:
                low = middle + 1
            else:
                high = middle
        places[k] = low
    return places


@kernel(lambda r: (r.integers(0, 9, 7),))
def first_descent(a):
    before = None
    for i, x in enumerate(a):
        if before is not None and x < before:
            return i
        before = x
    return len(a)


@kernel(lambda r: (r.integers(0, 3, 10), 1))
def three_colours(a, middle):
    low, i, high = 0, 0, len(a) - 1
    while i <= high:
        if a[i] < middle:
            a[low], a[i] = a[i], a[low]
            low += 1
            i += 1
        elif a[i] > middle:
            a[i], a[high] = a[high], a[i]
            high -= 1
        else:
            i += 1
    return low, high


@kernel(lambda r: (r.random(8),))
def ranks(a):
    out = np.zeros(len(a), int)
    for i, x in enumerate(a):
        for j, y in enumerate(a):
            out[i] += y < x or (y == x and j < i)
    return out


@kernel(lambda r: (r.random((6, 2)),))
def closest_pair(points):
    best, pair = np.inf, None
    for i in range(len(points)):
        for j in range(i + 1, len(points)):
            d = points[i] - points[j]
            d = d.dot(d)
            if d < best:
                best, pair = d, (i, j)
    return np.sqrt(best), pair


@kernel(lambda r: (r.integers(0, 99, 8).astype(np.uint32), 2))
def radix_sort(a, bits):
    mask = (1 << bits) - 1
    for shift in range(0, 8, bits):
        buckets = [[] for _ in range(mask + 1)]
        for x in a:
            buckets[(x >> shift) & mask].append(x)
        k = 0
        for bucket in buckets:
            for x in bucket:
                a[k] = x
                k += 1
    return a


@kernel(lambda r: (r.random(9), 4))
def select_nth(a, n):
    low, high = 0, len(a) - 1
    while low < high:
        x, i, j = a[n], low, high
        while i <= j:
            while a[i] < x:
                i += 1
            while x < a[j]:
                j -= 1
            if i <= j:
                a[i], a[j] = a[j], a[i]
                i, j = i + 1, j - 1
        if j < n:
            low = i
        if n < i:
            high = j
    return a[n]


@kernel(lambda r: (r.random((5, 3)), 1))
def sort_rows_by_column(table, column):
    for i in range(1, len(table)):
        j = i
        while j > 0 and table[j - 1, column] > table[j, column]:
            table[[j - 1, j]] = table[[j, j - 1]]
            j -= 1
    return table[::-1]


@kernel(lambda r: (r.random((6, 2)),))
def outline(points):
    order = np.lexsort((points[:, 1], points[:, 0]))
    chain = []
    for k in order:
        while len(chain) > 1:
            a, b = points[chain[-1]] - points[chain[-2]], points[k] - points[chain[-1]]
            if a[0] * b[1] - a[1] * b[0] > 0:
                break
            chain.pop()
        chain.append(k)
    return np.array(chain)
