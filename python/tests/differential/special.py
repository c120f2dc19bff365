"""Special values: every ordered pair of them, for each operation and dtype.

Pairs on which NumPy is silent go through native code in one array; those it
warns of are compared one by one, warning and value.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
from slipstream import jit

from . import table
from .equal import Snapshot, differences
from .run import hits

VALUES: dict[str, list[Any]] = {
    "b1": [False, True],
    "i1": [0, 1, -1, 2, -2, 7, 8, 9, 127, -128],
    "u1": [0, 1, 2, 7, 8, 9, 127, 128, 255],
    "i2": [0, 1, -1, 2, -2, 15, 16, 17, 32767, -32768],
    "u2": [0, 1, 2, 15, 16, 17, 32768, 65535],
    "u4": [0, 1, 2, 31, 32, 33, 2**24 + 1, 2**31, 2**32 - 1],
    "u8": [0, 1, 2, 63, 64, 65, 2**53 + 1, 2**63, 2**63 + 1025, 2**64 - 1],
    "f2": [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 6e-8, -6e-5, 65504.0, 0.1, 2.0, -2.5],
    "i4": [0, 1, -1, 2, -2, 7, 31, 32, 33, 2**31 - 1, -(2**31)],
    "i8": [0, 1, -1, 2, -2, 7, 63, 64, 65, 2**63 - 1, -(2**63), 2**53 + 1],
    "c8": [0.0, -0.0, 1 + 2j, complex(-0.0, -0.0), complex(np.inf, np.nan), -2.5j, 3.4e38 + 1j, 0.1 + 1e-45j],
    "c16": [
        0.0,
        -0.0,
        1 + 2j,
        complex(-0.0, -0.0),
        complex(np.inf, np.nan),
        -2.5j,
        1.7e308 + 1j,
        0.1 + 5e-324j,
    ],
    "f4": [
        0.0,
        -0.0,
        1.0,
        -1.0,
        np.inf,
        -np.inf,
        np.nan,
        1e-45,
        -1e-38,
        3.4028235e38,
        16777217.0,
        0.1,
        0.5,
        2.0,
        -2.5,
    ],
    "f8": [
        0.0,
        -0.0,
        1.0,
        -1.0,
        np.inf,
        -np.inf,
        np.nan,
        5e-324,
        -2.3e-308,
        1.8e308 - 1e292,
        2.0**53,
        0.1,
        0.5,
        2.0,
        -2.5,
    ],
}
TEXTS = [
    t for n, t in table.expressions().items() if n.startswith(("np.", "a ", "-a", "~a", "+a", "numpy.where"))
]
TEXTS += table.others().values()


def reports(f: Any, a: np.ndarray, b: np.ndarray) -> list[str]:
    """What NumPy says of each pair; empty where it computes without a word."""
    said = [""] * a.size
    for i in range(a.size):
        with np.errstate(divide="raise", over="raise", invalid="raise", under="ignore"):
            try:
                f(a[i : i + 1], b[i : i + 1])
            except (FloatingPointError, ValueError, TypeError) as error:
                said[i] = str(error) or "error"
    return said


def chosen(said: list[str], rng: Random, full: bool = False) -> list[int]:
    """Some pairs of each report, or all."""
    picks: list[int] = []
    for text in sorted(set(said) - {""}):
        places = [i for i, t in enumerate(said) if t == text]
        picks += places if full else rng.sample(places, min(3, len(places)))
    return picks


def same(f: Any, fast: Any, a: np.ndarray, b: np.ndarray) -> None:
    left, right = _observed(f, a.copy(), b.copy()), _observed(fast, a.copy(), b.copy())
    found = differences(left, right)
    assert not found, f"{found[0]}\n{a.tolist()}\n{b.tolist()}"


def _observed(f: Any, a: np.ndarray, b: np.ndarray) -> dict[str, object]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = f(a, b)
        except (TypeError, ValueError) as e:
            result = repr(e)
    return {
        "warnings": [(w.category.__name__, str(w.message), w.lineno) for w in caught],
        **Snapshot({"r": result}).facts,
    }


def check(text: str, dtype: str, full: bool = False) -> int:
    """Compare an operation on all pairs of special values; how many runs were native."""
    f = table.function(text)
    values = np.array(VALUES[dtype], dtype)
    a, b = np.repeat(values, values.size), np.tile(values, values.size)
    said = reports(f, a, b)
    silent = np.array([not text for text in said])
    fast = jit(f)
    for part in (np.flatnonzero(silent), np.flatnonzero(silent)[::-1]):
        for _ in range(3):
            same(f, fast, a[part], b[part])
    assert not fast._slipstream.bug
    native = hits(fast)
    for i in chosen(said, Random(text), full):
        fast = jit(f)  # one that was never left for a report: such code rests for a while
        for n in (1, 9):
            same(f, fast, np.repeat(a[i], n), np.repeat(b[i], n))
    return native


def cells() -> dict[str, Callable[[], int]]:
    """Each operation in each dtype, by a name for it."""
    return {
        f"{text} {dtype}": lambda text=text, dtype=dtype: check(text, dtype, True)
        for text, dtype in itertools.product(TEXTS, VALUES)
    }
