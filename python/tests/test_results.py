"""Calls that give several values: tuples, NumPy's named ones, and lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import hits, whole_calls
from slipstream import jit


def factors(m: Any) -> Any:
    u, s, vt = np.linalg.svd(m * 2.0)
    return (u * s) @ vt - m


def by_name(m: Any) -> Any:
    found = np.linalg.eigh(m + m.T)
    return found.eigenvalues * 2.0, found.eigenvectors + found[1], len(found)


def handed_on(m: Any) -> Any:
    x = m * 2.0
    return np.linalg.slogdet(x), x


def by_a_name_it_has_not(m: Any) -> Any:
    found = np.linalg.qr(m * 2.0)
    return found.Q * found.S


def parted(m: Any) -> Any:
    a, b, c = np.split(m.ravel() * 2.0, 3)
    return a * b - c


def a_list(m: Any) -> Any:
    parts = np.array_split(m * 2.0, 2)
    return parts, parts[-1] + 1


def written_into(m: Any) -> Any:
    x = m * 2.0
    parts = np.hsplit(x, 3)
    parts[0] += 1
    parts[1][...] = parts[0]
    return x, parts[0] * x


def appended(m: Any) -> Any:
    x = m * 2.0
    parts = np.vsplit(x, 3)
    parts.append(x)
    return parts, len(parts)


FUNCTIONS = (factors, by_name, handed_on, by_a_name_it_has_not, parted, a_list, written_into, appended)


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_equal(f: Callable[..., Any]) -> None:
    fast, m = jit(f), np.arange(9.0).reshape(3, 3) % 5 + np.eye(3)
    for a in (m, m, m, m.T, m[::-1], m.astype("f4"), m[:2], m[:, :1], m * np.nan, m):
        assert not differences(outcome(f, a), outcome(fast, a))
    assert hits(fast)


@pytest.mark.parametrize("f", [factors, by_name, handed_on, parted, a_list], ids=lambda f: f.__name__)
def test_without_a_step_in_python(f: Callable[..., Any]) -> None:
    fast, m = jit(f), np.arange(9.0).reshape(3, 3) % 5 + np.eye(3)
    for _ in range(3):
        fast(m)
    assert whole_calls(fast), fast.explain(m)


def test_a_list_of_another_length() -> None:
    """How many parts there are depends on values."""

    def f(a: Any, at: Any) -> Any:
        first, second = np.array_split(a * 2.0, at)
        return first + second.sum()

    fast, a = jit(f), np.arange(6.0)
    for at in ([3], [3], [2, 4], [], [1], [5]):
        for places in (np.array(at, int), at):
            assert not differences(outcome(f, a, places), outcome(fast, a, places))
