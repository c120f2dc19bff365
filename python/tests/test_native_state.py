"""Regions and the thread's state: error states, control word, tracers, forks."""

from __future__ import annotations

import contextvars
import multiprocessing
import os
import sys
from typing import Any

import numpy as np
import pytest
from test_native_support import REASON, Plan, elementwise, kernels, native, ones, same

# The thread's state


CLASSES = ("divide", "over", "under", "invalid")
MODES = ("ignore", "warn", "raise", "call", "print", "log")
REPORTING = {
    "divide": ("divide", 1.0, 0.0),
    "over": ("divide", 1e308, 1e-308),
    "under": ("divide", 1e-308, 1e30),
    "invalid": ("divide", 0.0, 0.0),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", CLASSES)
def test_errstate_decides_what_is_reported(kind: str, mode: str) -> None:
    kernel, x, y = REPORTING[kind]
    region, a, b = elementwise(kernel).region(), np.full(9, x), np.full(9, y)
    for other in ("ignore", "raise"):
        with np.errstate(**{**dict.fromkeys(CLASSES, other), kind: mode}):
            got = region(a, b)
            same(region(ones(9), ones(9)), ones(9))
        if mode != "ignore":
            assert got is None
            assert region.last_reason == REASON["fpflags"]
        else:
            with np.errstate(all="ignore"):
                same(got, a / b)


@pytest.mark.parametrize("kind", CLASSES)
def test_an_ignored_report_does_not_stay(kind: str) -> None:
    kernel, x, y = REPORTING[kind]
    region = elementwise(kernel).region()
    with np.errstate(all="ignore"):
        assert region(np.full(9, x), np.full(9, y)) is not None
    with np.errstate(all="raise"):
        same(region(ones(9), ones(9)), ones(9))
        assert (np.ones(3) / np.ones(3)).tolist() == [1, 1, 1]


def test_buffers_of_another_length() -> None:
    region, a = elementwise("add").region(), ones()

    def work() -> list[Any]:
        return [np.setbufsize(4096), region(a, a), np.setbufsize(8192), region(a, a)]

    _, other, _, default = contextvars.copy_context().run(work)
    assert other is None
    assert region.reasons() == {REASON["errstate"]: 1}
    same(default, a + a)


def test_errstates_that_cannot_be_read() -> None:
    """The default runs natively, and what says the same after its second time."""
    from slipstream._numpy import _default_errors

    region, a = elementwise("add").region(), ones()

    def work() -> tuple[list[Any], list[Any], Any]:
        with np.errstate(all="ignore"):
            seen = [region(a, a) for _ in range(3)]
        with np.errstate(over="warn"):
            again = [region(a, a) for _ in range(3)]
        return seen, again, region(a, a)

    native.configure(errread=False, errcheck=_default_errors)
    try:
        seen, again, default = contextvars.Context().run(work)
    finally:
        native.configure(errread=True)
    assert seen == [None] * 3
    assert region.reasons() == {REASON["errstate"]: 4}
    assert again[0] is None
    same(again[2], a + a)
    same(default, a + a)


def test_what_is_no_errstate_is_not_read() -> None:
    from numpy._core.umath import _extobj_contextvar as var

    assert native.errstate(var.get()) == (0x0D, 8192)
    for other in (None, 1, (), object()):
        assert native.errstate(other) is None


def test_failures_in_one_errstate_do_not_count_in_another() -> None:
    region, bad = elementwise("add").region(), np.full(4, 1e308)
    for _ in range(100):
        assert region(bad, bad) is None
    assert region.last_reason == REASON["resting"]
    with np.errstate(over="ignore"):
        assert region(bad, bad) is not None


def test_calls_report_as_the_errstate_says() -> None:
    def reciprocal(x: Any) -> Any:
        seen.append(np.geterr())
        return 1 / x

    seen: list[dict[str, str]] = []
    plan = Plan(1)
    a, out = plan.input(plan.array(), 0), plan.array()
    plan.task("call", [a], out, callee=plan.object(reciprocal))
    plan.leave(out)
    region, zero = plan.region(), np.zeros(3)
    assert region(zero) is None
    assert region.last_reason == REASON["call"]
    with np.errstate(divide="ignore", under="call"):
        got = region(zero)
        inside = np.geterr()
    assert np.isposinf(got).all() if isinstance(got, np.ndarray) else np.isposinf(got[0]).all()
    assert seen[0] == {"divide": "raise", "over": "raise", "under": "ignore", "invalid": "raise"}
    assert seen[1] == {"divide": "ignore", "over": "raise", "under": "raise", "invalid": "raise"}
    assert inside["under"] == "call"


@pytest.mark.parametrize("word", [0x9F80, 0x1FC0, 0x3F80, 0x1F00])
def test_control_word(word: int) -> None:
    """Flush to zero, denormals are zero, another rounding, a trap."""
    region, a = elementwise("add").region(), ones()
    kernels.set_control(word)
    try:
        got = region(a, a)
    finally:
        kernels.set_control(0x1F80)
    assert got is None
    assert region.last_reason == REASON["control"]


def test_flags() -> None:
    region = elementwise("divide").region()
    zero, inf = np.zeros(9), np.full(9, np.inf)
    for a, b in [(ones(9), zero), (zero, zero), (inf, inf), (np.full(9, 1e308), np.full(9, 1e-308))]:
        assert region(a, b) is None
        assert region.last_reason == REASON["fpflags"]
        same(region(ones(9), ones(9)), ones(9))
    assert region(np.full(9, 1e-308), np.full(9, 1e30)) is not None
    assert region(np.full(9, np.nan), ones(9)) is not None


def test_an_entry_that_only_fails_rests() -> None:
    region, bad = elementwise("add").region(), np.full(4, 1e308)
    assert [region(bad, bad) for _ in range(2000)] == [None] * 2000
    counts = region.reasons()
    assert counts[REASON["fpflags"]] < 40
    assert counts[REASON["resting"]] + counts[REASON["fpflags"]] == 2000
    tries = [region(ones(), ones()) for _ in range(3000)]
    assert tries[-1] is not None
    assert all(t is not None for t in tries[1100:])


def test_flags_from_before_do_not_count() -> None:
    region = elementwise("add").region()
    with np.errstate(all="ignore"):
        np.float64(1) / np.zeros(3)
    kernels.set_control(0x1F80 | 0x3F)
    same(region(ones(), ones()), ones() * 2)


def test_tracing() -> None:
    region, a = elementwise("add").region(), ones()
    seen = []

    def traced() -> Any:
        return region(a, a)

    for start, stop in [(sys.settrace, sys.settrace), (sys.setprofile, sys.setprofile)]:
        old = sys.gettrace() if start is sys.settrace else sys.getprofile()
        start(lambda *event: None)
        try:
            seen.append(traced())
        finally:
            stop(old)
    assert seen == [None, None]
    assert region.reasons() == {REASON["tracing"]: 2}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring is new in 3.12")
def test_monitoring() -> None:
    region, a = elementwise("add").region(), ones()
    monitoring = sys.monitoring

    def watched() -> Any:
        return region(a, a)

    assert watched() is not None
    tool = next(i for i in range(5) if monitoring.get_tool(i) is None)
    monitoring.use_tool_id(tool, "test")
    try:
        monitoring.set_events(tool, monitoring.events.LINE)
        assert watched() is None
        assert region.last_reason == REASON["tracing"]
        monitoring.set_events(tool, 0)
        assert watched() is not None
        monitoring.set_local_events(tool, watched.__code__, monitoring.events.PY_START)
        assert watched() is None
    finally:
        monitoring.set_events(tool, 0)
        monitoring.set_local_events(tool, watched.__code__, 0)
        monitoring.free_tool_id(tool)
    assert watched() is not None


def test_switched_off() -> None:
    region, a = elementwise("add").region(), ones()
    native.set_enabled(False)
    try:
        assert native.disabled()
        assert region(a, a) is None
    finally:
        native.set_enabled(True)
    assert region(a, a) is not None
    region.enabled = False
    assert region(a, a) is None
    assert region.reasons() == {REASON["disabled"]: 2}


def _child(queue: Any) -> None:
    a = ones()
    native.set_enabled(True)
    queue.put((native.disabled(), elementwise("add").region()(a, a)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_fork() -> None:
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_child, args=(queue,))
    child.start()
    assert queue.get(timeout=30) == (True, None)
    child.join()
    assert not native.disabled()
