"""Functions that call themselves."""

import numpy as np

from .table import kernel


def _number(r):
    return (int(r.integers(8, 12)),)


def _two(r):
    return int(r.integers(100, 1000)), int(r.integers(2, 100))


def _values(r, n=12):
    return (r.random(n),)


@kernel(_number)
def fibonacci_by_calls(n):
    if n < 2:
        return n
    return fibonacci_by_calls(n - 1) + fibonacci_by_calls(n - 2)


@kernel(lambda r: (2, int(r.integers(2, 5))))
def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


@kernel(_two)
def common_divisor(a, b):
    return a if b == 0 else common_divisor(b, a % b)


@kernel(lambda r: (float(r.random()), 40))
def power_by_squaring(x, n):
    if n == 0:
        return 1.0
    half = power_by_squaring(x, n // 2)
    return half * half if n % 2 == 0 else half * half * x


@kernel(lambda r: (8, 4, 2))
def takeuchi(x, y, z):
    if y >= x:
        return z
    return takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y))


@kernel(lambda r: (int(r.integers(4, 6)),))
def catalan(n):
    if n <= 1:
        return 1
    total = 0
    for i in range(n):
        total += catalan(i) * catalan(n - 1 - i)
    return total


@kernel(lambda r: (6, 0, 1, 2, np.zeros(3, int)))
def hanoi(n, start, over, to, moves):
    if n == 0:
        return
    hanoi(n - 1, start, to, over, moves)
    moves[to] += 1
    hanoi(n - 1, over, start, to, moves)


@kernel(lambda r: (*_values(r), 0.5, 0, 12))
def binary_search(a, x, low, high):
    if low >= high:
        return low
    middle = (low + high) // 2
    if a[middle] < x:
        return binary_search(a, x, middle + 1, high)
    return binary_search(a, x, low, middle)


@kernel(_values)
def pairwise_sum(a):
    n = len(a)
    if n < 2:
        return a[0] * 1.0
    return pairwise_sum(a[: n // 2]) + pairwise_sum(a[n // 2 :])


@kernel(lambda r: (*_values(r), 0, 12))
def least_and_largest(a, low, high):
    if high - low == 1:
        return a[low] + 0.0, a[low] + 0.0
    middle = (low + high) // 2
    b, c = least_and_largest(a, low, middle)
    d, e = least_and_largest(a, middle, high)
    return min(b, d) + 0.0, max(c, e) + 0.0


@kernel(lambda r: (*_values(r), 0, 11))
def quicksort(a, low, high):
    if low < high:
        pivot, i = a[high], low
        for j in range(low, high):
            if a[j] < pivot:
                a[i], a[j] = a[j], a[i]
                i += 1
        a[i], a[high] = a[high], a[i]
        quicksort(a, low, i - 1)
        quicksort(a, i + 1, high)


@kernel(lambda r: (0, np.zeros(5, bool), np.zeros(10, bool), np.zeros(10, bool)))
def queens(row, columns, rising, falling):
    n = len(columns)
    if row == n:
        return 1
    count = 0
    for c in range(n):
        if not columns[c] and not rising[row + c] and not falling[row - c + n - 1]:
            columns[c] = rising[row + c] = falling[row - c + n - 1] = True
            count += queens(row + 1, columns, rising, falling)
            columns[c] = rising[row + c] = falling[row - c + n - 1] = False
    return count


@kernel(lambda r: ((r.random((6, 6)) > 0.4).astype(int), int(r.integers(6)), int(r.integers(6))))
def flood_fill(grid, i, j):
    if i < 0 or j < 0 or i >= grid.shape[0] or j >= grid.shape[1] or grid[i, j] != 0:
        return 0
    grid[i, j] = 2
    around = flood_fill(grid, i + 1, j) + flood_fill(grid, i - 1, j)
    return 1 + around + flood_fill(grid, i, j + 1) + flood_fill(grid, i, j - 1)


@kernel(lambda r: (r.integers(1, 9, 7), r.integers(1, 9, 7), 6, 15))
def best_load(weights, values, i, room):
    if i < 0:
        return 0
    best = best_load(weights, values, i - 1, room)
    if weights[i] <= room:
        best = max(best, values[i] + best_load(weights, values, i - 1, room - weights[i]))
    return best


@kernel(lambda r: (r.integers(0, 3, 3), r.integers(0, 3, 3), 3, 3))
def edit_distance_by_calls(a, b, i, j):
    if i == 0:
        return j
    if j == 0:
        return i
    changed = edit_distance_by_calls(a, b, i - 1, j - 1) + (a[i - 1] != b[j - 1])
    return min(
        edit_distance_by_calls(a, b, i - 1, j) + 1, edit_distance_by_calls(a, b, i, j - 1) + 1, changed
    )


def _density(x):
    return x * x * x - 2.0 * x


@kernel(lambda r: (0.0, 1.0 + float(r.random()), 1e-6, 10.0))
def adaptive_simpson(a, b, tolerance, whole):
    m = (a + b) / 2
    left = (m - a) / 6 * (_density(a) + 4 * _density((a + m) / 2) + _density(m))
    right = (b - m) / 6 * (_density(m) + 4 * _density((m + b) / 2) + _density(b))
    if abs(left + right - whole) <= 15 * tolerance:
        return left + right
    return adaptive_simpson(a, m, tolerance / 2, left) + adaptive_simpson(m, b, tolerance / 2, right)


@kernel(_number)
def even_by_turns(n):
    return True if n == 0 else odd_by_turns(n - 1)


@kernel(_number)
def odd_by_turns(n):
    return False if n == 0 else even_by_turns(n - 1)


@kernel(lambda r: (np.array([1, 3, -1, -1, 5, -1]), np.array([2, 4, -1, -1, -1, -1]), 0))
def depth_of_tree(left, right, node):
    if node < 0:
        return 0
    return 1 + max(depth_of_tree(left, right, left[node]), depth_of_tree(left, right, right[node]))


@kernel(lambda r: (r.random((5, 5)), 0, 0))
def cheapest_way_by_calls(cost, i, j):
    here = cost[i, j] + 0.0
    m, n = cost.shape
    if i == m - 1 and j == n - 1:
        return here
    if i == m - 1:
        return here + cheapest_way_by_calls(cost, i, j + 1)
    if j == n - 1:
        return here + cheapest_way_by_calls(cost, i + 1, j)
    return here + min(cheapest_way_by_calls(cost, i + 1, j), cheapest_way_by_calls(cost, i, j + 1))
