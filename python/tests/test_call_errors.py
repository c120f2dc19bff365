"""The error state in which NumPy's code is called: nobody else sees it, and it leaves nothing behind."""

from __future__ import annotations

import contextvars
import gc
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from slipstream import jit

OWN: contextvars.ContextVar[int] = contextvars.ContextVar("own")


def line(a: Any, b: Any) -> Any:
    return np.linspace(a + b, b * 2)


def totals(a: Any, b: Any) -> Any:
    return np.cumsum(a * b)


def state() -> dict[str, Any]:
    return {v.name: value for v, value in contextvars.copy_context().items()}


def settled(function: Callable[..., Any]) -> Callable[..., Any]:
    compiled: Any = jit(function)
    a, b = np.ones(5), np.arange(5.0)
    for _ in range(4):
        assert compiled(a, b).tobytes() == function(a, b).tobytes()
    before = compiled.stats().native
    compiled(a, b)
    assert compiled.stats().native == before + 1
    return compiled  # type: ignore[no-any-return]


def in_new_context(work: Callable[[], Any]) -> Any:
    return contextvars.Context().run(work)


@pytest.mark.parametrize("set_before", [False, True])
def test_variables_are_as_they_were(set_before: bool) -> None:
    def work() -> None:
        if set_before:
            OWN.set(7)
        before = state()
        compiled = settled(line)
        compiled(np.ones(3), np.zeros(3))
        assert state() == before
        assert np.geterr()["under"] == "ignore"

    in_new_context(work)


@pytest.mark.parametrize("set_before", [False, True])
@pytest.mark.parametrize("mode", ["warn", "raise", "ignore"])
def test_what_a_call_reports_is_reported_once(set_before: bool, mode: Any) -> None:
    compiled = settled(totals)
    a, b = np.full(4, 1e308), np.ones(4)

    def said(f: Callable[..., Any]) -> Any:
        with warnings.catch_warnings(record=True) as seen, np.errstate(over=mode):
            warnings.simplefilter("always")
            try:
                result = f(a, b).tobytes()
            except FloatingPointError as error:
                result = str(error)
        return result, [str(w.message) for w in seen]

    def work() -> None:
        if set_before:
            OWN.set(1)
        assert said(compiled) == said(totals)
        assert "numpy.ufunc.extobj" not in state()

    in_new_context(work)


def test_default_state_without_variables() -> None:
    compiled = settled(totals)
    a, b = np.full(4, 1e308), np.ones(4)

    def work() -> None:
        with pytest.warns(RuntimeWarning, match="overflow encountered in accumulate") as seen:
            assert np.isinf(compiled(a, b)[-1])
        assert len(seen) == 1
        assert state() == {}

    in_new_context(work)


no_set_within_set = pytest.mark.skipif(
    sys.version_info < (3, 12),
    reason="CPython 3.11 crashes when ContextVar.set is interrupted by another",
)


def with_collector(collected: Callable[[str, Any], None], work: Callable[[], Any]) -> None:
    """The collector runs code of the user's inside of NumPy's functions."""
    gc.collect()
    old = gc.get_threshold()
    gc.callbacks.append(collected)
    gc.set_threshold(1)
    try:
        work()
    finally:
        gc.set_threshold(*old)
        gc.callbacks.remove(collected)


@no_set_within_set
def test_variables_that_are_set_during_a_call_stay() -> None:
    compiled = settled(line)
    modes: set[str] = set()

    def collected(phase: str, _: Any) -> None:
        modes.add(np.geterr()["over"])
        OWN.set(OWN.get(0) + 1)

    def calls() -> None:
        for _ in range(50):
            contextvars.Context().run(compiled, np.ones(3), np.zeros(3))
            compiled(np.ones(3), np.zeros(3))

    def work() -> None:
        with_collector(collected, calls)
        assert OWN.get() > 0
        assert "numpy.ufunc.extobj" not in state()
        assert np.geterr()["over"] == "warn"

    in_new_context(work)
    assert modes == {"warn", "raise"}


@no_set_within_set
@pytest.mark.parametrize("set_before", [False, True])
def test_an_error_state_that_is_set_during_a_call_is_not_kept(set_before: bool) -> None:
    """It is made of the one in which the call runs, where the others raise."""
    compiled = settled(line)

    during: list[Any] = []

    def collected(phase: str, _: Any) -> None:
        if np.geterr()["over"] == "raise":
            during.append(np.seterr(under="warn"))

    def work() -> None:
        if set_before:
            OWN.set(1)
        before = np.geterr()
        with_collector(collected, lambda: compiled(np.ones(3), np.zeros(3)))
        assert during
        assert np.geterr() == before
        with pytest.warns(RuntimeWarning, match="overflow"):
            compiled(np.full(3, 1e308), np.full(3, 1e308))
        assert (
            compiled(np.full(3, 1e-308), np.zeros(3)).tobytes()
            == line(np.full(3, 1e-308), np.zeros(3)).tobytes()
        )

    in_new_context(work)


def test_other_threads_have_states_of_their_own() -> None:
    compiled = settled(line)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(200):
                compiled(np.ones(4), np.zeros(4))
                assert np.geterr()["over"] == "warn"
                with np.errstate(over="print"):
                    compiled(np.ones(4), np.zeros(4))
                    assert np.geterr()["over"] == "print"
                assert "numpy.ufunc.extobj" not in state()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failed
