"""numpy.histogram with equal bins in one pass: NumPy's bits, whatever the values, edges and weights."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from differential.equal import Snapshot, differences, exception_facts, outcome
from slipstream import _native, jit

LENGTHS = (1, 2047, 2048, 2049, 5000, 65536, 131_077)
BINS = (1, 2, 10, 999, 2048, 5001)


def arrays(n: int) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(n)
    x = rng.normal(size=n)
    yield x
    yield np.round(x, 1)
    yield np.arange(n) % 41 * 0.1
    yield np.arange(n) % 1000 / 3 + 1e9
    yield np.arange(n) % 77 + 1e16
    yield np.full(n, -2.5)
    yield np.where(x > 0, 0.0, -0.0)
    yield np.exp(x * 50)
    yield x * 1e-310
    yield x * 1e-200
    yield np.where(x > 0, 1.7e308, -1.7e308)
    yield np.where(np.arange(n) == n // 2, np.nan, x)
    yield np.where(np.arange(n) == n // 3, np.inf, x)


def weights(n: int) -> Iterator[np.ndarray | None]:
    rng = np.random.default_rng(n + 1)
    yield None
    yield rng.normal(size=n) * 10.0 ** rng.integers(-9, 9, n)
    yield np.where(np.arange(n) == n // 2, np.inf, 1e308)
    yield rng.integers(0, 5, n)
    yield -np.zeros(n)


def facts(function: Any) -> dict[str, object]:
    try:
        return Snapshot({"result": function()}).facts
    except Exception as e:
        return {"exception": exception_facts(e, skip=1)}


def compare(a: Any, bins: Any, w: Any) -> None:
    numpys = facts(functools.partial(np.histogram, a, bins, weights=w))
    found = differences(numpys, facts(functools.partial(_native.histogram, np.histogram, a, bins, w)))
    assert not found, (bins, found)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("n", LENGTHS)
def test_bits(n: int) -> None:
    for i, x in enumerate(arrays(n)):
        for k, w in enumerate(weights(n)):
            for bins in BINS[(i + k) % 2 :: 2]:
                compare(x, bins, w)


def test_left_to_numpy() -> None:
    x = np.random.default_rng(1).normal(size=3000)
    for bins in (0, -1, 2.5, True, "auto", [0, 1], np.int64(7), np.array(5), None, 1 << 70, 10**6):
        compare(x, bins, None)
    for a in (x[::2], x.astype("f4"), x.astype(">f8"), x.view(np.ma.MaskedArray), x.astype(int), [1.0, 2.0]):
        compare(a, 5, None)
    for w in (x[:-1], x[::-1], x.astype("f4"), x * 1j, list(x), 3):
        compare(x, 5, w)
    with pytest.raises(TypeError):
        _native.histogram(np.histogram, x, 5)


def test_done_at_once() -> None:
    """NumPy's function is only asked for the edges."""
    asked = []

    def function(a: np.ndarray, *args: Any, **options: Any) -> Any:
        asked.append(len(a))
        return np.histogram(a, *args, **options)

    x = np.random.default_rng(2).normal(size=(50, 100))
    for w in (None, x**2):
        counts, edges = _native.histogram(function, x, 9, w)
        assert counts.tolist() == np.histogram(x, 9, weights=w)[0].tolist()
        assert edges.tolist() == np.histogram(x, 9)[1].tolist()
    assert asked == [2, 2]


def in_a_loop(a, w, n):
    total, edges = np.zeros(n), a[:0]
    for i in range(3):
        counts, edges = np.histogram(a + i, n)
        total += np.histogram(a, n, weights=w * i)[0] / (counts + 1)
    return total, edges


def straight(a, w, n):
    return np.histogram(a * 2, n, weights=w)[0] / np.histogram(a * 2, n)[0].sum()


@pytest.mark.parametrize("f", [in_a_loop, straight], ids=lambda f: f.__name__)
def test_compiled(f: Any) -> None:
    fast = jit(f)
    for _ in range(3):
        fast(np.linspace(0, 1, 3000), np.ones(3000), 12)
    assert fast.stats().native
    for n in (100, 3000, 70_000):
        for x in arrays(n):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for state in ("warn", "raise"):
                    with np.errstate(all=state):
                        run = functools.partial(outcome, f), functools.partial(outcome, fast)
                        found = [r(x.copy(), np.cos(np.arange(n)), 12) for r in run]
                        assert not differences(*found)
    assert not fast._slipstream.bug
