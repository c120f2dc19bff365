"""array[mask] by the extension's own loop: NumPy's result for every type, length and density."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest
from differential.equal import Snapshot, differences, exception_facts
from differential.run import hits
from slipstream import _native, jit
from slipstream._describe import DTYPES

LENGTHS = (0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 200, 1000, 4097)


def outcome(get: Any, a: Any, key: Any) -> dict[str, object]:
    try:
        return Snapshot({"result": get(a, key)}).facts
    except Exception as e:
        return {"exception": exception_facts(e, skip=1)}


def same(a: Any, key: Any) -> None:
    assert not differences(outcome(operator.getitem, a, key), outcome(_native.getitem, a, key))


@pytest.mark.parametrize("dtype", [*DTYPES.values(), "longdouble", "O", "M8[s]", "U3", "i4,i4", ">f8"])
def test_types(dtype: str) -> None:
    rng = np.random.default_rng(5)
    for n in LENGTHS:
        a = rng.integers(0, 100, n).astype("U3" if dtype == "U3" else "i8").astype(dtype)
        for density in (0.0, 0.01, 0.1, 0.3, 0.9, 0.99, 1.0):
            same(a, rng.random(n) < density)


@pytest.mark.parametrize("n", LENGTHS)
def test_where_the_last_true_stands(n: int) -> None:
    """What is written ends with the last chosen element, however many falses follow."""
    a = np.arange(float(n))
    for last in range(min(n, 40)):
        mask = np.zeros(n, bool)
        mask[last] = True
        same(a, mask)
        mask[:last] = True
        same(a, mask)


@pytest.mark.parametrize("dtype", ["?", "i2", "f4", "f8", "c8", "c16"])
def test_stores(dtype: str) -> None:
    """One number, and one for each true."""
    rng = np.random.default_rng(7)
    for n in LENGTHS[1:]:
        a = rng.integers(0, 100, n).astype(dtype)
        for density in (0.0, 0.01, 0.1, 0.3, 0.9, 0.99, 1.0):
            mask = rng.random(n) < density
            for value in (a[:1][0], rng.integers(0, 100, mask.sum()).astype(dtype)):
                stored, wanted = a.copy(), a.copy()
                _native.setitem(stored, mask, value)
                wanted[mask] = value
                assert stored.tobytes() == wanted.tobytes()


@pytest.mark.parametrize("at", [0, 15, 16, 31, 32, 99])
def test_bytes_that_are_no_truth_values(at: int) -> None:
    a = np.arange(100.0)
    mask = np.ones(100, bool)
    mask.view("u1")[at] = 2
    same(a, mask)


def test_layouts() -> None:
    rng = np.random.default_rng(6)
    a = rng.standard_normal((6, 8, 3))
    m = a > 0
    for x in (a, a.T, a[::2], a[:, ::-1], np.asfortranarray(a), a.view(np.ma.MaskedArray), a.astype(">f8")):
        mask = x > 0
        for key in (
            mask,
            np.ascontiguousarray(mask),
            np.asfortranarray(mask),
            m,
            m[0],
            m[:, 0],
            m[..., None],
        ):
            same(x, key)
    unaligned = np.frombuffer(bytearray(81), np.float64, 10, offset=1)
    same(unaligned, np.ones(10, bool))


def test_other_keys() -> None:
    a = np.arange(12.0).reshape(3, 4)
    for key in (0, -1, 5, slice(1), None, ..., (1, 2), [0, 2], [True, False, True], np.array(True), "x", a):
        same(a, key)
    same([1, 2, 3], 1)
    same({"k": 1}, "k")


def test_bytes_that_are_no_bools() -> None:
    a = np.arange(64.0)
    same(a, (np.arange(64) % 3).astype(np.uint8).view(bool))


def test_in_regions() -> None:
    def f(a: Any) -> Any:
        return a[a > 0.5] * 2.0, a[(a > 0) & (a < 1)].sum()

    fast = jit(f)
    for shape in ((100,), (7, 9), (0,), (3, 4, 5), (20_000,)):
        a = np.random.default_rng(1).standard_normal(shape)
        for x in (a, a.T):
            assert not differences(*(Snapshot({"r": g(x)}).facts for g in (f, fast)))
    assert hits(fast) > 6


def test_argument_count() -> None:
    with pytest.raises(TypeError, match="object and a key"):
        _native.getitem(1)
