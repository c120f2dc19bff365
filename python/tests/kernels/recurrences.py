"""Recurrences: every value from those before it."""

import math

import numpy as np

from .table import kernel


@kernel(lambda r: (120,))
def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


@kernel(lambda r: (12345, 6))
def congruential(seed, n):
    out = np.zeros(n)
    x = seed
    for i in range(n):
        x = (x * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        out[i] = (x >> 11) / 2.0**53
    return out, x


@kernel(lambda r: (np.array([2463534242, 7, 1], np.uint32), 3))
def shifted_and_mixed(state, n):
    out = []
    for s in state:
        for _ in range(n):
            s ^= s << 13
            s ^= s >> 17
            s ^= s << 5
        out.append(s)
    return out


@kernel(lambda r: (r.integers(1, 30, 5),))
def collatz_lengths(starts):
    lengths = np.zeros(len(starts), int)
    for i, n in enumerate(starts):
        while n > 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            lengths[i] += 1
    return lengths


@kernel(lambda r: (r.random(5), 1.25))
def polynomial_and_slope(coefficients, x):
    p = dp = 0
    for c in reversed(coefficients):
        dp = dp * x + p
        p = p * x + c
    return p, dp


@kernel(lambda r: (math.pi, 6))
def continued_fraction(x, n):
    terms = []
    for _ in range(n):
        whole = math.floor(x)
        terms.append(whole)
        x = 1 / (x - whole)
    numerator, denominator = 1, 0
    for t in reversed(terms):
        numerator, denominator = t * numerator + denominator, numerator
    return terms, numerator, denominator


@kernel(lambda r: (np.linspace(2.8, 3.9, 5), 0.3, 20))
def logistic_map(rates, start, steps):
    last = np.zeros((len(rates), 3))
    for i, rate in enumerate(rates):
        x = start
        for t in range(steps):
            x = rate * x * (1 - x)
            if t >= steps - 3:
                last[i, t - steps + 3] = x
    return last


@kernel(lambda r: (2.0, 1e-12))
def newton_root(a, tolerance):
    x, steps = a, 0
    while abs(x * x - a) > tolerance:
        x = 0.5 * (x + a / x)
        steps += 1
        if steps > 50:
            raise ArithmeticError(f"no root after {steps} steps")
    return x, steps


@kernel(lambda r: (6, r.random(4) * 2 - 1))
def legendre_table(n, x):
    p = np.ones((n, len(x)))
    p[1] = x
    for k in range(2, n):
        p[k] = ((2 * k - 1) * x * p[k - 1] - (k - 1) * p[k - 2]) / k
    return p


def _spring(t, y, damping):
    return np.array([y[1], -y[0] - damping * y[1] + math.sin(t)])


@kernel(lambda r: (r.random(2), 0.1, 5))
def runge_kutta(y, h, steps):
    t, path = 0.0, [y]
    for _ in range(steps):
        k1 = _spring(t, y, 0.2)
        k2 = _spring(t + h / 2, y + h / 2 * k1, 0.2)
        k3 = _spring(t + h / 2, y + h / 2 * k2, 0.2)
        k4 = _spring(t + h, y + h * k3, 0.2)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t += h
        path.append(y)
    return np.array(path)


@kernel(lambda r: (r.random(7), 0.3))
def smoothed(x, weight):
    s = x[0]
    out = [s]
    for value in x[1:]:
        s = weight * value + (1 - weight) * s
        out.append(s)
    return np.array(out)


@kernel(lambda r: (r.integers(-5, 6, 8), r.random(8)))
def running_sums_in_place(a, b):
    for i in range(1, len(a)):
        a[i] += a[i - 1]
    for i in range(len(b) - 2, -1, -1):
        b[i] += b[i + 1]
    return a[-1] + b[0]


@kernel(lambda r: (8, np.int64))
def binomials_in_place(n, dtype):
    row = np.zeros(n + 1, dtype)
    row[0] = 1
    for k in range(1, n + 1):
        for j in range(k, 0, -1):
            row[j] += row[j - 1]
    return row


@kernel(lambda r: (25, 5))
def factorials(n, check):
    f, table = 1, {}
    for i in range(1, n):
        f *= i
        if i % check == 0:
            table[i] = f
    return table, f % 1000007, f.bit_length()


@kernel(lambda r: (1.0, 1 / math.sqrt(2)))
def arithmetic_geometric(a, b):
    history = []
    for _ in range(20):
        history.append(a - b)
        a, b = (a + b) / 2, math.sqrt(a * b)
        if a == b:
            break
    else:
        return None
    return a, len(history)


@kernel(lambda r: (np.array([100, 20, 3], np.uint8), 5))
def wrapping_bytes(start, steps):
    a, b, c = start
    for _ in range(steps):
        a, b, c = a + b, b * c, c - a
    return a, b, c


@kernel(lambda r: (np.array([2**30, 17, -5], np.int32), 3))
def wrapping_words(values, steps):
    total = values[0]
    for _ in range(steps):
        for v in values:
            total = total * np.int32(3) + v
    return total, total // 7, total % 7


@kernel(lambda r: (r.random(6), 0.5, 4))
def chebyshev_sum(c, x, n):
    b1 = b2 = 0.0
    for k in range(len(c) - 1, 0, -1):
        b1, b2 = 2 * x * b1 - b2 + c[k], b1
    return x * b1 - b2 + 0.5 * c[0], n**-2


@kernel(lambda r: (5.5, 12))
def bessel_downwards(x, n):
    j = [0.0] * (n + 2)
    j[n] = 1e-30
    for k in range(n, 0, -1):
        j[k - 1] = 2 * k / x * j[k] - j[k + 1]
    norm = j[0] + 2 * sum(j[2::2])
    return [v / norm for v in j[:4]]
