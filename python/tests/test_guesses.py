"""Branches on what a region computes: one way is guessed, and the run looks."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from differential.run import hits
from slipstream import _native, jit


def on_elements(a, low):
    x = np.sqrt(a * a + 1.0)
    if np.any(x > low):
        x = np.minimum(x, low) * 2.0
    if not np.all(np.isfinite(x)):
        x = np.where(np.isfinite(x), x, 0.0)
    if x[0] == x[-1] and x.sum() != 0:
        return x * 3.0
    return x + a * 2.0


ARRAYS = [
    np.arange(5.0),
    np.ones(5),
    np.array([0.0, 1.0, np.inf, 2.0, 3.0]),
    np.array([9.0, -1.0, 8.0, 1.0, 9.0]),
]


@pytest.mark.parametrize("n", range(len(ARRAYS)))
@pytest.mark.parametrize("low", [0.5, 1e300])
def test_a_branch_that_goes_one_way_runs_natively(n: int, low: float) -> None:
    fast, a = jit(on_elements), ARRAYS[n]
    for _ in range(8):
        before = fast.stats().native
        assert repr(fast(a, low)) == repr(on_elements(a, low))
    assert fast.stats().native == before + 1


def test_branches_that_go_both_ways_are_left_to_python() -> None:
    fast, rng = jit(on_elements), np.random.default_rng(1)
    for _ in range(80):
        a, low = ARRAYS[rng.integers(4)], (0.5, 1e300)[rng.integers(2)]
        assert repr(fast(a, low)) == repr(on_elements(a, low))
    compiles = fast.stats().compiles
    for a in ARRAYS * 4:
        fast(a, 1e300)
    assert fast.stats().compiles == compiles
    assert hits(fast) > 40


def counted(a, seen):
    b = a * 2.0 + 1.0
    b[0] = 7.0
    if b[1] > 3.0:
        seen.append(float(b[1]))
    b += a
    return b


def test_what_python_does_instead_it_does_once() -> None:
    fast = jit(counted)
    for a in (np.zeros(3), np.ones(3), np.full(3, 4.0), np.zeros(3)) * 3:
        seen: list[list[float]] = [[], []]
        assert repr(fast(a, seen[0])) == repr(counted(a, seen[1]))
        assert seen[0] == seen[1]


def stores(a, out):
    out += a
    if out[0] > 2.0:
        out *= 0.5
    return out + a


def test_stores_in_front_of_a_wrong_guess_stand() -> None:
    fast = jit(stores)
    for start in (0.0, 5.0, 0.0, 5.0, 5.0, 0.0):
        x, y = np.full(4, start), np.full(4, start)
        assert repr(fast(np.ones(4), x)) == repr(stores(np.ones(4), y))
        assert repr(x) == repr(y)


def in_a_loop(rows):
    total = []
    for row in rows:
        y = np.sqrt(row * row + 1.0)
        if y[0] > 2.0:
            y = y - 1.0
        total.append(float((y * y).sum()))
    return total


def test_nothing_is_guessed_in_a_loop() -> None:
    fast, rows = jit(in_a_loop), [np.full(3, float(i % 4)) for i in range(12)]
    for _ in range(3):
        assert fast(rows) == in_a_loop(rows)
    told = _native.REASONS.index("guess")
    assert not any(told in r.reasons() for r in fast._slipstream.regions.values())


def warned(a, b):
    x = a / b
    if np.any(np.isnan(x)):
        return np.nan_to_num(x) + 1.0
    return x - 1.0


def test_reports_come_in_either_case() -> None:
    fast = jit(warned)
    for b in (1.0, 0.0, 1.0, 0.0, 0.0, 1.0):
        told: list[Any] = []
        for f in (fast, warned):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                told.append((repr(f(np.zeros(3), np.full(3, b))), [str(w.message) for w in caught]))
        assert told[0] == told[1]


def odd(a, n):
    n = n + 1
    if n % 2:
        return np.sqrt(a * a + n)
    return a * n - 1.0


def test_a_number_made_of_an_argument_is_foreseen() -> None:
    fast = jit(odd)
    for n in (*range(12), -3, 2**62, 7):
        assert repr(fast(np.arange(3.0), n)) == repr(odd(np.arange(3.0), n))
    assert fast.stats().compiles <= 3
    assert hits(fast) >= 10


def test_under_strict_a_wrong_guess_is_no_error() -> None:
    fast = jit(on_elements, strict=True)
    for a in ARRAYS[:2] * 2:
        assert repr(fast(a, 1e300)) == repr(on_elements(a, 1e300))
