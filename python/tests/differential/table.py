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
    "builtins.abs": ("abs(a)", "abs(a.ndim) + b", "abs(np.sum(a)) + b"),
    "builtins.isinstance": ("a + isinstance(a, np.ndarray) + isinstance(b, (int, float))",),
    "builtins.float": ("float(a.sum()) + b", "float(b.min()) + a"),
    "builtins.int": ("int(a.max()) + b",),
    "builtins.bool": ("bool(a.min()) + b",),
    "numpy.ndim": ("np.ndim(a) + b", "np.ndim(b) + a"),
    "numpy.shape": ("(np.shape(a), np.shape(b), a * b)",),
    "numpy.size": ("np.size(a) + b", "np.size(b) + a"),
    "numpy.isscalar": ("a + np.isscalar(b)",),
    "numpy.iscomplexobj": ("a + np.iscomplexobj(b)",),
    "numpy.isrealobj": ("a + np.isrealobj(b)",),
    "numpy.float64": ("np.float64(b) * a", "np.float64(a.sum()) + a"),
    "numpy.float32": ("np.float32(b) * a", "np.float32(a.sum()) + a"),
    "numpy.int64": ("np.int64(b) * a", "np.int64(a.max()) + a"),
    "numpy.int32": ("np.int32(b) * a", "np.int32(a.max()) + a"),
    "numpy.bool": ("np.bool(b) * a", "np.bool(a.max()) + a"),
    "numpy.add.reduce": ("np.add.reduce(a) + b", "np.add.reduce(a, -1)", "np.add.reduce(a, axis=None)"),
    "numpy.maximum.reduce": ("np.maximum.reduce(a) + b", "np.maximum.reduce(a, keepdims=True)"),
    "numpy.minimum.reduce": ("np.minimum.reduce(a) + b", "np.minimum.reduce(a, axis=-1)"),
    **{
        f"numpy.{name}": (f"np.{name}(a + b)", f"np.{name}(a) * b", f"np.{name}(b) * a")
        for name in (
            *("argmax", "argmin", "argsort", "sort", "cumsum", "cumprod", "copy", "round"),
            *("ravel", "transpose", "atleast_1d", "atleast_2d", "asarray"),
            *("zeros_like", "ones_like"),
        )
    },
    "numpy.dot": ("np.dot(a, b) + a", "np.dot(a * 2, 3)"),
    "numpy.outer": ("np.outer(a, b) * 2",),
    "numpy.clip": ("np.clip(a + b, 0, 3)", "np.clip(a, 1, b) + b"),
    "numpy.full_like": ("np.full_like(a, 2) + b",),
    "numpy.zeros": ("np.zeros(a.shape) + a", "np.zeros(a.size, 'f4') + b"),
    "numpy.ones": ("np.ones(a.shape) + a", "np.ones(3) + b"),
    "numpy.full": ("np.full(a.shape, 1.5) + a",),
    "numpy.reshape": ("np.reshape(a + b, -1)", "np.reshape(a, (-1, 1)) + b"),
    "numpy.swapaxes": ("np.swapaxes(a, 0, -1) + b",),
    "numpy.expand_dims": ("np.expand_dims(a + b, 0)", "np.expand_dims(a, -1) * b"),
}
#: How a method that is no reduction is called.
METHODS = {
    "astype": ("(a + b).astype('f4')", "a.astype('i8') + b", "a.astype(np.float64, copy=False) * b"),
    "copy": ("a.copy() + b", "(a * b).copy()"),
    "item": ("a.sum().item() * b", "a.item() + b"),
    "clip": ("(a + b).clip(0, 3)",),
    "dot": ("a.dot(b) + a",),
    "reshape": ("(a + b).reshape(-1)", "a.reshape(-1, 1) + b", "a.reshape((1, a.size)) + b"),
    "swapaxes": ("a.swapaxes(0, -1) + b",),
    **{
        name: (f"(a + b).{name}()", f"a.{name}() * b")
        for name in (
            *("argmax", "argmin", "argsort", "cumsum", "cumprod", "flatten", "round"),
            *("ravel", "transpose", "conj", "conjugate"),
        )
    },
}
REDUCTIONS = ("sum", "max", "min", "amax", "amin", "mean", "prod", "any", "all", "var", "std")
#: Reductions that NumPy's own code computes: alone they are not worth a region.
CALLED = ("var", "std")
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
        if name in METHODS:
            found |= {f"a.{name} {i}": text for i, text in enumerate(METHODS[name])}
            continue
        for i, options in enumerate(OPTIONS):
            sole = name not in CALLED and i % 2 == 0
            found[f"a.{name} {i}"] = f"a.{name}({options})" if sole else f"(a + b).{name}({options})"
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
        a = "a + b" if short in CALLED else "a"
        return tuple(f"np.{short}({a}{', ' + o if o else ''})" for o in OPTIONS)
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
