"""Options, figures, strict and verify."""

from __future__ import annotations

import logging
import threading
from typing import Any

import numpy as np
import pytest
import slipstream
from slipstream import FallbackError, jit

X = np.arange(1.0, 9.0)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"nonsense": 1}, TypeError),
        ({"threads": "4"}, TypeError),
        ({"threads": True}, TypeError),
        ({"threads": 0}, ValueError),
        ({"strict": 1}, TypeError),
        ({"cache": None}, TypeError),
        ({"mode": "quick"}, ValueError),
        ({"mode": "nan"}, ValueError),
        ({"mode": None}, TypeError),
        ({"device": "cuda"}, ValueError),
        ({"numerics": "sloppy"}, ValueError),
        ({"strict": True, "mode": "eager"}, ValueError),
    ],
)
def test_bad_options_are_errors_at_decoration(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        jit(**options)


@pytest.mark.parametrize(
    "options", [{"numerics": "stable"}, {"device": "auto"}, {"cache": False}, {"threads": 1}]
)
def test_permissions_are_accepted(options: dict[str, Any]) -> None:
    @jit(**options)
    def f(x):
        return x * 2.0 + 1.0

    np.testing.assert_array_equal(f(X), X * 2 + 1)


def test_native_calls_are_counted() -> None:
    @jit
    def f(x):
        return x * 2.0 + 1.0

    for _ in range(5):
        f(X)
    s = f.stats()
    assert (s.calls, s.native, s.partial, s.eager) == (5, 5, 0, 0)
    assert (s.compiles, s.entries, s.guard_misses) == (1, 1, 0)
    assert s.asdict()["compile_seconds"] > 0
    f(X.astype(np.float32))
    s = f.stats()
    assert (s.calls, s.native, s.entries, s.guard_misses) == (6, 6, 2, 1)
    assert [e.hits for e in f.entries()] == [5, 1]
    assert "f8" in f.entries()[0].guards


def test_partial_calls_are_counted() -> None:
    @jit
    def f(x, log):
        y = x * 2.0 + 1.0
        log.append(1)
        return y * y

    seen: list[int] = []
    for _ in range(4):
        f(X, seen)
    s = f.stats()
    assert len(seen) == s.calls == 4
    assert (s.native, s.partial + s.eager) == (0, 4)
    assert s.partial >= 2
    assert s.exits >= 2


def test_clear_keeps_the_figures() -> None:
    @jit
    def f(x):
        return x * 2.0 + 1.0

    f(X)
    f.clear()
    assert f.entries() == []
    np.testing.assert_array_equal(f(X), X * 2 + 1)
    s = f.stats()
    assert (s.calls, s.native, s.compiles, s.entries) == (2, 2, 2, 1)


def test_eager_never_compiles() -> None:
    @jit(mode="eager")
    def f(x):
        return x * 2.0

    np.testing.assert_array_equal(f(X), X * 2)
    assert f.stats().compiles == 0
    assert f.explain(X).native


def test_strict_runs_what_is_native() -> None:
    @jit(strict=True)
    def f(x, k=2.0):
        return x * k + 1.0

    np.testing.assert_array_equal(f(X), X * 2 + 1)
    np.testing.assert_array_equal(f(X, k=3.0), X * 3 + 1)
    assert f.stats().native == 2


def test_strict_raises_before_a_refused_function_runs() -> None:
    ran = []

    @jit(strict=True)
    def f(x):
        y = x * 2.0
        ran.append(1)
        return y

    for _ in range(2):
        with pytest.raises(FallbackError, match="SL1") as caught:
            f(X)
        assert caught.value.codes
    assert ran == []


def test_strict_raises_when_other_values_are_refused() -> None:
    @jit(strict=True)
    def f(x):
        return x * 2.0 + 1.0

    f(X)
    with pytest.raises(FallbackError):
        f(X.astype(object))
    np.testing.assert_array_equal(f(X), X * 2 + 1)


def test_strict_holds_in_every_thread() -> None:
    @jit(strict=True)
    def f(x):
        return x * 2.0 + 1.0

    def work() -> None:
        for _ in range(50):
            f(X)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert f.stats().native == 200


def test_strict_leaves_the_users_errors_alone() -> None:
    @jit(strict=True)
    def f(x, y):
        return x * y + 1.0

    f(X, X)
    with pytest.raises(ValueError, match="broadcast"):
        f(X, X[:3])


def test_verify_gives_numpys_result_and_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    @jit(mode="verify")
    def f(x, y, *rest, k=2.0, **more):
        y[1:] = x[:-1] * k
        return y + 1.0

    a, b = X.copy(), X.copy()
    with caplog.at_level(logging.ERROR, "slipstream"):
        for _ in range(3):
            np.testing.assert_array_equal(f(a, a, 7, k=3.0, z=1), f.__wrapped__(b, b, 7, k=3.0, z=1))
    np.testing.assert_array_equal(a, b)
    assert caplog.records == []
    assert f.stats().calls == 3


def test_verify_reports_a_difference(caplog: pytest.LogCaptureFixture) -> None:
    @jit(mode="verify")
    def f(x):
        return x * 2.0

    f(X)
    f._slipstream.target.__code__ = (lambda x: x * 2.5).__code__
    with caplog.at_level(logging.ERROR, "slipstream"):
        np.testing.assert_array_equal(f(X), X * 2)
    assert "differs in 8 elements, first at (0,)" in caplog.text


def test_verify_passes_errors_on() -> None:
    @jit(mode="verify")
    def f(x, y):
        return x + y

    with pytest.raises(ValueError, match="broadcast"):
        f(X, X[:3])


def test_switching_off_and_on() -> None:
    @jit
    def f(x):
        return x * 2.0

    with slipstream.config(enabled=False):
        np.testing.assert_array_equal(f(X), X * 2)
        assert f.stats().native == 0
    f(X)
    assert f.stats().native == 1
