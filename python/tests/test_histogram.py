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


def compare(a: Any, bins: Any, w: Any, between: Any = None, density: Any = None) -> None:
    args = a, bins, between, density, w
    numpys = facts(functools.partial(np.histogram, *args))
    found = differences(numpys, facts(functools.partial(_native.histogram, np.histogram, *args)))
    assert not found, (args, found)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("n", LENGTHS)
def test_bits(n: int) -> None:
    for i, x in enumerate(arrays(n)):
        for k, w in enumerate(weights(n)):
            for bins in BINS[(i + k) % 2 :: 2]:
                compare(x, bins, w)


RANGES = (
    (-1.0, 1.0),
    (0, 3),
    (0.25, np.float64(0.25)),
    (-1e300, 1e300),
    (1, 0),
    (0.0, np.inf),
    [0, 1],
    (-1e-310, 0.0),
)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("state", ["warn", "raise"])
def test_ranges_and_densities(state: Any) -> None:
    for n in (1, 3, 700, 70_000):
        for x in list(arrays(n)):
            with np.errstate(all=state):
                for w in (None, np.cos(np.arange(n)), -np.zeros(n)):
                    for between in (None, *RANGES):
                        compare(x, 7 if n % 2 else np.int64(300), w, between, [None, True, False][len(x) % 3])


INTEGERS = ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "q", "?")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", INTEGERS)
def test_integers(kind: str) -> None:
    rng = np.random.default_rng(5)
    for n in (1, 300, 1027, 66_000):
        x = rng.integers(0, 120, n).astype(kind)
        for y in (x, x[::-1], (x.astype("f8") * 2.0**48).astype(kind) if kind in ("i8", "u8") else x * 0):
            for bins in (1, 13, 120, 1000):
                for between in (None, (0, 120), (-3.5, 200), (7, 7)):
                    compare(y, bins, None, between)
        compare(x, 9, np.sin(np.arange(n)))
    limits = np.array([np.iinfo(kind).min, np.iinfo(kind).max], kind) if kind != "?" else np.zeros(2, kind)
    for bins in (1, 10, 255, 256):
        compare(limits, bins, None)


def near(edges: np.ndarray) -> np.ndarray:
    """Each edge and its neighbours."""
    up, down = np.nextafter(edges, np.inf), np.nextafter(edges, -np.inf)
    return np.concatenate((edges, up, down, np.nextafter(up, np.inf), np.nextafter(down, -np.inf)))


def test_near_edges() -> None:
    rng = np.random.default_rng(6)
    for bins in (1, 3, 10, 97, 1000, 4096, 5000):
        for scale in (1e-300, 1e-9, 1.0, 3e7, 1e250):
            for place in (0.0, 1.0, -1e3, 1e9):
                low, high = np.sort(rng.normal(size=2) + place) * scale
                with np.errstate(all="ignore"):
                    x = near(np.linspace(low, high, bins + 1))
                    compare(x, bins, None)
                    compare(np.tile(x, 2), bins, None, (low, high))
                    compare(
                        np.tile(x, 140_000 // len(x)),
                        bins,
                        np.cos(np.arange(140_000 // len(x) * len(x))),
                        (low, high),
                    )


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
    for density in (0, 1, "yes", np.True_):
        compare(x, 5, None, None, density)
    for between in ((0, 2**70), (np.float32(0), 1), (True, 2), (0, np.nan), 3, (0, 1, 2), (0, 1j)):
        compare(x, 5, None, between)


def test_done_at_once() -> None:
    """NumPy's function is not called."""

    x = np.random.default_rng(2).normal(size=(50, 100))
    for w in (None, x**2):
        counts, edges = _native.histogram(None, x, 9, None, None, w)
        assert counts.tolist() == np.histogram(x, 9, weights=w)[0].tolist()
        assert edges.tolist() == np.histogram(x, 9)[1].tolist()


def in_a_loop(a, w, n):
    total, edges = np.zeros(n), a[:0]
    for i in range(3):
        counts, edges = np.histogram(a + i, n)
        total += np.histogram(a, n, weights=w * i)[0] / (counts + 1)
    return total, edges


def straight(a, w, n):
    return np.histogram(a * 2, n, weights=w)[0] / np.histogram(a * 2, n)[0].sum()


def between(a, w, n):
    found, edges = np.histogram(a, bins=n, range=(-1.0, w[0]), density=True)
    places = np.histogram((a > 0) * 3 + np.arange(len(a)), n, (0, 50), weights=w)[0]
    return found * places + edges[:-1]


@pytest.mark.parametrize("f", [in_a_loop, straight, between], ids=lambda f: f.__name__)
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
