"""Hooks and life of regions."""

from __future__ import annotations

import ctypes
import gc
import os
import subprocess
import sys
import threading
import weakref
from typing import Any

import numpy as np
import pytest
from test_native_support import Plan, elementwise, native, ones, relying, same

# Hooks


def test_on_miss_adds_an_entry() -> None:
    region = native.Region("r")
    calls = []

    def hook(which: Any, args: tuple) -> int:
        calls.append((which, args))
        return elementwise("add", args[0].ndim).add(which)

    region.on_miss = hook
    for a in (ones(), np.ones((2, 2)), ones(7)):
        same(region(a, a), a + a)
    assert len(calls) == 2
    assert calls[0][0] is region
    assert [e["hits"] for e in region.entries()] == [2, 1]


@pytest.mark.parametrize("answer", [None, 99, -5])
def test_on_miss_without_an_entry(answer: Any) -> None:
    region = native.Region("r")
    region.on_miss = lambda *_: answer
    assert region(1) is None
    assert region.misses == 1
    assert region.enabled


def test_on_miss_that_fails() -> None:
    reports = []
    old, sys.unraisablehook = sys.unraisablehook, lambda report: reports.append(report.exc_type)
    try:
        for hook in (lambda *_: 1 / 0, lambda *_: "text"):
            region = native.Region("r")
            region.on_miss = hook
            assert region(1) is None
            assert not region.enabled
    finally:
        sys.unraisablehook = old
    assert reports == [ZeroDivisionError, TypeError]

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    region.enabled, region.on_miss = True, stop
    with pytest.raises(KeyboardInterrupt):
        region(1)
    assert region.enabled
    del region.on_miss
    assert region(1) is None


def test_entries_are_tried_in_order_and_removed() -> None:
    region = native.Region("r")
    assert elementwise("add").add(region) == 0
    assert elementwise("divide").add(region) == 1
    a = ones()
    same(region(a, a), a + a)
    region.remove(0)
    same(region(a, a), a / a)
    assert region.entries()[0] is None
    with pytest.raises(IndexError):
        region.remove(0)
    region.clear()
    assert region(a, a) is None
    assert region.entries() == []
    assert elementwise("add").add(region) == 0


def test_exits_belong_to_the_entry() -> None:
    plan = Plan(1)
    plan.leave(plan.input(plan.value("object"), 0))
    region = plan.region(exits=2, width=1)
    region.width = region.exits = 0
    assert region(5) == (0, 5)


def test_boot() -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError

    def stop(*_: Any) -> None:
        raise SystemExit

    assert native.Boot(lambda *_: None)(1) is None
    assert native.Boot(lambda a: lambda b: b * 2)(4) == (None, 8)
    assert native.Boot(lambda *_: [stop])(1) is None, "another function runs here"
    with pytest.raises(RuntimeError):
        native.Boot(lambda: fail)()
    with pytest.raises(SystemExit):
        native.Boot(stop)()
    reports = []
    old, sys.unraisablehook = sys.unraisablehook, lambda report: reports.append(report.exc_type)
    try:
        for callback in (fail, lambda: 5, lambda: (1,)):
            boot = native.Boot(callback)
            assert boot() is None
            assert not boot.enabled
            assert boot() is None
    finally:
        sys.unraisablehook = old
    assert reports == [RuntimeError, TypeError, TypeError]


# Life


def test_cycles_are_collected() -> None:
    space: dict[str, Any] = {"a": ones()}
    region = relying(space, "a")
    space["region"] = region
    region.on_miss = lambda *_, region=region: None
    boots: list[Any] = []
    boot = native.Boot(lambda boots=boots: boots)
    boots.append(boot)
    gone = [weakref.ref(region), weakref.ref(boot)]
    assert region() is not None
    del region, boot, boots, space
    gc.collect()
    assert [g() for g in gone] == [None, None]


def test_threads() -> None:
    """Entries come and go while four threads run them, with the GIL released."""
    native.configure(gil_work=0)
    region, a = elementwise("add").region(), ones(2000)
    wrong: list[Any] = []

    def work() -> None:
        for i in range(300):
            got = region(a, a[::-1] if i % 2 else a)
            if got is not None and (got != 2).any():
                wrong.append(got)

    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for t in threads:
            t.start()
        for _ in range(50):
            region.clear()
            elementwise("add").add(region)
        for t in threads:
            t.join()
    finally:
        native.configure(gil_work=200000)
    assert not wrong
    assert region.hits > 0


def test_configure_and_attach_check_their_arguments() -> None:
    with pytest.raises(ValueError, match="belong together"):
        native.configure(errdefault=1)
    with pytest.raises(TypeError):
        native.configure(errvar=1, errdefault=1, errraise=1)
    with pytest.raises(ValueError, match="no address"):
        native.attach(0)
    stale = ctypes.create_string_buffer(b"\x63" + bytes(63))
    with pytest.raises(ImportError, match="border version"):
        native.attach(ctypes.addressof(stale))


def test_import_starts_no_thread() -> None:
    code = "import threading, slipstream._native, os; print(len(os.listdir('/proc/self/task')))"
    code = "import numpy, os; n = len(os.listdir('/proc/self/task'))\nimport slipstream._native\n"
    code += "assert len(os.listdir('/proc/self/task')) == n"
    if os.path.isdir("/proc/self/task"):
        subprocess.run([sys.executable, "-c", code], check=True)


def test_timing(capsys: pytest.CaptureFixture[str]) -> None:
    """Printed, never asserted."""
    import timeit

    region = elementwise("muladd").region()
    a, b, c = (np.random.default_rng(i).normal(size=8) for i in range(3))
    ours = min(timeit.repeat(lambda: region(a, b, c), number=2000, repeat=30)) / 2000
    numpy = min(timeit.repeat(lambda: a * b + c, number=2000, repeat=30)) / 2000
    with capsys.disabled():
        print(f"\na*b+c, 8 doubles: region {ours * 1e9:.0f} ns, NumPy {numpy * 1e9:.0f} ns")
