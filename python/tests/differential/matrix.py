"""Every operation of the compiler's tables on pairs of dtypes, in layouts and
kinds of scalars: the cells of the matrix, and how one is checked."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import numpy as np
from slipstream import jit
from slipstream._describe import DTYPES as DTYPES_BY_NUMBER

from . import table
from .equal import differences, outcome
from .run import hits

DTYPES = tuple(DTYPES_BY_NUMBER.values())
#: Operators with a statement of their own.
IN_PLACE = [op for op in table.operators() if op not in ("<", "<=", ">", ">=", "==", "!=")]

LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "C": lambda a: a,
    "Fortran": np.asfortranarray,
    "transposed": lambda a: np.ascontiguousarray(a.T).T,
    "steps": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "reversed": lambda a: np.ascontiguousarray(a[..., ::-1])[..., ::-1],
    "rows reversed": lambda a: np.ascontiguousarray(a[::-1])[::-1],
    "broadcast": lambda a: np.broadcast_to(a[:1], a.shape),
    "with a gap": lambda a: np.pad(a, [(0, 3)] * a.ndim)[tuple(slice(0, n) for n in a.shape)],
}
SHAPES = ((7,), (3, 4), (2, 3, 4), (1,), (0,), (), (33,), (3, 0), (1, 4), (1030,))
SCALARS = (
    2,
    -3,
    0,
    1.5,
    -0.0,
    True,
    2**40,
    2**70,
    np.float64(1.5),
    np.float32(2.5),
    np.int32(3),
    np.int64(-4),
    np.bool_(True),
    np.int8(5),
    np.uint8(200),
    1j,
    np.float16(2),
    None,
    float("nan"),
    1000,
)


def numbers(dtype: str, shape: tuple[int, ...], rng: Random) -> np.ndarray:
    """Small values, so that few operations leave their range."""
    low, high = (0, 2) if dtype == "b1" else (1, 9)
    values = [rng.randrange(low, high) for _ in range(16)]
    a = np.resize(np.array(values, dtype), shape)
    return np.asarray(a + np.array(0.25, dtype)) if dtype[0] == "f" else a


def laid_out(layout: str, a: np.ndarray) -> np.ndarray:
    return LAYOUTS[layout](a) if a.ndim else a


def operands(
    pair: tuple[str, str], rng: Random, full: bool = False
) -> Iterator[tuple[str, Callable[[], tuple[Any, Any]]]]:
    """Two arrays in many layouts; an array and a scalar, both ways."""
    combinations = list(itertools.product(SHAPES, LAYOUTS, LAYOUTS))
    for shape, left, right in rng.sample(combinations, 40 if full else 6):
        seed = rng.random()
        yield (
            f"{shape} {left} {right}",
            lambda s=shape, lo=left, r=right, n=seed: (
                laid_out(lo, numbers(pair[0], s, Random(n))),
                laid_out(r, numbers(pair[1], s, Random(n + 1))),
            ),
        )
    for scalar in SCALARS if full else rng.sample(SCALARS, 2):
        yield f"array {scalar!r}", lambda s=scalar: (numbers(pair[0], (5,), Random(1)), s)
        yield f"{scalar!r} array", lambda s=scalar: (s, numbers(pair[0], (5,), Random(1)))
    yield "column", lambda: (numbers(pair[0], (3, 4), Random(1)), numbers(pair[1], (3, 1), Random(2)))
    yield "no fit", lambda: (numbers(pair[0], (3,), Random(1)), numbers(pair[1], (4,), Random(2)))


def check(text: str, pair: tuple[str, str], rng: Random, full: bool = False) -> int:
    """Compare all operands of one pair of dtypes; how many calls ran natively."""
    f, native = table.function(text), 0
    fast = jit(f)
    for name, make in operands(pair, rng, full):
        expected = outcome(f, *make())
        for _ in range(2):
            before = hits(fast)
            found = differences(expected, outcome(fast, *make()))
            if found and text == "a **= b" and "negative integer powers" in str(expected):
                # NumPy copies what its buffers hold when the loop raises: memory that nobody wrote.
                found = [d for d in found if not d.startswith("args[0]")]
            assert not found, f"{text}, {pair}, {name}: {found[0]}"
            native += hits(fast) > before
    assert not fast._slipstream.bug, f"{text} {pair}: {fast._slipstream.bug}"
    return native


STORES = [f"a[{place}] {op} b[{place}]" for place in ("1:", "..., 0") for op in ("=", "+=", "*=")]


def texts() -> list[str]:
    """Everything that is done with two operands."""
    in_place = [f"a {op}= b" for op in IN_PLACE]
    return [*dict.fromkeys([*table.expressions().values(), *table.others().values(), *in_place, *STORES])]


def pairs() -> list[tuple[str, str]]:
    return list(itertools.product(DTYPES, DTYPES))


def cells() -> dict[str, Callable[[], int]]:
    """Each operation on each pair of dtypes, in many layouts and with all scalars, by a name for it."""
    return {
        f"{text} {pair[0]} {pair[1]}": lambda text=text, pair=pair: check(text, pair, Random(text), True)
        for text, pair in itertools.product(texts(), pairs())
    }
