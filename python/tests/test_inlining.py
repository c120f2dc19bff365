"""Calls of plain Python functions that are interpreted in place."""

from __future__ import annotations

import functools
import sys
import traceback
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.run import hits
from slipstream import _native, jit

SOURCE = """
import functools
import numpy as np
gain = 2.0

def helper(v, k=2.0, *, m=1.0):
    u = v * v + k
    return np.sqrt(u) * m * gain

def positional(v, w, /, *more):
    return v * w + more[0] - len(more)

less = lambda q, by=1.0: q - by

def nested(v):
    return helper(less(v), m=3.0)

def maker(shift):
    def shifted(v):
        return v - shift
    def move(by):
        nonlocal shift
        shift = by
    return shifted, move

shifted, move = maker(0.5)

def wrapped(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper

@wrapped
def passed(v, by=1.0, *, to=0.0):
    return v * by + to

def collected(v, *rest, **options):
    if "by" in options and options["by"] is not None:
        return passed(v, *rest, **options)
    return v

tools = type(np)("tools")
exec("base = 1.0\\ndef added(v):\\n    return v + base", vars(tools))

def f(x):
    y = helper(x, m=3.0) + less(x) + shifted(x) - passed(*(x, 3.0), to=2) + collected(x, by=2.0, to=1)
    return nested(y) * tools.added(x) - positional(x, y, 4, 5)
"""


def space() -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "inlined"}
    exec(compile(SOURCE, "<inlined>", "exec"), names)
    names["plain"], names["f"] = names["f"], jit(names["f"])
    return names


def agree(names: dict[str, Any], calls: int = 3) -> int:
    """Compare results; how many calls ran natively."""
    x, before = np.arange(5.0), hits(names["f"])
    for _ in range(calls):
        assert names["f"](x).tobytes() == names["plain"](x).tobytes()
    return int(hits(names["f"]) - before)


def test_calls_run_natively_as_a_whole() -> None:
    names = space()
    agree(names)
    stats = names["f"].stats()
    assert stats.native == stats.calls
    assert "name helper.__code__" in str(names["f"].explain(np.arange(5.0)))


