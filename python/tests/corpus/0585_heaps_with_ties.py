import heapq

import numpy as np


def make(turn):
    return (np.array([2.0, 1.0, 2.0, np.nan if turn == 2 else 0.5, 1.0, 2.0]), 3), {}


def f(costs, n):
    # Tuples are compared by the first numbers that differ; a NaN does, too, but for the same object.
    heap, order = [], []
    for i in range(len(costs)):
        heapq.heappush(heap, (float(costs[i]), i % n, i))
    first = list(heap)
    for _ in range(len(costs) - 1):
        order.append(heapq.heappop(heap))
    return first, order, heap
