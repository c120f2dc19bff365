"""Lists, tuples, numbers of several types and called loops in loops that run natively as a whole."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import whole_calls
from slipstream import jit

Function = Callable[..., Any]


def gathered(a, n):
    places, pairs = [], []
    for i in range(len(a)):
        if a[i] > 0:
            places.append(i)
            pairs.append((i, float(a[i])))
    return places, pairs, len(pairs)


def stacked(a, n):
    stack, seen = [(0, n)], 0
    while stack:
        low, high = stack.pop()
        if high - low < 2:
            seen += 1
            continue
        middle = (low + high) // 2
        stack += [(low, middle), (middle, high)]
    return seen, stack


def tabled(a, n):
    ways = [1] + [0] * n
    for coin in (1, 2, 5):
        for x in range(coin, n + 1):
            ways[x] += ways[x - coin]
    return ways[n], ways


def comprehended(a, n):
    out = [0.0 for _ in range(n)]
    for i in range(n):
        row = [k * i for k in range(n) if k % 2]
        out[i] = out[i - 1] + len(row)
        for k in row:
            out[i] += k
    return np.array(out), row


def made_anew(a, n):
    rows = 0
    for i in range(400):
        row = []
        for k in range(i % 7):
            row.append(k)
        rows += len(row)
    return rows, row


def left_in_the_middle(a, n):
    found = [1.5]
    for i in range(n):
        found.append(a[i] / (a[i] - a[2]))
    return found


def largest_of_one(a, n):
    total = 0
    for i in range(n):
        total += max((i,))
    for i in range(n):  # noqa: B007
        total += max(total)
    return total


def missed(a, n):
    stack = [1]
    for _ in range(n):
        stack.pop()
    return stack


def same_object(a, n):
    one = two = []
    for i in range(n):
        one.append(i)
    return one, two, (one, two)


def tuples(a, n):
    best, total = (0, 0.0), 0
    for dy, dx in ((-1, 0), (1, 0), (0, 2)):
        for k in (3, 4, 5):
            if k in (4, dx):
                best = (k, a[k % len(a)])
            total += dy * k + dx + (7, 8, 9)[k - 3]
    return best, total, best[0]


def several_types(a, n):
    low, out = 9, np.zeros(len(a))
    for i, v in enumerate(a):
        out[i] = max(v, 0, 0.25) - min(n, v)
    low = max(low, out[0])
    return low, out


def types(a, n):
    out = np.zeros((len(a), 8))
    for i, v in enumerate(a):
        out[i, 0] = np.float32(v)
        out[i, 1] = np.int64(v) + np.uint8(i)
        out[i, 2] = v // 0.75
        out[i, 3] = v % -0.75
        out[i, 4] = float(v) // 0.3 + float(v) % 0.3
        out[i, 5] = math.trunc(v) + round(v)
        out[i, 6] = math.gcd(i * 6, 15) + math.isqrt(i)
        out[i, 7] = 3**i + pow(7, i, 5)
    return out


def unpacked(a, n):
    out = np.zeros(len(a) - 2)
    for i in range(1, len(a) - 1):
        x, y, z = a[i - 1 : i + 2]
        out[i - 1] = max(min(x, y), min(max(x, y), z))
    for x, y in out[:4].reshape(2, 2) if len(out) < 0 else np.ones((2, 2)):
        out[0] += x * y
    return out


def shared_scalar(a, n):
    x = np.float64(n)
    for _ in range(n):
        y = x
    return x, y, (x, x), (y,)


def rows_changed(a, n):
    b = np.ones((3, 2))
    for i in range(3):
        b[i] = b[i] * i + n
    b[[0, 2]] = b[[2, 0]]
    for i in range(2):
        b[[i, i + 1]] = b[[i + 1, i]]
    return b


def filtered(x, w):
    out = np.zeros(len(x) - len(w) + 1)
    for i in range(len(out)):
        for k in range(len(w)):
            out[i] += x[i + k] * w[k]
    return out


def calls_a_loop(a, n):
    y = filtered(a, (0.25, 0.5, 0.25)) * 2
    return y, y.sum()


def calls_in_a_loop(a, n):
    total = 0.0
    for i in range(n):
        total += filtered(a, (0.5, 0.5))[i]
    return total


FORMS = {
    f.__name__: f
    for f in (
        gathered,
        stacked,
        tabled,
        made_anew,
        same_object,
        tuples,
        several_types,
        types,
        rows_changed,
        calls_in_a_loop,
    )
}
OTHERS = {
    f.__name__: f
    for f in (comprehended, left_in_the_middle, missed, largest_of_one, unpacked, shared_scalar, calls_a_loop)
}


def inputs() -> list[np.ndarray]:
    a = np.array([0.5, -1.25, 2.0, 7.5, -0.0, 3.0, 1e-3, 41.0])
    odd = np.array([0.0, -0.0, np.nan, np.inf, -np.inf, 1e300, -7.0, 0.75])
    return [a, odd, a.astype(np.float32), np.arange(8) - 3]


@pytest.mark.parametrize("name", FORMS)
def test_forms_run_whole(name: str) -> None:
    f = FORMS[name]
    fast = jit(f)
    for _ in range(3):
        assert not differences(outcome(f, inputs()[0], 6), outcome(fast, inputs()[0], 6))
    assert whole_calls(fast) > 0


@pytest.mark.parametrize("name", FORMS | OTHERS)
def test_values(name: str) -> None:
    f = (FORMS | OTHERS)[name]
    fast = jit(f)
    for _ in range(2):
        for n, a in enumerate(inputs()):
            assert not differences(outcome(f, a.copy(), n + 3), outcome(fast, a.copy(), n + 3))
    assert not fast._slipstream.bug


def test_many_short_lists_use_the_same_memory() -> None:
    def many(n):
        total = 0
        for i in range(n):
            row = [i] * 1000
            total += row[-1]
        return total

    fast = jit(many)
    for n in (5, 20_000):
        assert fast(n) == many(n)
