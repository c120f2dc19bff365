import math

import numpy as np


def sets():
    return [
        (np.linspace(-1.0, 2.0, 7), np.zeros((3, 7)), 3),
        (np.linspace(-1.0, 2.0, 7).astype("f4")[::-1], np.zeros((7, 3)).T, 3),
        (np.arange(7), np.zeros((3, 7)), 3),
        (np.array([1.0, np.nan, np.inf, -0.0, 0.0, 1e308, 2.0]), np.zeros((3, 7)), 3),
    ]


def make(turn):
    return sets()[turn], {}


def limited(x, low=-0.5, high=1.5):
    if x < low:
        return low
    return high if x > high else x


def digits(n):
    total = 0
    while n:
        total += n % 10
        n //= 10
    return total


def f(a, out, n):
    total, count = 0, 0
    for k in range(n):
        for i, x in enumerate(a):
            out[k, i] = limited(x) * k + total
            if i == 5:
                break
            total += out[k, i] / 4
        else:
            count -= 1
    for (i, x), j in zip(enumerate(a), reversed(range(0, 2 * len(a), 2))):  # noqa: B905
        if x == 1:
            continue
        out[i % n, -i - 1] -= j - x
        count += digits(i * j)
    for i in range(len(a) - 1, -1, -3):
        for j in range(i, 0, -2):
            count += i * j if (i ^ j) & 1 else -1
        while count % 7:
            count += 1
    s = 0.0
    for x in a:
        s += math.sqrt(abs(x)) if x < 2 else 1.0
    for b in range(n):
        out[b, 0], out[b, 1] = out[b, 1], out[b, 0]
        if s > 1e9:
            return s
    return total, count, s, out
