"""Random expressions on special values, and what a call of one shows: results,
warnings (category, text, order, line) and where it raises."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
from slipstream import jit

from .equal import Snapshot, differences, exception_facts
from .run import hits

SPECIAL = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    np.inf,
    -np.inf,
    np.nan,
    5e-324,
    1e-310,
    1e308,
    -1e308,
    1e-200,
    0.5,
    2.0,
    1e200,
    709.9,
    -746.0,
]
QUIET = [0.5, 0.75, 1.0, 1.25, 2.0, 3.0]
OPS = ("+", "-", "*", "/", "*", "/", "//", "%", "**")
CALLS = (
    "np.sqrt({})",
    "np.exp({})",
    "np.log({})",
    "np.sin({})",
    "np.tanh({})",
    "np.reciprocal({})",
    "np.square({})",
    "abs({})",
    "-{}",
    "np.maximum({}, a)",
    "np.log1p({})",
    "np.where(b > a, {}, a)",
    "({}).sum()",
    "np.mean({})",
    "np.expm1({})",
    "np.float_power({}, 2)",
    "({} > b)",
    "np.arctan2({}, b)",
    "np.hypot({}, b)",
)


def expression(rng: Random, depth: int, names: list[str]) -> str:
    if depth == 0:
        return rng.choice([*names, "2.0", "0.5", "1e300"])
    if rng.random() < 0.55:
        return f"({expression(rng, depth - 1, names)} {rng.choice(OPS)} {expression(rng, depth - 1, names)})"
    return rng.choice(CALLS).format(expression(rng, depth - 1, names))


def function(rng: Random) -> Any:
    lines, names = [], ["a", "b"]
    for i in range(rng.randint(1, 4)):
        lines.append(f"    x{i} = {expression(rng, rng.randint(1, 3), names)}")
        names.append(f"x{i}")
    if rng.random() < 0.2:
        lines.insert(rng.randint(0, len(lines)), "    b += a")
    space: dict[str, Any] = {"np": np}
    text = "def f(a, b):\n" + "\n".join(lines) + f"\n    return {rng.choice(names[2:])}, {names[-1]}\n"
    exec(compile(text, "<flags>", "exec"), space)
    return space["f"], text


def operand(rng: Random, n: int, dtype: str, special: float) -> np.ndarray:
    values = [rng.choice(SPECIAL if rng.random() < special else QUIET) for _ in range(n)]
    with np.errstate(all="ignore"):
        return np.array(values, "f8").astype(dtype)


def observed(f: Any, a: np.ndarray, b: np.ndarray, action: str = "always") -> dict[str, object]:
    a, b, result, error = a.copy(), b.copy(), None, None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter(action)  # type: ignore[arg-type]
        try:
            result = f(a, b)
        except Exception as e:
            error = e
    told = [(w.category.__name__, str(w.message), w.lineno, w.filename) for w in caught]
    return {
        "exception": exception_facts(error, 1),
        "warnings": told,
        **Snapshot({"r": result, "a": a, "b": b}).facts,
    }


#: One call of a function with two arrays, as facts.
Observer = Callable[[Any, np.ndarray, np.ndarray], dict[str, object]]


def same(seed: int, action: str, functions: int, calls: int) -> int:
    """Compare what is told of calls where warnings have an action; how many ran natively."""
    return campaign(Random(seed), functions, calls, lambda _: lambda f, a, b: observed(f, a, b, action))


def cells() -> dict[str, Callable[[], int]]:
    """100,000 calls."""
    keys = [(action, seed) for action in ("always", "error") for seed in range(100)]
    return {f"{a} {s}": lambda a=a, s=s: same(1000 + s, a, 50, 10) for a, s in keys}  # type: ignore[misc]


def campaign(rng: Random, functions: int, calls: int, observer: Callable[[Random], Observer]) -> int:
    """Compare calls of random functions, each seen by an observer of its own; how many ran natively."""
    native = 0
    for _ in range(functions):
        f, text = function(rng)
        fast = jit(f)
        dtype = rng.choice(("f8", "f8", "f4"))
        for _ in range(calls):
            see = observer(rng)
            n, special = rng.choice((1, 2, 3, 5, 8, 17, 33, 50)), rng.choice((0.0, 0.03, 0.3))
            a, b = operand(rng, n, dtype, special), operand(rng, n, dtype, special)
            before = hits(fast)
            found = differences(see(f, a, b), see(fast, a, b))
            assert not found, f"{found[0]}\n{text}\n{a.tolist()}\n{b.tolist()}"
            native += hits(fast) > before
        assert not fast._slipstream.bug, text
    return native
