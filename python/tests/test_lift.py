"""Loops at the top level: run as functions they leave the same names, texts and errors behind."""

from __future__ import annotations

import _thread
import ast
import contextlib
import io
import itertools
import signal
import threading
import traceback
import types
from typing import Any

import numpy as np
import pytest
from slipstream import _lift, _rewrite

START = """
import math, time
import numpy as np
rng = np.random.default_rng(1)
x = rng.random(400)
points = rng.random((300, 2))
u = np.zeros(64)
u[20:30] = 1.0
s, n, words = 0.0, 300, ["a", "bc"]
"""

#: Loops that are run as functions.
TAKEN = {
    "numbers": "for i in range(n):\n    if x[i] > 0.5:\n        s += x[i]\n        k = i * 2",
    "points": "for p, q in points:\n    if p * p + q * q < 1.0:\n        s += 1",
    "array": "for v in x:\n    s = s * 0.5 + v",
    "rows": "for row in points:\n    s = s + row.sum()\n    last = row",
    "steps": "for k in range(99):\n    v = u.copy()\n    u[1:-1] = v[1:-1] + 0.1 * (v[2:] - 2 * v[1:-1])",
    "printed": "for k in range(50):\n    u = u * 0.9\n    if k % 10 == 0:\n        print(f'{k} {u[25]:.3f}')",
    "while": "t = 100.0\nwhile t > 1e-3:\n    t = t * 0.99\n    s += t",
    "while with else": "t = 9\nwhile t > 0:\n    t -= 1\n    s += t\nelse:\n    s = -s",
    "while true": "t = 0\nwhile True:\n    t += 1\n    if t > 90:\n        break\n    s += x[t]",
    "broken off": "for i in range(n):\n    s += x[i]\n    if s > 20:\n        break",
    "at once": "for i in range(n):\n    break",
    "continue": "for i in range(n):\n    if i % 3:\n        continue\n    s += i\n    odd = i",
    "empty": "for i in range(0):\n    s += 1",
    "empty list": "for i in []:\n    s += 1",
    "one": "for i in (7,):\n    s += i",
    "backwards": "for i in range(n - 1, 0, -3):\n    s += x[i]",
    "nested": "for i in range(20):\n    for j in range(i):\n        s += x[i] * x[j]\n        m = j",
    "enumerate": "for i, v in enumerate(x):\n    s += i * v",
    "zip": "for v, w in zip(x, x[1:]):\n    s += v * w",
    "list": "found = []\nfor i in range(n):\n    found.append(x[i] * 2)",
    "list that grows": "todo = [1]\nfor t in todo:\n    if t < 60:\n        todo.append(t + 1)",
    "texts": "for w in words:\n    t = w.upper()",
    "dict": "d = {'a': 1.0, 'b': 2.0}\nfor k in d:\n    s += d[k]\n    d[k] = x * s",
    "helper": "def f(a):\n    return a * n + math.sin(s2)\ns2 = 1.0\nfor i in range(n):\n    s += f(x[i])",
    "helper of arrays": "def f(a, k=2.0):\n    return np.sqrt(a * a + k)\nfor i in range(30):\n    u = f(u)",
    "random": "for i in range(n):\n    s += rng.normal()",
    "augmented": "for i in range(30):\n    u += x[:64] * i\n    u[3] -= 1",
    "types change": "t = 1\nfor i in range(40):\n    t = t * 1.5 if i > 20 else t + i",
    "to arrays": "t = 1.0\nfor i in range(40):\n    t = t + (u if i == 30 else 1.0)",
    "slices of it": "for row in points[::2, 1]:\n    s += row",
    "integers": "c = np.zeros(8, dtype=int)\nfor v in (x * 8).astype(int):\n    c[v] += 1",
    "large": "t = 1\nfor i in range(90):\n    t = t * 3",
    "shadowed": "i = 'before'\nfor i in range(3):\n    pass",
    "time": "for i in range(9):\n    later = time.perf_counter() > 0",
    "error": "for i in range(500):\n    s += x[\n        i]\n    k = i",
    "error later": "for i in range(90):\n    w = i\n    s += 1 // (80 - i)",
    "error in a helper": "def f(a):\n    return x[a]\nfor i in range(500):\n    s += f(i)",
    "error of NumPy": "for i in range(90):\n    u = u[:-1] + 1.0\n    v = u @ u[:64 - i - 2]",
    "not iterable": "for i in 5:\n    s += 1",
    "bad range": "for i in range('a'):\n    s += 1",
    "bad target": "for i, j in range(3):\n    s += 1",
    "warning": "for i in range(50):\n    v = u / (i - 30)",
    "error of the condition": "t = 40\nwhile x[t * 10] > -1:\n    t -= 1\n    s += t",
}

