"""Every row of the compiler's tables, called in the ways of the benchmarks on operands of
many kinds, behind a native line: what a call tells must name its own line."""

from __future__ import annotations

import math
import operator
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from slipstream import jit
from slipstream._benchmarks import ops

from .equal import differences, outcome
from .run import hits, soil

CALLS = 3
NAN, INF = float("nan"), float("inf")

#: The array that a call is about; the other ones are made from it.
OPERANDS: dict[str, Callable[[], Any]] = {
    "f8": lambda: np.array([0.5, 2.0, -1.5, 3.25, 1e300, 0.0]),
    "specials": lambda: np.array([NAN, INF, -INF, 1.0, 0.0, -0.0]),
    "i8": lambda: np.array([1, 2, -3, 4, 1 << 62, 0]),
    "u1": lambda: np.array([1, 2, 3, 255, 0, 9], "u1"),
    "c16": lambda: np.array([1 + 2j, 0.5, -1j, NAN, 3, 0]),
    "bool": lambda: np.array([True, False, True, True, False, False]),
    "f4": lambda: np.array([0.5, 3e38, -1.5, 3.25, 1e-40, 0.0], "f4"),
    "f2": lambda: np.array([1, 2, 65504, -4, 0.5, 0], "f2"),
    "empty": lambda: np.array([], "f8"),
    "matrix": lambda: np.arange(9.0).reshape(3, 3) - 4,
    "integers": lambda: np.arange(9).reshape(3, 3) - 4,
}


def arrays(kind: str) -> dict[str, Any]:
    """The arguments of a function of the benchmarks' forms."""
    a = OPERANDS[kind]()
    n = len(a)
    m = a.ravel()[:4].reshape(2, 2).copy() if n else np.zeros((2, 2))
    i, j = np.array([1, 2, 0, 1, 1, 2])[:n], np.array([2, 1, 1, 1, 2, 0])[:n]
    return {"a": a, "b": a[::-1].copy(), "i": i, "j": j, "m": m, "n": np.eye(2)}


def rows() -> list[tuple[str, str]]:
    """Kind and name of each row whose results have values."""
    known = ops.known().items()
    return [(kind, name) for kind, names in known for name in names if name not in ops.UNSET]


def texts(kind: str, name: str) -> Iterator[str]:
    """Expressions with the row that NumPy takes for some operand."""
    tried = dict.fromkeys(t.format(x=x) for x in "ami" for t in ops.templates(kind, name))
    yield from (text for text in tried if "empty" not in text and any(_taken(text, k) for k in OPERANDS))


def _taken(text: str, kind: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            eval(text, {"np": np, "math": math, "operator": operator, **arrays(kind)})
        except Exception:
            return False
    return True


def _function(text: str) -> Callable[..., Any]:
    space: dict[str, Any] = {"np": np, "math": math, "operator": operator}
    body = f"    x = n * 2\n    y = x + n\n    r = {text}\n    z = y - x\n    return r, z\n"
    exec(compile(f"def f(a, b, i, j, m, n):\n{body}", "<call>", "exec"), space)
    return space["f"]  # type: ignore[no-any-return]


def check(text: str, kind: str) -> int:
    """Compare a few calls; how many ran natively."""
    f, fast = _function(text), jit(_function(text))
    for n in range(CALLS):
        found = differences(outcome(f, **arrays(kind)), outcome(fast, **arrays(kind)))
        assert not found or not _repeats(f, kind), f"{text} of {kind}, call {n}: {found[0]}"
    assert not fast._slipstream.bug, f"{text} of {kind}: {fast._slipstream.bug}"
    return hits(fast)


def _repeats(f: Callable[..., Any], kind: str) -> bool:
    """Whether plain calls agree: irfft of nothing gives memory that NumPy never wrote."""
    seen = []
    for n in range(3):
        soil(n)
        seen.append(outcome(f, **arrays(kind)))
    return not any(differences(seen[0], facts) for facts in seen[1:])


def cells() -> dict[str, Callable[[], int]]:
    """A cell a row."""
    return {f"{kind} {name}": lambda k=kind, n=name: _row(k, n) for kind, name in rows()}  # type: ignore[misc]


def _row(kind: str, name: str) -> int:
    return sum(check(text, operand) for text in texts(kind, name) for operand in OPERANDS)
