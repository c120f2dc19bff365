"""Nothing is kept and nothing lost over many calls, on every way that a call can take.

REFERENCES_CALLS=100000 makes it that many, ``make references`` does.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import sys
import tracemalloc
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from differential.run import hits
from slipstream import jit

CALLS = int(os.environ.get("REFERENCES_CALLS", "2000"))

#: What may differ for reasons of Python's own, however many the calls.
BLOCKS, BYTES = 200, 100_000

GLOBAL = np.linspace(1.0, 2.0, 40)
SCALE = 1.5
notes: list[object] = []


def note(x: object) -> None:
    """Opaque to the compiler."""
    notes[:] = [x]


def helper(x: Any, by: float = 2.0) -> Any:
    return x * by + SCALE


def straight(a: Any, b: Any) -> Any:
    return a * b + 1.0


def several(a: Any, b: Any) -> Any:
    x = a * b
    y = x + GLOBAL * SCALE
    return x, y, (y - x, 2.5)


def views(a: Any, b: Any) -> Any:
    return a[1:-1] * b[2:], a[::-1][:3], a.reshape(2, -1).T + 1, a[3], len(a)


def stores(a: Any, b: Any) -> Any:
    c = a.copy()
    c[1:] *= b[1:]
    c[::2] = 3.0
    c += b
    return c


def folds(a: Any, b: Any) -> Any:
    x = a.reshape(4, -1) * 2.0
    return x.sum(axis=1), x.max(axis=0), (a * b).sum(), x.mean(axis=0, keepdims=True), (a - b).std()


def gathers(a: Any, b: Any) -> Any:
    return a[a > b] * 2.0, (a + b)[[0, -1, 3]], np.where(a > b, a, b)


def mask_stores(a: Any, b: Any) -> Any:
    c = a * b
    c[c > 1.5] = 0.5
    return c


def calls(a: Any, b: Any) -> Any:
    x = np.dot(a, b) * a
    return np.concatenate((x, b)) + 1.0, np.sort(a * b), np.cumsum(a + b)


def inlined(a: Any, b: Any) -> Any:
    return helper(a, 3.0) * helper(b) - a


def opaque(a: Any, b: Any) -> Any:
    x = a * b
    note(x)
    return x + a


def branches(a: Any, b: Any) -> Any:
    x = a * b
    if x.sum() > 0.0:
        x = x - a
    for _ in range(3):
        x = x + b
    return x


def reports(a: Any, b: Any) -> Any:
    """Leaves, as NumPy would warn."""
    x = a * b
    return x / (a - a), x


def raises(a: Any, b: Any) -> Any:
    x = a * 2.0
    return x + b[:3]


def refused(a: Any, b: Any) -> Any:
    return {"x": a * b, "y": [a, b]}


def states(a: Any, b: Any) -> Any:
    with np.errstate(all="ignore"):
        x = a / (b - b)
    return x * 2.0


def cells(a: Any, b: Any) -> Any:
    c = a * b

    def inner() -> Any:
        return c + 1.0

    return inner() * 2.0


def numbers(a: Any, b: Any) -> Any:
    n = int(a.sum()) + len(b)
    return a * n, float(b.max()) * 2.0, n, a.max() * 2


WAYS = (
    straight,
    several,
    views,
    stores,
    folds,
    gathers,
    mask_stores,
    calls,
    inlined,
    opaque,
    branches,
    reports,
    raises,
    refused,
    states,
    cells,
    numbers,
)
IN_PYTHON = ("refused", "cells")


def arrays() -> list[Any]:
    return [np.linspace(1.0, 2.0, 40), np.linspace(2.0, 1.0, 40)]


def inputs() -> dict[str, Callable[[int], list[Any]]]:
    """Arguments of the n-th call: the same, or of many types, which misses guards."""
    same, double = arrays(), arrays()
    single = [x.astype("f4") for x in double]
    whole = [(x * 4).astype("i8") for x in double]
    steps = [np.repeat(x, 2)[::2] for x in double]
    turns = (double, single, steps, whole, [double[0], single[1]], [whole[0], double[1]])
    return {"the same": lambda n: same, "of many types": lambda n: turns[n % len(turns)]}


def call(f: Any, args: list[Any]) -> None:
    with contextlib.suppress(ValueError, TypeError):
        f(*args)


def watched(f: Any) -> Iterator[object]:
    """What a call could lose a reference to."""
    yield from (GLOBAL, SCALE, helper, helper.__code__, note, np.add, np.float64, np.ndarray, f, f.__code__)
    yield from (None, True, *f.__code__.co_consts)
    yield from (np.dtype(t) for t in ("f8", "f4", "i8", "b1"))


class _Mallinfo(ctypes.Structure):
    """What glibc tells of its heap."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


def heap() -> int:
    """Bytes in use of the C library's heap."""
    read = ctypes.CDLL(None).mallinfo2
    read.restype = _Mallinfo
    return int(read().uordblks)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", inputs())
@pytest.mark.parametrize("way", WAYS, ids=lambda f: f.__name__)
def test_references_and_memory_stay(way: types.FunctionType, kind: str) -> None:
    fast, given = jit(way), inputs()[kind]
    sets = [given(n) for n in range(6)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for n in range(400):  # compiles, gives up and cuts what it will
            call(fast, sets[n % 6])
        _compare(way, fast, sets)
    assert hits(fast) > 0 or way.__name__ in IN_PYTHON or kind != "the same"
    assert not fast._slipstream.bug


def _compare(plain: Any, fast: Any, sets: list[list[Any]]) -> None:
    things = [*watched(fast), *(a for args in sets for a in args)]
    # NumPy itself loses references: np.dot one of its result's dtype.
    (kept, _), (found, memory) = (_changes(f, sets, things) for f in (plain, fast))
    lost = [(x, a, b) for x, a, b in zip(things, kept, found, strict=True) if abs(a - b) > _slack(x)]
    assert not lost
    assert memory[0] < BLOCKS
    assert max(memory[1:]) < BYTES


def _changes(f: Any, sets: list[list[Any]], things: list[object]) -> tuple[list[int], list[int]]:
    """How many references and how much memory come with many calls."""
    notes.clear()
    gc.collect()
    gc.disable()
    tracemalloc.start(1)
    try:
        counts, memory = [sys.getrefcount(x) for x in things], _memory()
        for n in range(CALLS):
            call(f, sets[n % 6])
        notes.clear()
        after = _memory()
        now = [sys.getrefcount(x) for x in things]
    finally:
        tracemalloc.stop()
        gc.enable()
    return [b - a for a, b in zip(counts, now, strict=True)], [
        b - a for a, b in zip(memory, after, strict=True)
    ]


def _memory() -> list[int]:
    """Python's objects, what Python and NumPy allocated, what the C library did."""
    return [sys.getallocatedblocks(), tracemalloc.get_traced_memory()[0], heap()]


def _slack(x: object) -> int:
    """Small numbers, None and NumPy's own objects belong to everybody."""
    return 50 if x is None or isinstance(x, (int, float, str, type, np.dtype, np.ufunc)) else 0
