"""Loops over arrays in any order of memory, and what is put back where a statement of many stores is left."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from differential.run import same_each_time
from slipstream import jit

SHAPES = [(40, 30), (5, 300), (300, 5), (12, 10, 14), (700,)]


def layouts(shape: tuple[int, ...], dtype: str) -> dict[str, np.ndarray]:
    base = (np.random.default_rng(len(shape)).random(shape) + 0.5).astype(dtype)
    wide = np.zeros(tuple(2 * n for n in shape), dtype)
    spread = wide[tuple(slice(None, None, 2) for _ in shape)]
    spread[...] = base
    back = base[tuple(slice(None, None, -1) for _ in shape)].copy()[
        tuple(slice(None, None, -1) for _ in shape)
    ]
    half = base[::-1].copy()[::-1]
    return {"C": base, "F": np.asfortranarray(base), "spread": spread, "backwards": back, "half": half}


def smooth(a, b, n):
    for _ in range(n):
        a += b * 0.5
        b[1:] = (a[1:] + a[:-1]) * 0.25
        b -= a * 0.125
        a[:-1] = b[1:]
    return a.sum()


@pytest.mark.parametrize("dtype", ["f8", "f4", "c16", "i4"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.filterwarnings("ignore")
def test_orders_of_memory(shape: tuple[int, ...], dtype: str) -> None:
    for first, second in itertools.product(layouts(shape, dtype).values(), repeat=2):

        def fresh(a=first, b=second):
            x, y = a.copy("K"), b.copy("K")
            return smooth_of(x, y), x, y

        def smooth_of(x, y):
            return smooth(x, y, 3)

        same_each_time(fresh)


def stir(v, w, n):
    v[1:] = w[:-1] * 2.0
    v[::2] -= w[0]
    w[:] = v * w
    for i in range(n):
        v[i] = w[-i - 1] + v[i]
    v[:] = v / n
    return v[0]


def stirred(v, w, n):
    total = 0.0
    for k in range(3):
        total += stir(v, w, n - k)
    return total


@pytest.mark.parametrize("dtype", ["f8", "f4"])
@pytest.mark.parametrize("size", [10, 300, 5000])
@pytest.mark.parametrize(
    "last", [3, 2]
)  # the third call of stir divides by 1, or by 0: all it stored is put back
@pytest.mark.filterwarnings("ignore")
def test_large_slices_are_put_back(last: int, size: int, dtype: str) -> None:
    for v, w in itertools.product(layouts((size,), dtype).values(), repeat=2):

        def run(v=v, w=w):
            x, y = v.copy(), w.copy()
            return stirred(x, y, last), stirred(x[::-1], y, last), stirred(x[::2], x[1::2], last), x, y

        same_each_time(run)


@pytest.mark.filterwarnings("ignore")
def test_reports_behind_large_stores() -> None:
    for size in (100, 3000, 20_000):
        v = np.linspace(1, 2, size)
        v[size // 2] = 1e308

        def run(v=v):
            x, y = v.copy(), np.full(len(v), 10.0)
            return stirred(x, y, 4), x, y

        same_each_time(run)


def grown(u, by):
    for _ in range(4):
        u += by
    return u


def test_updates_of_all_sizes() -> None:
    made = same_each_time(lambda n: grown(np.ones(n), 0.5), 500)
    for n in (20, 5000, 20_000, 200_000, 20):
        assert made(n).tobytes() == grown(np.ones(n), 0.5).tobytes()
    fast = jit(grown)
    for n in (300, 100_000, 30):
        x, y = np.ones(n), np.ones(n)
        for _ in range(70):
            assert fast(x, 1.5).tobytes() == grown(y, 1.5).tobytes()
