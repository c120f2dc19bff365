"""The IPython extension, in shells of a child process: what it takes, shows and leaves alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytest.importorskip("IPython")

#: Runs cells, separated by lines of dashes, with or without the extension.
SHELL = """
import sys
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config
c = Config()
c.InteractiveShell.colors = "nocolor"
c.HistoryManager.enabled = False
shell = InteractiveShell.instance(config=c)
if sys.argv[1] == "on":
    shell.run_line_magic("load_ext", "slipstream")
    shell.run_line_magic("slipstream", "on")
for cell in sys.stdin.read().split("\\n----\\n"):
    shell.run_cell(cell, store_history=True)
    sys.stdout.flush()
"""

F = "import numpy as np\nx = np.arange(6.0)\ndef f(x):\n    return np.sqrt(x * x + 1.0)"


def cells(*texts: str, state: str = "on", folder: Path | None = None) -> str:
    """What a shell prints for these cells."""
    done = subprocess.run(
        [sys.executable, "-c", SHELL, state],
        input="\n----\n".join(map(textwrap.dedent, texts)),
        env={**os.environ, "IPYTHONDIR": str(folder or Path("/nonexistent")), "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0
    return re.sub(r"0x[0-9a-f]+|(Wall time|CPU times).*", "", done.stdout)


def same(*texts: str) -> str:
    """The same, which must be what a shell without the extension prints."""
    printed = cells(*texts)
    assert printed == cells(*texts, state="off")
    return printed


def test_functions_of_cells_are_accelerated() -> None:
    assert "2 native," in cells(F, "f(x); f(x)", "%slipstream status")


def test_nothing_else_shows() -> None:
    assert same(F, "f(x)", "f", "print([n for n in dir() if 'slip' in n], f.__name__, f.__module__)")


def test_source_and_tracebacks() -> None:
    printed = same(
        "import inspect\n\n" + F + "[9]",
        "print(inspect.getsource(f), inspect.getsourcelines(f)[1])",
        "def g(a):\n    y = a * 2.0\n    return f(\n        y)",
        "g(x)",
        "%tb",
        "f??",
        "f?",
    )
    assert "IndexError" in printed


def test_a_function_is_defined_again() -> None:
    same(
        F,
        "def g(x):\n    return f(x) * 2\ng(x)",
        "def f(x):\n    return x - 1.0",
        "g(x)",
        "f = np.negative",
        "g(x)",
    )


def test_globals_change_between_calls() -> None:
    same(F, "k = 2\ndef g(x):\n    return x * k", "g(x)", "k = x", "g(x)", "del k", "g(x)", "k = 'a'", "g(2)")


def test_magics_that_run_code() -> None:
    printed = cells(
        F,
        "%timeit -n 3 -r 2 -q f(x)",
        "%%time\ndef g(a):\n    return a * 2.0 + 1.0\nprint(g(x), g(x))",
        "%%capture out\nprint(f(x))",
        "out.stdout",
        "%slipstream report",
    )
    assert re.search(r"\nf .* 7 +0 +0  -", printed)
    assert re.search(r"\ng .* 2 +0 +0  -", printed)


def test_classes_closures_and_decorators() -> None:
    same(
        F,
        """
        import dataclasses, functools, contextlib, pickle, copy
        class A:
            n = 2
            def __init__(self, n): self.n = n
            @property
            def p(self): return x * self.n
            @staticmethod
            def s(a): return a + 1
            @classmethod
            def c(cls): return cls.n
            def __repr__(self): return f"A({self.n})"
            def up(self): return super().__str__()
        A(3), A(3).p, A.s(x), A.c(), A(4).up()
        """,
        """
        @functools.lru_cache
        def cached(n): return np.ones(n) * 2
        @contextlib.contextmanager
        def scope():
            yield x * 2
        with scope() as y: print(y)
        cached(3) is cached(3), cached.cache_info(), pickle.loads(pickle.dumps(f)) is f
        """,
        "class B(A):\n    def up(self): return super().up() * 2\nB(1).up(), B(1)",
    )


def test_warnings_name_the_line() -> None:
    printed = same(
        "import warnings; warnings.simplefilter('always')",
        F,
        "def g(x):\n    y = x * 2\n    return 1 / y",
        "g(x)",
    )
    assert "divide by zero" in printed


@pytest.mark.parametrize(
    "text",
    [
        "def g(n):\n    for i in range(n): yield x * i\n[a.sum() for a in g(3)]",
        "async def g(): return x * 2\nawait g()",
        "for i in range(2):\n    def g(): return x * i\n    print(g(), hasattr(g, 'stats'))",
        "def g(x):\n    y = x * 2\n    return '{y}'.format(**locals())\ng(x), hasattr(g, 'stats')",
        "def g():\n    def inner(y): return y * 2.0\n    return inner\nhasattr(g(), 'stats')",
        "import numba as nb\n@nb.njit(cache=True)\ndef g(a): return a\nhasattr(g, 'stats')",
        "from numba import njit\ndef g(a): return a\nh = njit(g)\nhasattr(g, 'stats')",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    stand_in = (
        "import sys, types; sys.modules['numba'] = m = types.ModuleType('numba')\n"
        "m.njit = lambda f=None, **o: f or (lambda f: f)"
    )
    same(stand_in, F, text)


def test_off_lets_everything_run_in_python() -> None:
    printed = cells(
        F,
        "f(x); f(x)",
        "%slipstream off",
        "f(x); print(f(x).sum())",
        "def g(x): return x * 2.0\nprint(hasattr(g, 'stats'), f.stats().native)",
        "%slipstream on",
        "f(x); f(x); print(f.stats().native)",
    )
    assert "False 2\n" in printed
    assert printed.rstrip().endswith("4")


def test_one_cell() -> None:
    printed = cells(
        "%slipstream off",
        "%%slipstream\n" + F + "\nf(x); f(x);",
        "def g(x): return x\nprint(hasattr(f, 'stats'), hasattr(g, 'stats'))",
        "%%time\n%%slipstream\ndef h(x): return x * 2.0\nh(x);",
        "%%slipstream\n\nprint('line 3')\n1 / 0",
    )
    assert "slipstream: 1 function accelerated; calls: 2 native, 0 native in part, 0 in Python." in printed
    assert "True False" in printed
    assert "----> 4 1 / 0" in printed


def test_a_line_after_each_cell() -> None:
    assert cells(F, "%slipstream on -v", "f(x);", "f(x);").count("slipstream: 1 function") == 3


def test_unloading_and_loading_again() -> None:
    printed = cells(
        "%unload_ext slipstream",
        F + "\nprint(hasattr(f, 'stats'))",
        "%slipstream",
        "%load_ext slipstream",
        "%slipstream",
        "%reload_ext slipstream",
        "%slipstream on",
        F + "\nprint(hasattr(f, 'stats'))",
    )
    assert "False\n" in printed
    assert "Line magic function `%slipstream` not found" in printed
    assert "slipstream is off. 0 functions accelerated" in printed
    assert printed.rstrip().endswith("True")


LOOP = "for i in range(300_000):\n    if data[i] > 0.5:\n        total += data[i]\n        last = i"


def test_loops_of_cells() -> None:
    texts = (
        F,
        "data = np.random.default_rng(0).random(300_000)\ntotal = 0.0",
        LOOP,
        "total, i, last, [n for n in globals() if n in ('i', 'last', 'total')]",
        LOOP,  # the same cell again goes on
        "total",
        "def seen():\n    return total",
        LOOP + "\nseen(), total",
        "for i in range(3):\n    total = seen() + 1\ntotal",
        "for i in range(300_001):\n    total += (\n        data[i])",
        "i, total",
        "%%time\nfor i in range(5):\n    total += i",
        "%timeit -n 1 -r 1 -q for i in range(5): f(x)",
        "while total > 1:\n    total *= 0.9999\n    x = x * 0.5\ntotal, x",
        "import asyncio\nfor i in range(3):\n    await asyncio.sleep(0)\ni",
    )
    assert "index 300000 is out of bounds" in same(*texts)
    status = cells(*texts, "%slipstream status")
    assert len(re.findall(r"loop at \S+:1: accelerated", status)) == 5
    assert "in Python: seen reads 'total', which the loop sets" in status
    assert "in Python: Await in a loop at the top level" in status


def test_what_the_magic_does_not_know() -> None:
    assert "UsageError: %slipstream on | off" in cells("%slipstream perhaps")
    assert "No function was accelerated yet." in cells("%slipstream report")
