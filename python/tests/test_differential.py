"""Every operation of the compiler's tables, on dtypes, layouts and kinds of
scalars: equal to eager NumPy in every bit, warning and exception.

A deterministic sample by default; DIFFERENTIAL_FULL=1 for all of it.
"""

from __future__ import annotations

import inspect
import itertools
import os
import re
import warnings
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import numpy as np
import pytest
from differential import table
from differential.equal import Snapshot, differences, exception_facts
from differential.run import hits
from slipstream import jit
from slipstream._answers import DTYPES as DTYPES_BY_NUMBER

FULL = bool(os.environ.get("DIFFERENTIAL_FULL"))
DTYPES = tuple(DTYPES_BY_NUMBER.values())
EXPRESSIONS = table.expressions()
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


def observed(f: Any, a: Any, b: Any) -> dict[str, object]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result, error = f(a, b), None
        except Exception as e:
            result, error = None, e
    told = [(w.category.__name__, str(w.message), w.lineno) for w in caught]
    return {
        "exception": exception_facts(error, 1),
        "warnings": told,
        **Snapshot({"result": result, "a": a, "b": b}).facts,
    }


def operands(pair: tuple[str, str], rng: Random) -> Iterator[tuple[str, Callable[[], tuple[Any, Any]]]]:
    """Two arrays in many layouts; an array and a scalar, both ways."""
    combinations = list(itertools.product(SHAPES, LAYOUTS, LAYOUTS))
    for shape, left, right in combinations if FULL else rng.sample(combinations, 6):
        seed = rng.random()
        yield (
            f"{shape} {left} {right}",
            lambda s=shape, lo=left, r=right, n=seed: (
                laid_out(lo, numbers(pair[0], s, Random(n))),
                laid_out(r, numbers(pair[1], s, Random(n + 1))),
            ),
        )
    for scalar in SCALARS if FULL else rng.sample(SCALARS, 2):
        yield f"array {scalar!r}", lambda s=scalar: (numbers(pair[0], (5,), Random(1)), s)
        yield f"{scalar!r} array", lambda s=scalar: (s, numbers(pair[0], (5,), Random(1)))
    yield "column", lambda: (numbers(pair[0], (3, 4), Random(1)), numbers(pair[1], (3, 1), Random(2)))
    yield "no fit", lambda: (numbers(pair[0], (3,), Random(1)), numbers(pair[1], (4,), Random(2)))


def check(text: str, pair: tuple[str, str], rng: Random) -> int:
    """Compare all operands of one pair of dtypes; how many calls ran natively."""
    f, native = table.function(text), 0
    fast = jit(f)
    for name, make in operands(pair, rng):
        expected = observed(f, *make())
        for _ in range(2):
            before = hits(fast)
            assert not differences(expected, observed(fast, *make())), f"{text}, {pair}, {name}"
            native += hits(fast) > before
    assert not fast._slipstream.bug, f"{text} {pair}: {fast._slipstream.bug}"
    return native


def run(text: str) -> int:
    rng = Random(text)
    pairs = list(itertools.product(DTYPES, DTYPES))
    chosen = pairs if FULL else [("f8", "f8"), ("i8", "i8"), *rng.sample(pairs, 5)]
    return sum(check(text, pair, rng) for pair in chosen)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_operation(name: str) -> None:
    assert run(EXPRESSIONS[name]) > 0, "nothing ran natively"


@pytest.mark.parametrize("text", table.others().values())
def test_other_ufunc(text: str) -> None:
    run(text)


@pytest.mark.parametrize("op", IN_PLACE)
def test_in_place(op: str) -> None:
    native = run(f"a {op}= b")
    assert native > 0 or op in ("**",), "nothing ran natively"


@pytest.mark.parametrize("op", ["=", "+=", "*="])
def test_stores(op: str) -> None:
    assert run(f"a[1:] {op} b[1:]") > 0
    run(f"a[..., 0] {op} b[..., 0]")


def test_every_row_has_a_case() -> None:
    assert len(table.ufuncs()) > 25
    assert len(table.operators()) == 18
    for name in table.functions():
        assert table.calls(name)
    for name in table.methods():
        assert name in table.REDUCTIONS or name in table.METHODS


def _arguments(function: Any) -> list[str]:
    try:
        return list(inspect.signature(function).parameters)
    except ValueError:  # a type, or a method before NumPy 2.4
        return []


def _row(name: str) -> tuple[str, str]:
    """A row of the table of functions and what it says of `Out`."""
    row = re.search(rf'"{re.escape(name)}": *{{(.*)}},', (table.TABLES / "functions.go").read_text())
    assert row
    out = re.search(r"Out: (\d+)", row[1])
    return row[1], out[1] if out else "0"


@pytest.mark.parametrize("name", [n for n in table.functions() if n.startswith("numpy.")])
def test_what_a_function_writes_into_is_known(name: str) -> None:
    function: Any = np.add if name.startswith("numpy.ufunc.") else np
    for part in name.split(".")[2 if function is np.add else 1 :]:
        function = getattr(function, part)
    row, out = _row(name)
    if "Treat: Pure" not in row or "out" not in _arguments(function) or "Plain" in row:
        return
    parameter = inspect.signature(function).parameters["out"]
    place = 0 if parameter.kind is parameter.KEYWORD_ONLY else _arguments(function).index("out")
    assert out == str(place)
