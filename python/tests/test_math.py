"""exp, log, sin and cos of float64: computed in the kernel where NumPy is proven to call the C library."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from differential.equal import Snapshot, differences
from differential.run import hits
from slipstream import _loops, jit

EDGES = [
    0.0,
    -0.0,
    np.inf,
    -np.inf,
    np.nan,
    1.0,
    -1.0,
    512.0,
    710.0,
    -746.0,
    1e-320,
    2.0**-54,
    2.0**-1022,
    0.9375,
    1 + 2.0**-52,
    0.85546875,
    0.126,
    -np.pi / 2,
    2.426263809204102,
    105414350.0,
    -105414360.0,
    2.0**-26,
    -(2.0**-27),
    5e-324,
]


def f(x, y):
    return np.exp(x), np.log(y), np.exp(-x * x) * y + np.log(y) - x, (np.exp(x) * y).sum()


def g(x, y):
    return np.sin(x), np.cos(y), np.sin(x * y) * np.cos(x) - np.sin(-y), (np.cos(x) * np.exp(-x * x)).sum()


@pytest.mark.parametrize("function", [f, g])
@pytest.mark.parametrize("size", [1.0, 30.0, 300.0, 1e-9])
def test_bits(size: float, function: Callable[..., object]) -> None:
    rng, fast, native = np.random.default_rng(7), jit(function), 0
    for n in (1, 3, 8, 9, 100, 1000, 20_000):
        for edges in (0, n // 50):
            x = rng.standard_normal(n) * size
            y = np.exp(rng.standard_normal(n) * min(size, 100.0))
            x[rng.integers(0, n, edges)] = rng.choice(EDGES)
            y[rng.integers(0, n, edges)] = rng.choice(EDGES)
            with np.errstate(all="ignore"):
                before = hits(fast)
                assert not differences(*(Snapshot({"r": h(x, y)}).facts for h in (function, fast)))
                native += hits(fast) > before
    assert native > 7


@pytest.mark.parametrize("ufunc", [np.sin, np.cos])
def test_payloads_of_nans_are_kept(ufunc: np.ufunc) -> None:
    rng = np.random.default_rng(3)
    payloads = rng.integers(1, 1 << 51, 500, dtype=np.uint64) | np.uint64(0x7FF8 << 48)
    payloads |= rng.integers(0, 2, 500, dtype=np.uint64) << np.uint64(63)
    x = rng.standard_normal(4000)
    x[rng.permutation(4000)[:500]] = payloads.view(float)
    plain, fast = (lambda x: ufunc(x) * 1.0), jit(lambda x: ufunc(x) * 1.0)
    for _ in range(3):
        assert plain(x).tobytes() == fast(x).tobytes()
    assert fast.stats().native == 3


OTHER_LOOPS = """
import numpy as np, slipstream
from slipstream import _loops
_loops.digest = lambda name, dtype, signed: "of another library"
f = lambda x: np.exp(x) * 2 - np.log(x) + np.sin(x) * np.cos(x)
fast, x = slipstream.jit(f), np.linspace(0.1, 9.0, 100)
for _ in range(3):
    assert fast(x).tobytes() == f(x).tobytes()
assert fast.stats().native
"""


def test_other_loops_are_called() -> None:
    subprocess.run([sys.executable, "-c", OTHER_LOOPS], check=True, timeout=120)


@pytest.mark.parametrize(
    ("signed", "digest"),
    [
        (False, "349531ecb52bbced38361ec57dabc7cbb9e1d4f9d3acad90716df4322e359517"),
        (True, "2cdc6cebe1751e5b1aeac9a78dece802aa70fbadc29f6093d32adc2d44f8e467"),
    ],
)
def test_arguments(signed: bool, digest: str) -> None:
    """The compiler computes the same: its test has the same hashes."""
    assert _loops.hashed(_loops.sample_arguments(signed)) == digest
