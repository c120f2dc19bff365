"""Reductions and makers of arrays in loops that run natively as a whole."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import whole_calls
from slipstream import jit

Function = Callable[..., Any]

UFUNCS = ("sum", "max", "min", "prod", "mean", "any", "all", "std", "var")
OPERANDS = (
    "a",
    "a[1:]",
    "a[:, 1:]",
    "a[::2, ::-1]",
    "a * a",
    "a.T",
    "a[:, 1]",
    "a[None, 1] * a",
    "a[:, None] - a",
)
OPTIONS = ("", "axis=0", "axis=-1", "axis=(0, 1)", "axis=0, keepdims=True")
PLACES = ("a.argmax()", "np.argmin(a[:, 1])", "np.argmax(a[0] * 2)", "np.argmax(a.T)")
MAKERS = (
    "np.zeros(3, int)",
    "np.zeros((2, len(a)), dtype=bool)",
    "np.ones(a.shape, a.dtype)",
    "np.full(4, 2.5)",
    "np.full((2, 2), 7, dtype=np.float32)",
    "np.full_like(a, 1)",
    "np.zeros_like(a, dtype=np.int16)",
    "np.eye(3)",
    "np.eye(3, dtype=np.int32)",
    "np.arange(5)",
    "np.arange(2, 11, 3)",
    "np.arange(len(a), -1, -2)",
    "a.astype(float)",
    "a[1:].astype(np.float64)",
)


def rounds(*expressions: str) -> Function:
    """A loop that computes expressions in each round."""
    names = [f"r{n}" for n in range(len(expressions))]
    lines = [f"        {name} = {text}" for name, text in zip(names, expressions, strict=True)]
    lines = [
        "def f(a):",
        f"    {' = '.join(names)} = None",
        "    for i in range(3):",
        *lines,
        "        a[0, 0] = a[0, 0]",
    ]
    space: dict[str, Any] = {"np": np}
    exec(compile("\n".join([*lines, f"    return {', '.join(names)}"]), "<rounds>", "exec"), space)
    return space["f"]


def matrix(dtype: str, rows: int, columns: int, odd: float | None = None) -> np.ndarray:
    a = np.random.default_rng(rows).standard_normal((rows, columns)) * 10.0 ** (np.arange(columns) % 7 - 3)
    if odd is not None:
        a.flat[::3], a.flat[1::3] = odd, -0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return a.astype(dtype)


def compare(f: Function, *arrays: np.ndarray, whole: bool = False) -> None:
    fast = jit(f)
    for a in arrays:
        expected = outcome(f, a.copy())
        for _ in range(2):
            assert not differences(expected, outcome(fast, a.copy()))
    assert not fast._slipstream.bug
    assert not whole or whole_calls(fast) > 0


@pytest.mark.parametrize("ufunc", UFUNCS)
@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "u1", "b1"])
def test_reductions(ufunc: str, dtype: str) -> None:
    pairs = [p for p in itertools.product(OPERANDS, OPTIONS) if p != ("a[:, 1]", "axis=(0, 1)")]
    for n in range(3):
        f = rounds(*(f"np.{ufunc}({operand}, {option})" for operand, option in pairs[n::3]))
        compare(f, matrix(dtype, 4, 5), matrix(dtype, 9, 40, np.nan), matrix(dtype, 3, 2, 0.0))


@pytest.mark.parametrize("ufunc", UFUNCS)
def test_long_rows(ufunc: str) -> None:
    pairs = itertools.product(("a", "a[:, 1:]", "a * 2"), ("", "axis=0", "axis=1"))
    f = rounds(*(f"np.{ufunc}({operand}, {option})" for operand, option in pairs))
    compare(f, matrix("f8", 3, 9000), matrix("f8", 2000, 2), matrix("f8", 70, 130))


@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "b1"])
def test_places_and_makers(dtype: str) -> None:
    some = [e for e in PLACES + MAKERS if "astype" not in e or dtype != "f4"]
    for n in range(3):
        compare(rounds(*some[n::3]), matrix(dtype, 4, 5), matrix(dtype, 6, 3, np.nan))


@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_degrees_of_freedom(dtype: str) -> None:
    f = rounds("np.std(a, ddof=1)", "a.var(0, ddof=2, keepdims=True)", "np.var(a[:, 1], axis=0, ddof=0)")
    compare(f, matrix(dtype, 4, 5), matrix(dtype, 2, 3), matrix(dtype, 300, 70), matrix(dtype, 5, 2, np.inf))


def test_deviations_are_whole() -> None:
    compare(rounds("a.std(1)", "np.var(a)", "a[1:].std()"), matrix("f8", 4, 5), whole=True)


def windows(a):
    out = np.empty((a.shape[0] - 1, a.shape[1] - 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.max(a[i : i + 2, j : j + 2]) - a[i : i + 2, j : j + 2].mean()
    return out


def correlated(a):
    out = np.zeros((len(a), a.shape[1]), dtype=np.float32)
    for i in range(len(a)):
        out[i] = np.sum(a[:, :, np.newaxis] * a[np.newaxis, 0, :3], axis=(0, 1))[0]
    return out


def normalised(a):
    for i in range(len(a)):
        row = a[i]
        row -= row.min()
        if row.max() > 0 and (row > 0).any():
            row /= row.sum()
    return a


@pytest.mark.parametrize("f", [windows, correlated, normalised], ids=lambda f: f.__name__)
def test_functions_run_whole(f: Function) -> None:
    compare(f, matrix("f8", 4, 6), matrix("f8", 7, 5), whole=True)


def test_rows_that_are_one_in_memory() -> None:
    a = np.broadcast_to(matrix("f8", 1, 6), (5, 6))
    compare(windows, a.copy())
    fast = jit(windows)
    for _ in range(2):
        assert not differences(outcome(windows, a), outcome(fast, a))


def test_an_overflow_in_a_sum_warns() -> None:
    big = np.full((3, 3), 1e308)
    compare(rounds("np.sum(a, axis=0)"), big)
    compare(rounds("np.sum(a * 1.0)"), big)


def test_nothing_is_reduced_of_nothing() -> None:
    compare(rounds("np.max(a[:0])"), matrix("f8", 2, 2))
    compare(rounds("np.argmax(a[:0, 0])"), matrix("f8", 2, 2))
    compare(rounds("a[:0].mean()"), matrix("f8", 2, 2))
