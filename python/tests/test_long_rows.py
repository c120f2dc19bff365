"""Operands that do not move along long rows: one call a row, the element repeated in a tile."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import hits
from slipstream import jit

#: Rows below and above what is worth a call, and what a tile holds.
LENGTHS = (63, 64, 65, 130, 1023, 1024, 1025, 2048, 3001)
FORMS: dict[str, Callable[..., Any]] = {
    "product": lambda a, b, m: a[:, None] * b[None, :],
    "more": lambda a, b, m: (a[:, None] - b) * 2 + m,
    "column": lambda a, b, m: m - m[:, :1],
    "two columns": lambda a, b, m: (m - m[:, :1]) / m[:, 1:2],
    "a row and a column": lambda a, b, m: m * a[:, None] + b,
    "compared": lambda a, b, m: (m > a[:, None]) & (b > a[:, None]),
    "chosen": lambda a, b, m: np.where(m > a[:, None], a[:, None], b),
    "three axes": lambda a, b, m: m[:, None, :] + a[None, :, None],
    "transposed": lambda a, b, m: m.T * a[None, :] + b[:, None],
    "a loop": lambda a, b, m: np.exp2(m / 50) * a[:, None],
    "all the same": lambda a, b, m: np.broadcast_to(b[:1], b.shape) * 2 + b[0],
}


def operands(rows: int, n: int, dtype: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    m = (np.arange(rows * n) * 7919 % 97 + 1).astype(dtype).reshape(rows, n)
    return m[:, 0] * 2 + 1, m[0] + 3, m


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dtype", ["f8", "f4", "i4", "u1", "c16"])
def test_rows(form: str, dtype: str) -> None:
    plain = FORMS[form]
    fast = jit(plain)
    for rows, n in itertools.product((1, 2, 7), LENGTHS):
        given = operands(rows, n, dtype)
        found = differences(outcome(plain, *given), outcome(fast, *given))
        assert not found, (form, dtype, rows, n, found)
    if dtype in ("f8", "f4"):
        assert hits(fast) >= 20, form


def test_what_repeats_is_stored_into() -> None:
    def store(m: Any, a: Any) -> Any:
        m -= a[:, None]
        m[1:] *= m[:-1, :1]
        return m

    fast = jit(store)
    for n, _ in itertools.product(LENGTHS, range(3)):
        a, _, m = operands(5, n, "f8")
        b, _, k = operands(5, n, "f8")
        assert not differences(outcome(store, m, a), outcome(fast, k, b))
    assert hits(fast) > 10


def test_reports() -> None:
    def scaled(a: Any, m: Any) -> Any:
        return m * a[:, None] - m

    fast = jit(scaled)
    m = np.ones((4, 1500))
    for place, value in itertools.product((0, 3), (1.0, 1e308, np.inf, np.nan)):
        a, x = np.ones(4), m.copy()
        a[place] = value
        x[place, 1400] = 1e10
        assert not differences(outcome(scaled, a, x), outcome(fast, a, x)), (place, value)
