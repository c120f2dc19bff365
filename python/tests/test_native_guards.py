"""Guards, facts, hooks and life of regions."""

from __future__ import annotations

import contextvars
import ctypes
import gc
import multiprocessing
import os
import subprocess
import sys
import threading
import types
import weakref
from typing import Any

import numpy as np
import pytest
from test_native_support import F8, I8, REASON, C, Plan, elementwise, kernels, native, same


def ones(n: int = 4) -> np.ndarray:
    return np.ones(n)


# Inputs


class Sub(np.ndarray):
    pass


def misaligned() -> np.ndarray:
    return np.frombuffer(bytearray(33), dtype="f8", offset=1)


OTHERS: dict[str, Any] = {
    "float32": np.ones(4, "f4"),
    "int64": np.ones(4, "i8"),
    "rank 2": np.ones((4, 1)),
    "rank 0": np.array(1.0),
    "subclass": np.ones(4).view(Sub),
    "big endian": np.ones(4, ">f8"),
    "metadata": np.ones(4, np.dtype("f8", metadata={"a": 1})),
    "misaligned": misaligned(),
    "list": [1.0] * 4,
    "float": 1.0,
    "None": None,
}


@pytest.mark.parametrize("name", OTHERS)
def test_array_guards(name: str) -> None:
    region = elementwise("add").region()
    assert region(ones(), OTHERS[name]) is None
    assert region(OTHERS[name], ones()) is None
    assert (region.misses, region.hits, region.last_reason) == (2, 0, REASON["guard"])
    assert region.reasons() == {REASON["guard"]: 2}
    assert region.entries()[0]["misses"] == 2


@pytest.mark.parametrize(
    ("kind", "type", "good", "bad"),
    [
        ("npscalar", F8, np.float64(1), [1.0, np.float32(1), np.array(1.0), None]),
        ("npscalar", I8, np.int64(1), [1, np.longlong(1), np.int32(1), True]),
        ("pyfloat", F8, 1.0, [np.float64(1), 1, type("Float", (float,), {})(1)]),
        ("pyint", I8, 1, [True, 1.0, 2**63, -(2**63) - 1, type("Int", (int,), {})(1), np.int64(1)]),
        ("pybool", C["BOOL"], True, [1, np.True_, None]),
    ],
)
def test_scalar_guards(kind: str, type: int, good: Any, bad: list[Any]) -> None:
    plan = Plan(1, direct=True)
    plan.leave(plan.input(plan.value(kind, type), 0))
    region = plan.region()
    assert region(good) is good
    for other in bad:
        assert region(other) is None


def test_number_of_arguments_and_keywords() -> None:
    region = elementwise("add").region()
    assert region(ones()) is None
    assert region(ones(), ones(), ones()) is None
    with pytest.raises(TypeError):
        region(ones(), b=ones())


NAN, OTHER_NAN = float("nan"), -float("nan")


@pytest.mark.parametrize(
    ("expected", "equal", "different"),
    [
        (3, [3, int("3")], [4, 3.0, True]),
        (10**30, [10**30], [10**30 + 1]),
        (0.0, [0.0, float("0")], [-0.0, 0, NAN]),
        (NAN, [NAN, float("nan")], [1.0, OTHER_NAN]),
        ("some text", ["some text", "".join(["some", " text"])], ["other", b"some text"]),
        (None, [None], [0, False]),
        (True, [True], [1, False]),
        (np.sin, [np.sin], [np.cos]),
    ],
)
def test_values_that_are_guards(expected: Any, equal: list[Any], different: list[Any]) -> None:
    plan = Plan(1)
    plan.input(-1, 0, equal=plan.object(expected))
    plan.leave()
    region = plan.region()
    assert all(region(v) is True for v in equal)
    assert all(region(v) is None for v in different)


