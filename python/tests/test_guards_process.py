"""Threads, forks, signals, tracing, reference counts, the control word."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from differential.run import hits
from slipstream import jit

CALLS = 10_000


def whole(a: Any, b: Any) -> Any:
    x = a * b + 1.5
    return np.sqrt(x), x.sum(), a.T, b.shape


def broken(a: Any, b: Any) -> Any:
    x = a + b
    seen.append(1)
    y = x * 2 - a
    seen.clear()
    return y[1:], x


def stores(a: Any, b: Any) -> Any:
    a += b
    a[1:] = b[:-1]
    return a


def branches(a: Any, b: Any) -> Any:
    if (a * b).sum() > 1:
        c = a + 1 if b.ndim else b
        c = c - b
    else:
        c = b * 2
    d = c * a if a.ndim and b.ndim else c
    return d * 2


def warns(a: Any, b: Any) -> Any:
    return a / (b * 0)


def raises(a: Any, b: Any) -> Any:
    x = a + b
    return x[:2] + x[:3]


def misses(a: Any, b: Any) -> Any:
    return a.astype(object) + b


seen: list[int] = []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("f", [whole, broken, stores, warns, raises, misses])
def test_reference_counts(f: Callable[..., Any]) -> None:
    fast = jit(f)
    a, b = np.arange(4.0), np.ones(4)
    calls = CALLS if f is not warns else CALLS // 10

    def call() -> None:
        with contextlib.suppress(ValueError):
            fast(a, b)

    for _ in range(5):
        call()
    watched = [a, b, a.dtype, np.float64, np.add, np.sqrt, None, True, (), f.__code__, np]
    gc.collect()
    blocks, before = sys.getallocatedblocks(), [sys.getrefcount(o) for o in watched]
    for _ in range(calls):
        call()
    gc.collect()
    after = [sys.getrefcount(o) for o in watched]
    drift = {
        repr(o)[:30]: y - x
        for o, x, y in zip(watched, before, after, strict=True)
        if abs(y - x) > calls // 100
    }
    assert not drift
    assert sys.getallocatedblocks() - blocks < calls // 10


def test_results_and_arguments_die_as_in_eager_runs() -> None:
    fast = jit(whole)
    for _ in range(4):
        a, b = np.arange(4.0), np.ones(4)
        result = fast(a, b)
        watch = [weakref.ref(a), weakref.ref(b), weakref.ref(result[0])]
        del a, b, result
        assert [w() for w in watch] == [None] * 3


def test_the_function_dies() -> None:
    def f(a: Any) -> Any:
        return a * 2 + 1

    fast = jit(f)
    for _ in range(3):
        fast(np.ones(3))
    watch = weakref.ref(fast)
    del fast, f
    gc.collect()
    assert watch() is None


def test_threads() -> None:
    fast = jit(whole)
    shapes: list[Any] = [(5,), (3, 4), (2000,), (1,), (0,), (7,), (40, 50), (33,)]
    wrong: list[object] = []

    def work(shape: Any) -> None:
        a, b = np.full(shape, 2.0), np.full(shape, 3.0)
        expected = whole(a, b)
        for _ in range(300):
            result = fast(a, b)
            if not np.array_equal(result[0], expected[0]) or result[1] != expected[1]:
                wrong.append(shape)

    threads = [threading.Thread(target=work, args=(s,)) for s in shapes]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    assert not wrong
    assert not any(t.is_alive() for t in threads)
    assert hits(fast) > 0
    assert not fast._slipstream.bug


def test_threads_that_change_a_global() -> None:
    space: dict[str, Any] = {"np": np, "factor": 2.0}
    exec("def f(a):\n    return a * factor, factor\n", space)
    fast, stop = jit(space["f"]), threading.Event()

    def flip() -> None:
        while not stop.is_set():
            for value in (2.0, 3, np.float32(4)):
                space["factor"] = value

    other = threading.Thread(target=flip)
    other.start()
    try:
        for _ in range(2000):
            product, _factor = fast(np.ones(3))
            assert product[0] in (2, 3, 4)
    finally:
        stop.set()
        other.join()


def in_child(work: Callable[[], object]) -> object:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, pickle.dumps(work()))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(data)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_fork() -> None:
    fast, late = jit(whole), jit(whole)
    a, b = np.arange(5.0), np.ones(5)
    for _ in range(3):
        fast(a, b)
    expected = [r.tobytes() for r in whole(a, b)[:2]]

    def child() -> object:
        before = hits(fast)
        results = [[r.tobytes() for r in g(a, b)[:2]] for g in (fast, late, fast, late)]
        return results, hits(fast) - before

    results, native = in_child(child)  # type: ignore[misc]
    assert results == [expected] * 4
    assert native == 0
    before = hits(fast)
    fast(a, b)
    assert hits(fast) > before


def test_signals() -> None:
    """A handler runs between calls and may change what they compute."""
    space: dict[str, Any] = {"np": np, "factor": 2.0}
    exec("def f(a):\n    return a * factor + 1\n", space)
    fast, a, ticks = jit(space["f"]), np.ones(100), []

    def tick(*_: object) -> None:
        ticks.append(1)
        space["factor"] += 1.0

    old = signal.signal(signal.SIGALRM, tick)
    signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)
    try:
        while len(ticks) < 10:
            before = space["factor"]
            result = fast(a)
            assert before * 1.0 + 1 <= result[0] <= space["factor"] + 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


# Watching the program --------------------------------------------------------


def watched_lines(f: Callable[..., Any], *args: Any) -> list[tuple[str, str, int]]:
    events: list[tuple[str, str, int]] = []

    def trace(frame: Any, event: str, arg: object) -> Any:
        watched = frame.f_code.co_name in ("whole", "broken", "stores", "branches")
        if watched and frame.f_code.co_filename == __file__:
            events.append((event, frame.f_code.co_name, frame.f_lineno))
        return trace

    sys.settrace(trace)
    try:
        f(*args)
    finally:
        sys.settrace(None)
    return events


def profiled(f: Callable[..., Any], *args: Any) -> list[tuple[str, str]]:
    events: list[tuple[str, str]] = []

    def profile(frame: Any, event: str, arg: Any) -> None:
        events.append(
            (event, getattr(arg, "__name__", "") if event.startswith("c_") else frame.f_code.co_name)
        )

    sys.setprofile(profile)
    try:
        f(*args)
    finally:
        sys.setprofile(None)
    return events


def monitored(f: Callable[..., Any], *args: Any) -> list[int]:
    lines: list[int] = []
    m = sys.monitoring  # type: ignore[attr-defined]
    m.use_tool_id(m.DEBUGGER_ID, "test")
    m.register_callback(m.DEBUGGER_ID, m.events.LINE, lambda code, line: lines.append(line))
    m.set_events(m.DEBUGGER_ID, m.events.LINE)
    try:
        f(*args)
    finally:
        m.set_events(m.DEBUGGER_ID, 0)
        m.free_tool_id(m.DEBUGGER_ID)
    return lines


WATCHERS = [watched_lines, profiled, *([monitored] if sys.version_info >= (3, 12) else [])]


@pytest.fixture
def untraced() -> Iterator[None]:
    """Whoever measures these tests' coverage gets the trace function back."""
    trace, profile = sys.gettrace(), sys.getprofile()
    yield
    sys.settrace(trace)
    sys.setprofile(profile)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("watch", WATCHERS)