#: Loops that stay what they are, and why.
LEFT = {
    "function": ("for i in range(3):\n    def f():\n        return i", "FunctionDef"),
    "lambda": ("fs = []\nfor i in range(3):\n    fs.append(lambda: i)", "Lambda"),
    "comprehension": ("for i in range(3):\n    t = [i for i in x]", "ListComp"),
    "try": ("for i in range(3):\n    try:\n        s += 1\n    except E:\n        pass", "Try"),
    "with": ("for i in range(3):\n    with np.errstate(all='ignore'):\n        s += 1", "With"),
    "del": ("for i in range(3):\n    t = 1\n    del t", "Delete"),
    "import": ("for i in range(3):\n    import math", "Import"),
    "annotation": ("for i in range(3):\n    t: int = 1", "AnnAssign"),
    "attribute": ("for i in range(3):\n    u.shape = (8, 8)", "attribute is set"),
    "else": ("for i in range(3):\n    s += 1\nelse:\n    s = 2", "else"),
    "looks": ("def f():\n    return s\nfor i in range(3):\n    s += f()", "reads 's'"),
    "looks deeper": (
        "def g():\n    return s\ndef f():\n    return g()\nfor i in range(3):\n    s += f()",
        "reads 's'",
    ),
    "sets": ("def f():\n    global s\n    s = 1\nfor i in range(3):\n    s += i\n    f()", "STORE_GLOBAL"),
    "globals": ("for i in range(3):\n    t = globals()['i']", "globals"),
    "eval": ("for i in range(3):\n    t = eval('i')", "eval"),
    "vectorize": ("f = np.vectorize(lambda a: a + s)\nfor i in range(3):\n    s += f(1)", "vectorize"),
    "object": (
        "class A:\n    def __add__(self, o): return s\na = A()\nfor i in range(3):\n    s = a + 1",
        "A",
    ),
    "items": ("class A: pass\nt = [A()]\nfor i in t:\n    s += 1", "A"),
    "objects in an array": ("o = np.array([None, words], dtype=object)\nfor i in o:\n    s += 1", "ndarray"),
    "subclass": ("class B(np.ndarray): pass\nb = u.view(B)\nfor i in b:\n    s += i", "B"),
    "finaliser": ("class F:\n    def __del__(self): print(i)\nfor i in range(3):\n    s += 1", "freed"),
    "bound method": ("add = words.append\nfor i in range(3):\n    add('x')", "add"),
    "method of a class": (
        "class C:\n    @staticmethod\n    def f(): return s\nfor i in range(3):\n    s += C.f()",
        "C",
    ),
    "wrong builtin": ("def len(a): return s\nfor i in range(3):\n    s += len(u)", "reads 's'"),
    "builtin as a name": ("range = [1, 2].__iter__\nfor i in range():\n    s += i", "another meaning"),
    "unbound": ("for i in range(3):\n    s += nothing", "no value"),
    "bound too late": ("for i in range(3):\n    s += later\n    later = 1", "no value"),
    "maybe bound": ("for i in range(3):\n    if i == 1:\n        t = 2\n    s += t", "no value"),
    "resize": ("for i in range(3):\n    u.resize(5)", "resize"),
    "dunder": ("for i in range(3):\n    t = u.__class__", "__class__"),
    "patched NumPy": ("np.ours = lambda a: s\nfor i in range(3):\n    s += np.ours(u)", "reads 's'"),
    "seen on errors": ("np.seterrcall(lambda *a: print(s))\nfor i in range(3):\n    s += 1", "on errors"),
    "weak reference": (
        "import weakref\nr = weakref.ref(u, lambda _: print(s))\nfor i in range(3):\n    u = u * s",
        "elsewhere",
    ),
    "own names": ("g = globals()\nfor i in range(3):\n    t = g['i']", "elsewhere"),
    "open file": (
        "import io\nf = io.TextIOWrapper(io.BytesIO())\nfor i in range(3):\n    print(i, file=f)",
        "'f'",
    ),
}


