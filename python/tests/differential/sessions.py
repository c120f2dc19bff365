"""One function called with arguments of many types and layouts by turns: versions
that were made for others, guards that miss, places that are given up and cut."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
from slipstream import jit

from . import matrix, special, table
from .equal import differences, outcome
from .run import hits, soil

CALLS = 60

#: Two or three statements on the arrays a and b, with an operation of the tables in one of them.
FRAMES = (
    "{0}",
    "x = {0}\n    y = a + a\n    return x, y * 2",
    "y = a * 2\n    x = {0}\n    return y - a, x",
    "a = a + 1\n    b = b * a\n    return {0}",
    "c = a * b\n    for _ in range(2):\n        x = {0}\n        c = c + 1\n    return x, c",
    "if a.ndim > 1:\n        a = a[0]\n    return {0}",
)


def arrays(rng: Random, dtypes: list[str], finite: bool = False) -> tuple[Any, Any]:
    """Two operands: mostly arrays of one shape."""
    shape = rng.choice(matrix.SHAPES[:7])
    return _operand(rng, dtypes, shape, finite), _operand(rng, dtypes, shape, finite)


def _operand(rng: Random, dtypes: list[str], shape: tuple[int, ...], finite: bool) -> Any:
    if rng.random() < 0.12:
        return rng.choice(matrix.SCALARS)
    if rng.random() < 0.1:
        shape = rng.choice(matrix.SHAPES)
    dtype = rng.choice(dtypes)
    if rng.random() < 0.1 and not finite:
        return np.resize(np.array(special.VALUES[dtype], dtype), shape)
    return matrix.laid_out(rng.choice(list(matrix.LAYOUTS)), matrix.numbers(dtype, shape, rng))


def check(text: str, frame: str, rng: Random) -> int:
    """Compare the calls of a session; how many ran natively."""
    statement = "return" in text or not _is_expression(text)
    f, native = table.function(text if statement else frame.format(text)), 0
    fast = jit(f)
    some = rng.sample(matrix.DTYPES, 3)
    finite = "linalg" in text  # LAPACK's singular values of others may never come
    for n in range(CALLS):
        seed = rng.random()
        dtypes = some if n % 20 < 14 else list(matrix.DTYPES)
        make = lambda s=seed, d=dtypes: arrays(Random(s), d, finite)  # noqa: E731
        modes = {"all": "ignore"} if rng.random() < 0.2 else {}
        with np.errstate(**modes) if modes else contextlib.nullcontext():  # type: ignore[arg-type]
            expected = outcome(f, *make())
            before = hits(fast)
            found = differences(expected, outcome(fast, *make()))
        assert not found or not _repeats(f, make), f"{text}, {frame!r}, call {n}: {make()}: {found[0]}"
        native += hits(fast) > before
    assert not fast._slipstream.bug, f"{text}: {fast._slipstream.bug}"
    return native


def _repeats(f: Any, make: Callable[[], tuple[Any, Any]]) -> bool:
    """Whether plain calls agree: a loop that raises half-way leaves memory that NumPy never wrote."""
    seen = []
    for n in range(3):
        soil(n)
        seen.append(outcome(f, *make()))
    return not any(differences(seen[0], facts) for facts in seen[1:])


def _is_expression(text: str) -> bool:
    try:
        compile(text, "", "eval")
    except SyntaxError:
        return False
    return True


def cells() -> dict[str, Callable[[], int]]:
    """A session of each operation in each frame, by a name for it."""
    return {
        f"{text} {i}": lambda text=text, i=i: check(text, FRAMES[i], Random(f"{text} {i}"))
        for text in matrix.texts()
        for i in range(len(FRAMES))
    }
