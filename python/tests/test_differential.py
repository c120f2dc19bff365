"""Every operation of the compiler's tables, on dtypes, layouts and kinds of
scalars: equal to eager NumPy in every bit, warning and exception.

A sample; ``make matrix`` runs all cells.
"""

from __future__ import annotations

import inspect
import re
from random import Random
from typing import Any

import numpy as np
import pytest
from differential import table
from differential.matrix import IN_PLACE, check, pairs
from slipstream import jit

EXPRESSIONS = table.expressions()


def run(text: str) -> int:
    """How many calls ran natively, of a sample of types, layouts and scalars."""
    rng = Random(text)
    chosen = [("f8", "f8"), ("i8", "i8"), *rng.sample(pairs(), 5)]
    return sum(check(text, pair, rng) for pair in chosen)


def paid(text: str) -> str:
    """What alone does not pay for the region, along with something that does."""
    try:
        compile(text, "", "eval")
    except SyntaxError:
        return f"{text}; b = np.logical_or(a, a)"
    return f"({text}, np.logical_or(a, a))"


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_operation(name: str) -> None:
    text = EXPRESSIONS[name]
    assert run(text) or run(paid(text)), "nothing ran natively"


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


@pytest.mark.parametrize(
    "text",
    [
        "a[..., :2] = (1.5, 2)",
        "a[:2] = [b[0, 0] * 2, -7.25]",
        "a[:2, :2] = [(1, True), (3, 4e9)]",
        "a[0] = 1, np.float32(3.7)",
    ],
)
def test_stores_of_sequences(text: str) -> None:
    run(text)
    fast = jit(table.function(f"b = a * 2\n    a = b + 1\n    {text}\n    return a * b"))
    for _ in range(5):
        fast(np.ones((2, 2)), np.ones((2, 2)))
    assert fast.stats().native
    assert not fast.stats().partial


def test_stores_of_sequences_of_arrays() -> None:
    """NumPy stores one after the other: the second row may read what the first has changed."""
    run("a[:2] = [b[0] + 1, a[0]]")
    run("a[:2] = (a[1], a[0])")


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
    if not callable(function):  # an object that is indexed
        return
    if "Treat: Pure" not in row or "out" not in _arguments(function) or "Plain" in row:
        return
    parameter = inspect.signature(function).parameters["out"]
    place = 0 if parameter.kind is parameter.KEYWORD_ONLY else _arguments(function).index("out")
    assert out == str(place)
