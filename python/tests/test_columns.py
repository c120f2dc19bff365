"""Kernels and folds over many short rows, column by column, and the places of extremes behind them."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from differential.equal import Snapshot, differences
from slipstream import _native, jit

ROWS = (1, 47, 48, 49, 300, 1025, 3000)
WIDTHS = ((2,), (3,), (7,), (8,), (2, 2), (3, 2), (2, 1, 3), (4, 8), (33,))
#: How the second operand goes with the first: its shape from theirs.
SHAPES: tuple[Callable[[int, tuple[int, ...]], tuple[int, ...]], ...] = (
    lambda n, w: w,
    lambda n, w: (n, *(1 for _ in w)),
    lambda n, w: (n, *w[:-1], 1),
    lambda n, w: (1, *w),
    lambda n, w: (5, n, *w),
    lambda n, w: (5, 1, *w),
)
BODIES = (
    "((a - b) ** 2).sum(axis=-1)",
    "(a * b + 1).sum(axis=-2) if a.ndim > 2 else (a * b).sum(-1)",
    "((a - b) ** 2).sum(axis=-1, keepdims=True)",
    "(a * b).max(axis=-1) + (a * b).sum(axis=-1)",
    "(a + b).prod(axis=-1), (a * b).prod(axis=-2) if a.ndim > 2 else 0",
    "np.sqrt(((a - b) * (a - b)).sum(axis=-1)) * 2",
    "((a - b) ** 2).sum(axis=-1).argmin(axis=-1)",
    "np.argmax((a * b).sum(axis=-1), axis=-1)",
    "(np.arctan(a) * b).sum(axis=-1)",
    "a.max(axis=-1) - a.min(axis=-1), b.sum(axis=-1)",
    "np.max(a, axis=1), a.mean(axis=-1), a.prod(axis=-1), (a > 0).any(axis=-1)",
    "np.minimum.reduce(b, axis=b.ndim - 1), b.sum(axis=-1, keepdims=True), a.max(-1)",
    "a * b[..., :1] + a[..., ::-1]",
    "((a - b) ** 2).sum(axis=(-1, -2)) if a.ndim > 2 else (a / b).sum(-1)",
)


def function(body: str) -> Any:
    space: dict[str, Any] = {"np": np}
    exec(compile(f"def f(a, b):\n    return {body}\n", "<columns>", "exec"), space)
    return space["f"]


def operand(random: Random, shape: tuple[int, ...], dtype: str, special: bool) -> np.ndarray:
    values = np.random.default_rng(random.randrange(1 << 30)).integers(-9, 10, shape)
    a = (values / 4 if dtype[0] == "f" else values).astype(dtype)
    if special and dtype[0] == "f" and a.size:
        flat = a.reshape(-1)
        for x in (np.nan, -0.0, 0.0, np.inf, -np.inf, -np.nan):
            flat[random.randrange(a.size)] = x
    layout = random.choice(("c", "c", "every second", "reversed", "f"))
    if layout == "every second":
        return np.repeat(a, 2, axis=0)[::2]
    if layout == "reversed":
        return np.ascontiguousarray(a[..., ::-1])[..., ::-1]
    return np.asfortranarray(a) if layout == "f" else a


def observed(f: Any, a: np.ndarray, b: np.ndarray) -> dict[str, object]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = f(a, b)
        except ValueError as e:
            result = str(e)
    told = [(w.category.__name__, str(w.message), w.lineno) for w in caught]
    return {"warnings": told, **Snapshot({"result": result, "a": a, "b": b}).facts}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "i4", "u1"])
def test_columns(body: str, dtype: str) -> None:
    random, f = Random(body + dtype), function(body)
    for shape in SHAPES:
        fast = jit(f)
        for n, width, special in itertools.product(ROWS, WIDTHS, (False, True)):
            if random.random() < 0.85:
                continue
            a = operand(random, (n, *width), dtype, special)
            b = operand(random, shape(n, width), dtype, special)
            assert not differences(observed(f, a, b), observed(fast, a, b)), (n, width, b.shape, special)
        assert not fast._slipstream.bug


def nearest(points: np.ndarray, centres: np.ndarray) -> Any:
    distances = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return distances.argmin(axis=1)


def farthest(points: np.ndarray, centres: np.ndarray) -> Any:
    distances = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return distances.argmax(axis=1), distances


@pytest.mark.parametrize("f", [nearest, farthest])
@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "i4"])
def test_nearest(f: Any, dtype: str) -> None:
    fast, random = jit(f), Random(dtype)
    lengths = list(itertools.product((1, 60, 5000), (1, 2, 3, 16, 40), (1, 2, 3, 9)))
    for special in (False, True):  # what warns is left to Python, and by and by more of it
        for n, k, axes in lengths:
            a, b = operand(random, (n, axes), dtype, special), operand(random, (k, axes), dtype, special)
            assert not differences(observed(f, a, b), observed(fast, a, b)), (n, k, axes, special)
        assert special or dtype[0] != "f" or fast.stats().native > len(lengths) / 2


@pytest.mark.parametrize("name", ["argmin", "argmax"])
@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "i4", "u1", "f2", "b1", "c16"])
def test_places(name: str, dtype: str) -> None:
    """NumPy's for every type, length and order; of equals the first, of NaN the first."""
    random, own = Random(dtype), getattr(_native, name)
    for shape in ((50, 2), (7, 3, 5), (4, 1), (3, 32), (3, 33), (0, 2), (2, 0, 3), (6, 4)):
        for special in (False, True):
            a = operand(random, shape, dtype, special) if dtype != "c16" else np.ones(shape, dtype)
            want, have = getattr(a, name)(axis=-1), own(a)
            assert not differences(Snapshot({"r": want}).facts, Snapshot({"r": have}).facts), (shape, special)
    assert type(own(np.arange(3.0))) is type(getattr(np.arange(3.0), name)(axis=-1))
    with pytest.raises(ValueError, match="empty sequence"):
        own(np.ones((2, 0)))
    with pytest.raises(TypeError):
        own([1.0])
