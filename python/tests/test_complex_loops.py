"""Products, squares and sizes of complex arrays: in the kernel where NumPy is proven to take these steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import hits
from slipstream import _loops, jit

SPECIAL = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    np.inf,
    -np.inf,
    np.nan,
    5e-324,
    1e-320,
    1e-310,
    1e-160,
    1e-38,
    1e-45,
    1e38,
    1e160,
    1.7e308,
)


def straight(a, b):
    return a * b, np.square(a) + b, np.abs(a) < 2, a * b * a - np.abs(b), np.abs(a * b)


def scalars(a, b):
    return a * b[-1], a[0] * b, a * 2.5j + b, 2 * a * (1 + 2j), np.abs(a[:1] * b)


def reduced(a, b):
    return np.abs(a).sum(), (a * b).sum(), np.abs(a - b).max(), np.abs(a * a).mean()


def in_a_loop(a, b, steps):
    z = np.zeros(a.shape, a.dtype)
    for i in range(steps):
        near = np.abs(z) < 2
        z[near] = np.square(z[near]) + a[near] * b[i]
        b = z * b + np.abs(a)
    return z, b


def backwards(a, b):
    return a[::-1] * b, np.square(a[::-1]), np.abs(b[::-1]), a[::2] * b[::2], np.abs(a[1::3])


def stored(a, b):
    np.square(a[1:], out=a[:-1])
    np.square(b, out=b)
    for k in range(2):
        np.square(a[k + 1 :], out=a[k:-1])
        np.abs(b[1:], out=b.real[:-1])
        np.abs(a, out=b.imag)
    return a, b


def compared(a, b):
    near = np.abs(a) < 1.5, b[0].imag <= np.abs(b), np.abs(a) > b[0].real, np.abs(a) >= -1.0
    far = (np.abs(a) <= 0) | (np.abs(a * b) > 1e-170), np.abs(b) < np.inf, np.abs(a) < 1e300
    odd = np.abs(a) > np.nan, np.abs(a) > 1e38, (np.abs(b) < 3) & (np.abs(b) > 0.1), np.abs(a) > np.abs(a[0])
    return near, far, odd


def on_a_circle(a, b):
    return (
        np.abs(a / np.abs(a)) <= 1,
        np.abs(a / np.abs(a)) < 1,
        np.abs(b / np.abs(b)) > 1,
        np.abs(a) >= np.abs(a[0]),
    )


def numbers(rng: np.random.Generator, n: int, dtype: str, spread: float, odd: int) -> np.ndarray:
    part = np.dtype(dtype).type().real.dtype
    with np.errstate(all="ignore"):
        x = (rng.normal(size=2 * n) * 10 ** (rng.normal(size=2 * n) * spread)).astype(part)
        x[rng.integers(0, 2 * n, odd)] = rng.choice(SPECIAL, odd).astype(part)
    return x.view(dtype)


def compare(f: Callable[..., Any], dtype: str, *more: Any) -> None:
    fast, native = jit(f), 0
    for state in ("ignore", "warn", "raise"):
        for n in (1, 2, 3, 5, 8, 9, 17, 100, 1001, 20_000):
            for spread, odd in ((0.0, 0), (3.0, 0), (20.0, n // 20), (150.0, n // 3)):
                rng = np.random.default_rng(n)
                a, b = numbers(rng, n, dtype, spread, odd), numbers(rng, n, dtype, spread, odd)
                with np.errstate(all=state):
                    before = hits(fast)
                    wanted, got = (outcome(g, a.copy(), b.copy(), *more) for g in (f, fast))
                    assert not differences(wanted, got), (state, n, spread)
                    native += hits(fast) > before
    assert native > 30 or f is stored
    assert not fast._slipstream.bug


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dtype", ["c16", "c8"])
@pytest.mark.parametrize(
    "f", [straight, scalars, reduced, backwards, stored, compared, on_a_circle], ids=lambda f: f.__name__
)
def test_bits_and_reports(f: Callable[..., Any], dtype: str) -> None:
    compare(f, dtype)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dtype", ["c16", "c8"])
def test_in_a_loop(dtype: str) -> None:
    fast = jit(in_a_loop)
    for n in (9, 100, 3000):
        rng = np.random.default_rng(n)
        a, b = (numbers(rng, n, dtype, 1.0, odd) for odd in (0, n // 50))
        with np.errstate(all="ignore"):
            for _ in range(3):
                assert not differences(*(outcome(g, a.copy(), b.copy(), 8) for g in (in_a_loop, fast)))
    assert fast.stats().native


def test_arguments() -> None:
    """The compiler computes the same: its test has the same hash."""
    z = _loops.complex_arguments().copy()
    parts = z.view("f8")
    parts[parts != parts] = np.nan
    assert _loops.hashed(z) == "928814bf74f1a5ad56bd26090a7742812b1ca7c728e8c19554672c731522a11c"


@pytest.mark.parametrize("name", ["multiply", "square", "absolute"])
def test_places_count(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop that rounds otherwise by its operands' places is not computed by the compiler."""

    class Other:
        nin = 2 if name == "multiply" else 1

        def __call__(self, *args: np.ndarray) -> Any:
            return getattr(np, name)(*args) * (2 if len(args[0]) < 5 else 1)

    monkeypatch.setitem(_loops.NUMPY, name, Other())
    assert _loops.digest(name, "c16", True) == ""