@pytest.mark.parametrize("f", [whole, broken, stores, branches])
def test_same_events(f: Callable[..., Any], watch: Callable[..., Any]) -> None:
    fast = jit(f)
    make = lambda: (np.arange(4.0), np.ones(4))  # noqa: E731
    expected = watch(f, *make())
    assert len(expected) > 1
    for _ in range(4):
        fast(*make())
    assert watch(fast, *make()) == expected
    before = hits(fast)
    fast(*make())
    assert hits(fast) > before


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("watch", WATCHERS)
@pytest.mark.parametrize("f", [whole, broken, stores])
def test_same_events_when_watched_from_the_first_call(
    f: Callable[..., Any], watch: Callable[..., Any]
) -> None:
    fast = jit(f)
    make = lambda: (np.arange(4.0), np.ones(4))  # noqa: E731
    expected = watch(f, *make())
    assert [watch(fast, *make()) for _ in range(3)] == [expected] * 3


def test_floating_point_environment_is_left_alone() -> None:
    """Flags that were up stay up to NumPy; subnormals stay exact."""
    fast = jit(whole)
    tiny = np.full(5, 5e-324)
    for _ in range(4):
        fast(tiny, tiny)
    assert (tiny * 1.0)[0] == 5e-324
    with np.errstate(all="raise"):
        for _ in range(3):
            fast(np.ones(5), np.ones(5))
            assert np.add(tiny, 1.0)[0] == 1.0