CHANGES = [
    "gain = 5",
    "gain = np.float32(5)",
    "helper.__defaults__ = (0.25,)",
    "helper.__defaults__ = (0.25, 1.0)",
    "helper.__kwdefaults__['m'] = 9.0",
    "helper.__kwdefaults__ = {'m': 8}",
    "helper.__code__ = (lambda v, k, *, m: v - k * m).__code__",
    "helper = lambda v, m: v * m",
    "less.__defaults__ = (2,)",
    "less = np.negative",
    "move(3)",
    "move(np.float32(1))",
    "tools.base = 4.0",
    "passed.__closure__[0].cell_contents = lambda v, by=1, **rest: v - by - len(rest)",
    "passed.__wrapped__ = np.sqrt",
    "collected.__code__ = (lambda v, *rest, **options: v * len(options)).__code__",
    "tools.added = np.sqrt",
    "np = type(np)('other'); np.sqrt = lambda x: x + 1",
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_call_relies_on_may_change(change: str) -> None:
    names = space()
    agree(names)
    exec(change, names)
    assert agree(names) > 0


@pytest.mark.parametrize("change", ["helper.__defaults__ = None", "helper.__kwdefaults__ = None", "del gain"])
def test_a_change_that_makes_the_call_fail(change: str) -> None:
    names = space()
    agree(names)
    if "kwdefaults" in change:
        exec("def f(x):\n    return helper(x) * x", names)
        names["plain"], names["f"] = names["f"], jit(names["f"])
        agree(names)
    if "__defaults__" in change:
        names["helper"].__defaults__ = None
    exec(change, names)
    for _ in range(2):
        texts = [outcome(names[n], np.arange(5.0)) for n in ("f", "plain")]
        assert texts[0] == texts[1]
        assert "Error" in texts[0]


def outcome(f: Callable[..., Any], *args: Any) -> str:
    """The result, or the exception with the lines of its traceback."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            text = repr(f(*args))
        except Exception as e:
            frames = traceback.extract_tb(e.__traceback__)[1:]
            text = f"{type(e).__name__}: {e} {[(x.name, x.lineno) for x in frames]}"
    return text + str([(str(w.message), w.lineno) for w in caught])


def ratio(a, b):
    c = a + 1.0
    return c / b


def test_warnings_and_errors_name_the_line_inside() -> None:
    def f(x, y):
        z = x * 2.0
        return z - ratio(x, y)

    fast, x = jit(f), np.arange(3.0)
    assert outcome(fast, x, x + 1) == outcome(f, x, x + 1)
    for y in (x, np.zeros(3), np.ones(2), np.ones(3)):
        assert outcome(fast, x, y) == outcome(f, x, y)
    assert hits(fast) > 0


def stores(v, w):
    w[:] = v * 2.0
    return w


def stores_first(v, w):
    w[:] = v * 2.0
    return w + v


def prints(v):
    print(v.shape)
    return v * 2.0


@pytest.mark.parametrize(("helper", "native"), [(stores, True), (stores_first, False)])
def test_a_store_comes_last_or_in_python(helper: Any, native: bool) -> None:
    def f(x, w):
        y = x * x + x
        z = helper(y, w)
        return z - y

    fast = jit(f)
    for _ in range(4):
        x, w, v = np.arange(4.0), np.ones(4), np.ones(4)
        assert fast(x, w).tobytes() == f(x, v).tobytes()
        assert w.tobytes() == v.tobytes()
    stats = fast.stats()
    assert (stats.native == 4) == native


def test_other_effects_happen_once(capsys: pytest.CaptureFixture[str]) -> None:
    def f(x):
        y = x * x + x
        return prints(y) - y

    fast = jit(f)
    for _ in range(3):
        fast(np.arange(4.0))
    assert capsys.readouterr().out == "(4,)\n" * 3


def again(v, n):
    return v if n == 0 else again(v * 2.0, n - 1)


def deeper1(v):
    return deeper2(v) + 1


def deeper2(v):
    return deeper3(v) + 1


def deeper3(v):
    return deeper4(v) + 1


def deeper4(v):
    return deep1(v) + 1


def deep1(v):
    return deep2(v) + 1


def deep2(v):
    return deep3(v) + 1


def deep3(v):
    return deep4(v) + 1


def deep4(v):
    return deep5(v) + 1


def deep5(v):
    return v + 1


def collects(v, **more):
    return v * len(more)


def generates(v):
    yield v


def imports(v):
    import numpy.linalg

    return numpy.sqrt(v)


def itself(x):
    y = np.sqrt(x * x + 1.0)
    return y if x.ndim else itself(y)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("again(y, 3)", 1310),
        ("deeper1(y)", 1310),
        ("long(y)", 1310),
        ("collects(y, v=y)", 1309),
        ("deep5(y, w=1)", 1309),
        ("deep5(y, 1)", 1309),
        ("deep5()", 1309),
        ("np.apply_along_axis(deep5, 0, y)", 1301),
        ("np.round(y, deep5)", 1309),
        ("list(generates(y))[0]", 1004),
        ("imports(y)", 1104),
    ],
)
def test_what_is_not_inlined_has_a_reason(call: str, code: int) -> None:
    names: dict[str, Any] = {**globals(), "__name__": "refused"}
    body = "\n".join("    v = v + 1" for _ in range(600))
    exec(f"def long(v):\n{body}\n    return v\ndef f(x):\n    y = x * x + 1.0\n    return {call}", names)
    fast, x = jit(names["f"]), np.arange(3.0)
    for _ in range(2):
        assert outcome(fast, x) == outcome(names["f"], x)
    assert code in [r["reason"] for r in fast._slipstream.refusals]


def test_decorated_functions_are_seen_through() -> None:
    @jit
    def inner(v, k=1.0):
        return np.sqrt(v * v + k)

    def f(x):
        return inner(x) * 2.0 - inner(x, 3.0)

    fast, x = jit(f), np.arange(4.0)
    for n in range(4):
        assert fast(x).tobytes() == f(x).tobytes()
        assert inner(x).tobytes() == inner.__wrapped__(x).tobytes()
        if n == 1:
            inner.__defaults__ = (2.0,)
            inner.__wrapped__.__defaults__ = (2.0,)
    assert hits(fast) > 0
    inner.__code__ = (lambda v, k: v - k).__code__
    assert fast(x).tobytes() == f(x).tobytes()


def test_wrappers_that_hand_on_their_arguments() -> None:
    def traced(g):
        @functools.wraps(g)
        def call(v):
            return g(v)

        return call

    helper = traced(lambda v: v * 2.0 + 1.0)

    def f(x):
        return np.sqrt(helper(x))

    fast, x = jit(f), np.arange(4.0)
    for _ in range(3):
        assert fast(x).tobytes() == f(x).tobytes()
    assert fast.stats().native == 3


def test_the_recursion_limit_is_met_where_it_is() -> None:
    def call(g: Any, depth: int) -> str:
        if depth:
            return call(g, depth - 1)
        try:
            return repr(g(np.arange(3.0)))
        except RecursionError:
            return "too deep"

    def f(x):
        return deep3(x * 2.0)

    fast = jit(f)
    fast(np.arange(3.0))
    fast(np.arange(3.0))
    used = len(traceback.extract_stack())
    for depth in range(sys.getrecursionlimit() - used - 12, sys.getrecursionlimit() - used - 2):
        try:
            wanted = call(f, depth)
        except RecursionError:
            wanted = "far too deep"
        try:
            found = call(fast, depth)
        except RecursionError:
            found = "far too deep"
        assert wanted == found
    assert fast._slipstream.regions[0].reasons()[_native.REASONS.index("depth")] > 0


def test_tracers_see_the_calls() -> None:
    def f(x):
        return deep4(x * 2.0)

    fast, seen = jit(f), []
    x = np.arange(3.0)
    fast(x)

    def note(frame: types.FrameType, event: str, _arg: object) -> None:
        if event == "call":
            seen.append(frame.f_code.co_name)

    sys.setprofile(note)
    try:
        fast(x)
    finally:
        sys.setprofile(None)
    assert seen == ["f", "deep4", "deep5"]
