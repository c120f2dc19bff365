import collections

import numpy as np


def make(turn):
    return (np.arange(5) % 3, 5 + (turn == 3)), {}


def f(labels, n):
    # The statement that raises has put its key in before.
    seen, totals = collections.defaultdict(int), []
    try:
        for i in range(n):
            totals.append(seen[i] + labels[i])
            seen[int(labels[i])] += 2
    except IndexError:
        totals.append(-1)
    return seen, totals, len(seen)
