"""Branches that are foreseen, loop bodies, and regions that are cut where they fail."""

from __future__ import annotations

import threading
import warnings
from typing import Any

import numpy as np
import pytest
from differential.run import hits
from slipstream import jit


def on_arguments(a, p=2, flag=0.5):
    x = a * 2 + 1 if p == 2 else a - p
    if a.size > 3:
        x = x * x
    if a.ndim == 1 and flag:
        x = -x
    if len(a) == 2 or a.shape[0] > 4:
        x = x + 1
    return x


@pytest.mark.parametrize("p", [2, 2.0, True, 3, np.float64(2), float("nan"), None])
def test_a_branch_on_an_argument_is_foreseen(p: Any) -> None:
    fast, a = jit(on_arguments), np.arange(5.0)
    if p is None:
        with pytest.raises(TypeError):
            fast(a, p)
        return
    for _ in range(4):
        before = hits(fast)
        assert repr(fast(a, p)) == repr(on_arguments(a, p))
    assert hits(fast) > before


def test_values_and_lengths_may_change_at_any_call() -> None:
    fast, rng = jit(on_arguments), np.random.default_rng(0)
    choices = (2, 3, 2.0, True, 7, -1, 0, 2**60)
    for _ in range(120):
        a, p = rng.normal(size=rng.integers(1, 7)), choices[rng.integers(len(choices))]
        assert repr(fast(a, p)) == repr(on_arguments(a, p))
    assert hits(fast) > 60
    assert len(fast._slipstream.regions) < 12


def on_scalars(a, p, q=2):
    x = a * 2 + 1 if p == 2 else a - p
    if q < 0.1:
        x = x * x
    if p:
        x = -x
    if not q > p:
        x = np.sqrt(np.abs(x)) + 1
    return x


@pytest.mark.parametrize(
    "kind", [np.float64, np.float32, np.float16, np.int64, np.uint8, np.bool, np.complex128]
)
def test_a_branch_on_a_scalar_of_numpy_is_foreseen(kind: Any) -> None:
    fast, a = jit(on_scalars), np.arange(5.0)
    values = (2, 0, 1, 3) if issubclass(kind, np.integer) else (2, 2.5, 0, 0.1, np.nan, np.inf)
    with np.errstate(all="ignore"):
        for p in map(kind, values):
            for q in (np.float32(0.1), np.float32(0.2), np.float64(0.1)):
                for _ in range(2):
                    assert repr(fast(a, p, q)) == repr(on_scalars(a, p, q)), (p, q)
    fast = jit(on_scalars)
    for _ in range(3):
        fast(a, kind(2))
    assert fast.stats().native > 0 or kind in (np.float16, np.bool, np.complex128)


def test_a_loop_variable_is_not_pinned() -> None:
    def f(a, n):
        i = 0
        while i < n:
            if i == 3:
                a = a + 1
            a = np.sin(a * 2 + 1).astype(np.float16).astype(float)  # which loops do not compute as a whole
            i += 1
        return a

    fast, a = jit(f), np.arange(4.0)
    for _ in range(4):
        before = hits(fast)
        assert repr(fast(a, 9)) == repr(f(a, 9))
    assert hits(fast) - before >= 8
    assert not [g for e in fast._slipstream.entries for g in e.guards if "this very value" in g]


def test_the_last_statement_of_a_loop_and_what_follows_run_natively() -> None:
    def f(a, n):
        for _ in range(n):
            a = np.tanh(a * 2 + 1).astype(np.float16).astype(float)
        return a * a + 1

    fast, a = jit(f), np.arange(4.0)
    for _ in range(4):
        before = hits(fast)
        assert repr(fast(a, 5)) == repr(f(a, 5))
    assert hits(fast) - before == 6


def test_stores_in_a_loop_stand_at_its_end() -> None:
    def f(a, n):
        for i in range(n):
            a[i] += a * 0.5 if a.ndim == 0 else a[i] * 0.5
            a += 1
        return a

    fast = jit(f)
    for _ in range(4):
        a, b = np.arange(6.0), np.arange(6.0)
        assert repr(fast(a, 6)) == repr(f(b, 6))
        assert repr(a) == repr(b)


def test_one_statement_that_warns_is_cut_out_of_the_others() -> None:
    def f(a, b):
        x = a * 2 + 1
        y = x * x - b
        z = y / (a - a)
        w = x + y
        v = w * w + x
        return v, z

    fast, a, b = jit(f), np.arange(8.0), np.arange(8.0) + 1
    for _ in range(14):
        before = hits(fast)
        with warnings.catch_warnings(record=True) as eager:
            warnings.simplefilter("always")
            expected = f(a, b)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert repr(fast(a, b)) == repr(expected)
        assert [(str(w.message), w.lineno) for w in caught] == [(str(w.message), w.lineno) for w in eager]
    assert hits(fast) - before == 2
    assert "SL1905" in str(fast.explain(a, b))


def test_a_single_failure_cuts_nothing() -> None:
    def f(a):
        x = a * 2
        return 1 / x

    fast = jit(f)
    for values in ([1.0, 2.0], [1.0, 0.0], [3.0, 4.0], [0.0, 1.0], [5.0, 6.0]):
        with np.errstate(divide="warn"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fast(np.array(values))
    assert len(fast._slipstream.entries) == 1
    assert hits(fast) == 3


def test_strict_functions_are_not_cut() -> None:
    def f(a):
        x = a * 2
        return 1 / x

    fast = jit(strict=True)(f)
    for _ in range(5):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert repr(fast(np.zeros(3))) == repr(np.full(3, np.inf))
    assert repr(fast(np.ones(3))) == repr(np.full(3, 0.5))


def test_threads_may_fail_together() -> None:
    def f(a, b):
        x = a * 2 + b
        y = 1 / (x - x)
        return x * x + b, y

    fast, a = jit(f), np.arange(9.0)
    with np.errstate(all="ignore"):
        expected = repr(f(a, a))
    wrong: list[str] = []

    def work() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wrong.extend(r for r in (repr(fast(a, a)) for _ in range(60)) if r != expected)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        threads = [threading.Thread(target=work) for _ in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    assert not wrong
    assert not fast._slipstream.bug
