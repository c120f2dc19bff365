"""Cases generated from the compiler's own tables, so that a new row is tested
without anybody thinking of it."""

from __future__ import annotations

import pathlib
import re
from typing import Any

import numpy as np

TABLES = pathlib.Path(__file__).absolute().parents[3] / "jit" / "npy"


def _names(file: str, variable: str, pattern: str) -> list[str]:
    """The first strings of the rows of a Go table."""
    text = (TABLES / file).read_text()
    start = re.search(rf"^var {variable} = .*{{\n", text, re.M)
    assert start, f"{file} has no table {variable}"
    body = text[start.end() : text.index("\n}", start.end())]
    return re.findall(pattern, body, re.M)


def ufuncs() -> list[str]:
    return _names("ufuncs.go", "ufuncs", r'^\t{"(\w+)"')


def operators() -> list[str]:
    return _names("ufuncs.go", "operators", r'"([^"\w]+)": *"\w+"')


def functions() -> list[str]:
    return _names("functions.go", "functions", r'^\t"([\w.]+)":')


def methods() -> list[str]:
    return _names("functions.go", "methods", r'^\t"(\w+)":')


#: How a function that is no reduction is called; a row without a line here fails the completeness test.
CALLS = {
    "numpy.where": ("np.where(a > 1, a, b)", "np.where(a == b, b, 2)"),
    "builtins.len": ("a * len(a)",),
    "builtins.abs": ("abs(a)",),
}
REDUCTIONS = ("sum", "max", "min", "amax", "amin", "mean", "prod", "any", "all", "var", "std")
OPTIONS = ("", "axis=0", "axis=-1", "axis=None, keepdims=True", "axis=0, keepdims=True")


def expressions() -> dict[str, str]:
    """Every operation as an expression of the arrays a and b."""
    found = {}
    for name in ufuncs():
        nin = getattr(np, name).nin
        found[f"np.{name}"] = f"np.{name}({', '.join('ab'[:nin])})"
    for op in operators():
        found[f"a {op} b"] = f"a {op} b"
    for op in "-~+":
        found[f"{op}a"] = f"{op}a"
    for name in functions():
        for i, text in enumerate(calls(name)):
            found[f"{name} {i}"] = text
    for name in methods():
        for i, options in enumerate(OPTIONS):
            found[f"a.{name} {i}"] = f"(a + b).{name}({options})" if i % 2 else f"a.{name}({options})"
    return found


def others() -> dict[str, str]:
    """NumPy's other elementwise functions: their inner loops are called."""
    known, found = set(ufuncs()), {}
    for name in dir(np):
        ufunc = getattr(np, name)
        if isinstance(ufunc, np.ufunc) and ufunc.__name__ not in known and ufunc.signature is None:
            found[f"np.{name}"] = f"np.{name}({', '.join('aba'[: ufunc.nin])})"
    return found


def calls(name: str) -> tuple[str, ...]:
    short = name.partition(".")[2]
    if short in REDUCTIONS:
        return tuple(f"np.{short}(a{', ' + o if o else ''})" for o in OPTIONS)
    return CALLS[name]


def function(text: str) -> Any:
    """The function that returns an expression of a and b, or runs a statement and returns a."""
    try:
        compile(text, "", "eval")
        body = f"return {text}"
    except SyntaxError:
        body = f"{text}\n    return a"
    space: dict[str, Any] = {"np": np}
    exec(f"def f(a, b):\n    {body}\n", space)
    return space["f"]