def test_cells() -> None:
    plan = Plan(1, direct=True)
    a, out = plan.input(plan.array(), 0, "cell"), plan.array()
    plan.apply("twice", a, out)
    plan.leave(out)
    region, cell = plan.region(), types.CellType(ones())
    same(region(cell), ones() * 2)
    cell.cell_contents = 3
    assert region(cell) is None
    del cell.cell_contents
    assert region(cell) is None
    assert region(ones()) is None


def test_constants() -> None:
    plan = Plan(0, direct=True)
    held = ones()
    a, out = plan.input(plan.array(), plan.object(held), "const"), plan.array()
    plan.apply("twice", a, out)
    plan.leave(out)
    same(plan.region()(), held * 2)


# Facts


def relying(space: dict, key: str, fallback: dict | None = None) -> Any:
    plan = Plan(0, direct=True)
    fact = plan.fact(space, key, fallback=fallback)
    a, out = plan.input(plan.array(), fact, "fact"), plan.array()
    plan.apply("twice", a, out)
    plan.leave(out)
    return plan.region()


def test_rebinding_is_seen() -> None:
    space = {"a": ones(), "other": 1}
    region = relying(space, "a")
    same(region(), ones() * 2)
    space["other"] = 2
    space["new"] = 3
    same(region(), ones() * 2)
    space["a"] = ones() * 5
    same(region(), ones() * 10)
    space["".join(["", "a"])] = ones() * 6
    same(region(), ones() * 12)
    space["a"] = "text"
    assert region() is None
    del space["a"]
    assert region() is None
    space.update(a=ones() * 7)
    same(region(), ones() * 14)
    space.clear()
    assert region() is None
    space |= {"a": ones()}
    same(region(), ones() * 2)


def test_values_of_names_are_not_kept_alive() -> None:
    space = {"a": ones().view()}
    region = relying(space, "a")
    gone = weakref.ref(space["a"])
    assert region() is not None
    space["a"] = ones()
    assert gone() is None
    assert region() is not None


def test_expected_objects_and_fallback() -> None:
    space: dict[str, Any] = {}
    builtins = {"abs": abs}
    plan = Plan(0)
    plan.fact(space, "abs", expect=abs, fallback=builtins)
    plan.leave()
    region = plan.region()
    assert region() is True
    space["abs"] = len
    assert region() is None
    space["abs"] = abs
    assert region() is True
    del space["abs"]
    assert region() is True
    builtins["abs"] = len
    assert region() is None


def test_a_global_of_a_module() -> None:
    module = types.ModuleType("somewhere")
    module.np = np
    plan = Plan(0)
    plan.fact(vars(module), "np", expect=np)
    plan.leave()
    region = plan.region()
    assert region() is True
    module.np = sys
    assert region() is None
    exec("import numpy as np", vars(module))
    assert region() is True


def test_facts_end_with_their_entries() -> None:
    space = {"a": ones()}
    for _ in range(50):
        region = relying(space, "a")
        assert region() is not None
        region.clear()
        space["a"] = ones()
    regions = [relying(space, "a") for _ in range(10)]
    del regions[::2]
    gc.collect()
    space["a"] = ones() * 2
    assert all(r()[0] == 4 for r in regions)


def test_a_name_rebound_during_the_run() -> None:
    space = {"a": ones()}
    plan = Plan(0)
    a = plan.input(plan.array(), plan.fact(space, "a"), "fact")
    done, out = plan.value("object"), plan.array()
    plan.task("call", [], done, callee=plan.object(space.clear))
    plan.apply("twice", a, out)
    plan.leave(out, a)
    region = plan.region()
    assert region()[0].tolist() == [2] * 4
    assert region() is None


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
    assert native.Boot(lambda a, b: (a + b,))(1, 2) == (3,)
    assert native.Boot(lambda a: lambda b: b * 2)(4) == (8,)
    with pytest.raises(RuntimeError):
        native.Boot(lambda: fail)()
    with pytest.raises(SystemExit):
        native.Boot(stop)()
    reports = []
    old, sys.unraisablehook = sys.unraisablehook, lambda report: reports.append(report.exc_type)
    try:
        for callback in (fail, lambda: 5, lambda: (1, 2)):
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