def outcome(parts: list[Any], names: dict[str, Any]) -> tuple[str, str]:
    """What code prints, and what it raises."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            for part in parts:
                exec(part() if callable(part) else part, names)
        except Exception as error:
            tail = error.__traceback__.tb_next if error.__traceback__ else None
            lines = [(t.f_lineno, t.f_code.co_name) for t, _ in traceback.walk_tb(tail)]
            return printed.getvalue(), f"{lines}" + "".join(
                traceback.format_exception(type(error), error, tail)
            )
    return printed.getvalue(), ""


def plainly(text: str) -> tuple[Any, dict[str, Any]]:
    names: dict[str, Any] = {"__name__": "program"}
    return outcome([compile(text, "program.py", "exec")], names), names


def lifted(text: str) -> tuple[Any, dict[str, Any], list[_lift.Loop]]:
    """The outcome with loops as functions."""
    names: dict[str, Any] = {"__name__": "program"}
    threads = frozenset(t.ident for t in threading.enumerate())
    parts = _rewrite.parts(text.encode(), "program.py", lambda f: f)
    loops = [p for p in parts if isinstance(p, _lift.Loop)]
    late = [(lambda p=p: p.instead(names, threads)) if isinstance(p, _lift.Loop) else p for p in parts]
    return outcome(late, names), names, loops


def seen(names: dict[str, Any]) -> list[tuple[str, Any]]:
    """The names of a module in their order, with what tells values apart."""
    return [(k, value(v)) for k, v in names.items() if k not in ("__builtins__", "__warningregistry__")]


def value(v: Any) -> Any:
    if isinstance(v, types.FunctionType | types.ModuleType | type):
        return type(v)
    if isinstance(v, np.ndarray | np.generic):
        return type(v), v.dtype, v.shape, v.tobytes() if v.dtype != object else repr(v), np.asarray(v).strides
    if isinstance(v, list | tuple):
        return type(v), [value(i) for i in v]
    if isinstance(v, np.random.Generator):
        return repr(v.bit_generator.state)
    return type(v), repr(v) if type(v).__repr__ is not object.__repr__ else ""


@pytest.fixture(params=[0, 3])
def _patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many parts of a loop run in Python before the rest is compiled."""
    monkeypatch.setattr(_lift, "_clock", itertools.count().__next__)
    monkeypatch.setattr(_lift, "_PATIENCE", request.param)


@pytest.mark.usefixtures("_patience")
@pytest.mark.parametrize("name", TAKEN)
def test_the_same_is_left_behind(name: str) -> None:
    text = START + TAKEN[name]
    expected, names = plainly(text)
    found, own, loops = lifted(text)
    assert [loop.why for loop in loops] == [""]
    assert found == expected
    assert seen(own) == seen(names)


@pytest.mark.usefixtures("_patience")
@pytest.mark.parametrize("name", LEFT)
def test_what_is_left_alone(name: str) -> None:
    text, why = LEFT[name]
    text = START + text
    expected, names = plainly(text)
    np.seterrcall(None)
    found, own, loops = lifted(text)
    np.seterrcall(None)
    vars(np).pop("ours", None)
    loop = next(n for n in ast.parse(text).body if isinstance(n, ast.For))
    whys = [loop.why for loop in loops] or [_lift.Loop(loop, "", 0).why]
    assert why in whys[0]
    assert found == expected
    assert [k for k, _ in seen(own)] == [k for k, _ in seen(names)]


@pytest.mark.usefixtures("_patience")
@pytest.mark.parametrize(
    "text", ["while True:\n    t += 1\n    k = t * 2", "while True:\n    t += 1\n    k = u * t"]
)
def test_an_interrupt_leaves_the_names_behind(text: str) -> None:
    names: dict[str, Any] = {"t": 0, "u": np.ones(3)}
    (loop,) = (
        p for p in _rewrite.parts(text.encode(), "program.py", lambda f: f) if isinstance(p, _lift.Loop)
    )
    code = loop.instead(names, frozenset(t.ident for t in threading.enumerate()))
    assert loop.why == ""
    # A process in the background may have been told to ignore interrupts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(0.3, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt) as caught:
        exec(code, names)
    signal.signal(signal.SIGINT, before)
    assert caught.traceback[1].frame.code.raw.co_filename == "program.py"
    assert names["t"] > 0
    assert np.max(names["k"]) in [names["t"] * f - d for f in (1, 2) for d in (0, f)]


def test_other_threads_keep_loops_as_they_are() -> None:
    parts = _rewrite.parts(b"for i in range(3):\n    s = i", "program.py", lambda f: f)
    loop = next(p for p in parts if isinstance(p, _lift.Loop))
    assert loop.instead({}, frozenset()) is loop.code
    assert loop.why == "other threads run"


def test_loops_over_numbers_run_natively(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_lift, "_PATIENCE", 0)
    for name in ("numbers", "while", "array"):
        _lift.ran.clear()
        lifted(START + TAKEN[name])
        assert sum(e.hits for f in _lift.ran for e in f.entries()) > 0, name
