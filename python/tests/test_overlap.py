"""Stores into memory of which other elements are still read: computed as a whole first, as NumPy does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import hits
from slipstream import jit

STATEMENTS = [
    "a[1:] = a[:-1]",
    "a[:-1] = a[1:]",
    "a[1:] += a[:-1]",
    "a[::-1] *= a + 1",
    "a[1:-1] = (a[2:] + a[:-2]) / 2 - a[1:-1]",
    "a[2:] = a[:-2] * 2 - a[1:-1]",
    "a[..., 1:] -= a[..., :-1]",
    "a[...] = a.T * 3",
    "a += a[-1]",
    "a[0] = a[..., -1] + 1",
    "np.add(a[:-1], a[1:], out=a[1:])",
    "np.multiply(a, a[::-1], a)",
    "a[1:] = a[:-1] > 1",
    "a[:] = a[a.shape[0] // 2]",
    "x = a[1:] + 1; a[:-1] = x; y = a[:-1] * x; return y",
    "v = a[1:]; a[:-1] = v * 2; return v + 1",
]
#: What does not pay for a region alone.
COPIES = {"a[1:] = a[:-1]", "a[:-1] = a[1:]", "a[:] = a[a.shape[0] // 2]"}
TYPES = ["f8", "f4", "f2", "i8", "u1", "c16", "?"]


def function(statement: str) -> Callable[[Any], Any]:
    space: dict[str, Any] = {"np": np}
    exec(f"def f(a):\n    {statement}\n    return a\n", space)
    made: Callable[[Any], Any] = space["f"]
    return made


def arrays(dtype: str) -> list[Any]:
    flat, square = (np.arange(n * n).astype(dtype) for n in (13, 12))
    square = square.reshape(12, 12)
    some = [flat, flat[::2], flat[::-1], flat[5:8], flat[:1], flat[:0], flat[3:7].reshape(2, 2)]
    some += [square, square.T, square[::2, 1:7], square[::-1], np.broadcast_to(flat[:5], (5, 5)).copy()]
    return [*some, square.reshape(3, 4, 12)[:, :3, :3]]


def same(f: Callable[[Any], Any], fast: Any, make: Callable[[], list[Any]]) -> None:
    for n in range(len(make())):
        one, other = make()[n], make()[n]
        assert not differences(outcome(f, one), outcome(fast, other))
        # what lies between the elements, too
        assert whole(one) == whole(other)


def whole(a: Any) -> bytes:
    while a.base is not None:
        a = a.base
    content: bytes = a.tobytes()
    return content


@pytest.mark.parametrize("statement", STATEMENTS)
def test_equal(statement: str) -> None:
    f = function(statement)
    native = 0
    for dtype in TYPES:
        fast = jit(f)
        for _ in range(2):
            same(f, fast, lambda dtype=dtype: arrays(dtype))  # type: ignore[misc]
        native += hits(fast)
    assert native or statement in COPIES


@pytest.mark.parametrize("mode", ["warn", "raise", "ignore"])
def test_what_is_reported_leaves_nothing_behind(mode: Any) -> None:
    f = function("a[1:-1] = (a[2:] + a[:-2]) * 8")
    fast = jit(f)
    with np.errstate(over=mode):
        for scale in (1.0, 1e307, 1.0, 1e307):
            same(f, fast, lambda scale=scale: [np.arange(9.0) * scale])  # type: ignore[misc]
    assert hits(fast)
