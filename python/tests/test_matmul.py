"""a @ b by NumPy's inner loop: NumPy's bits and layout, or an error that leaves the region."""

from __future__ import annotations

import contextlib
import itertools
import operator
import warnings
from typing import Any

import numpy as np
import pytest
from differential.equal import Snapshot, differences
from differential.run import hits
from slipstream import _native, jit
from slipstream._describe import DTYPES

SIZES = (1, 2, 3, 4, 5, 8, 17, 33)
TYPES = [t for t in DTYPES.values() if t != "f2"]


def layouts(a: Any) -> list[Any]:
    """The same elements in several memory layouts."""
    wide = np.zeros(tuple(2 * n for n in a.shape), a.dtype)
    wide[tuple(slice(None, None, 2) for _ in a.shape)] = a
    back = np.ascontiguousarray(a[::-1])[::-1]
    return [a, np.asfortranarray(a), wide[tuple(slice(None, None, 2) for _ in a.shape)], back]


def operand(rng: np.random.Generator, dtype: str, *shape: int) -> Any:
    return (rng.standard_normal(shape) * 3).astype(dtype)


def same(a: Any, b: Any) -> None:
    plain, own = operator.matmul(a, b), _native.matmul(a, b)
    assert not differences(Snapshot({"r": plain}).facts, Snapshot({"r": own}).facts), (a.shape, b.shape)


@pytest.mark.parametrize("dtype", TYPES)
def test_bits_and_layout(dtype: str) -> None:
    rng = np.random.default_rng(3)
    for m, n, p in itertools.product(SIZES, repeat=3):
        if m * n * p > 2000 and (m + n + p) % 3:
            continue
        a, b, x, y = (operand(rng, dtype, *s) for s in ((m, n), (n, p), (n,), (n,)))
        pairs = [*zip(layouts(a), layouts(b), strict=True), (a, b[:, :1]), (a[:1], b), (a, x), (x, b), (x, y)]
        for left, right in pairs:
            same(left, right)


def test_transposed_operands_share_memory() -> None:
    a = np.random.default_rng(4).standard_normal((5, 5))
    same(a, a.T)
    same(a.T, a)
    same(a, a)
    same(a[0], a[:, 0])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.ones((2, 3)), np.ones((2, 3))),
        (np.ones((2, 3)), np.ones(4)),
        (np.ones((0, 3)), np.ones((3, 2))),
        (np.ones((2, 0)), np.ones((0, 2))),
        (np.ones((2, 2, 2)), np.ones((2, 2))),
        (np.ones((2, 2)), np.float64(3)),
        (np.ones((2, 2), "f4"), np.ones((2, 2))),
        (np.ones((2, 2), ">f8"), np.ones((2, 2), ">f8")),
        (np.ones((2, 2), "f2"), np.ones((2, 2), "f2")),
        (np.ones((2, 2), object), np.ones((2, 2), object)),
        ([1, 2], [3, 4]),
    ],
)
def test_what_is_left_to_numpy(a: Any, b: Any) -> None:
    with pytest.raises(TypeError):
        _native.matmul(a, b)


def test_reports_leave() -> None:
    a = np.array([[np.inf, 1.0], [0.0, 1.0]])
    b = np.array([[0.0, 1.0], [1.0, 1.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with np.errstate(all="ignore"):
            plain = a @ b
        with contextlib.suppress(FloatingPointError):
            assert np.array_equal(_native.matmul(a, b), plain, equal_nan=True)

    def f(x: Any, y: Any) -> Any:
        return (x @ y) * 2.0 + 1.0

    fast = jit(f)
    for x in (b, a, b):
        seen = []
        for g in (f, fast):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                result = g(x, b)
            told = [(w.category, str(w.message), w.lineno) for w in caught]
            seen.append(Snapshot({"r": result, "warnings": told}).facts)
        assert not differences(*seen)


def test_in_regions() -> None:
    def f(m: Any, x: Any) -> Any:
        y = m @ x
        return y / y[0], np.matmul(m, m) + 1.0, (m.T @ m) * 2.0, (x @ x) + 1.0

    fast, rng = jit(f), np.random.default_rng(2)
    for n in (3, 4, 50):
        for dtype in ("f8", "f4", "c16"):
            m, x = operand(rng, dtype, n, n), operand(rng, dtype, n)
            assert not differences(*(Snapshot({"r": g(m, x)}).facts for g in (f, fast)))
    assert hits(fast) >= 6
