"""Answers to the compiler's questions about live objects, as text.

The compiler never sees an object. It asks what a name means, which types a
ufunc computes in, what a call gives; the objects themselves stay in the list
of the job and are named by their place in it.
"""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from . import (  # noqa: F401  # the compiler names draws, recipes and iterators
    _complex,
    _containers,
    _draws,
    _iterators,
    _loops,
    _native,
    _numpy,
    _recipes,
    _searches,
    _trials,
)
from ._code import as_dict, load_const
from ._describe import DTYPES, Description, Objects, loop_types

#: Modules that NumPy itself imports when they are asked for by name.
_IMPORTED_WHEN_ASKED_FOR = ("fft", "linalg", "polynomial")


class Job(Objects):
    """The objects one compilation talks about, and answers on them."""

    def __init__(self, function: types.FunctionType, source: types.CodeType | None = None) -> None:
        super().__init__()
        self.function = function
        self.source = source or function.__code__
        self._published: dict[tuple[str, ...], Description] = {}
        self._states: dict[int, tuple[Any, ...]] = {}

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer to one question; what cannot be answered is an error text."""
        try:
            return _ANSWERS[question["ask"]](self, question)
        except Exception as error:  # a refusal, whatever it was
            return {"error": f"{type(error).__name__}: {error}"}

    def name(self, q: dict[str, Any]) -> dict[str, Any]:
        name = q["name"]
        for where, space in (
            ("globals", self.function.__globals__),
            ("builtins", builtins_of(self.function)),
        ):
            if name in space:
                return {"desc": self.describe(space[name]), "where": where}
        return {"desc": {"k": "missing", "id": -1}}

    def attr(self, q: dict[str, Any]) -> dict[str, Any]:
        of = self.objects[q["id"]]
        space = vars(of)
        if of is np and q["name"] in _IMPORTED_WHEN_ASKED_FOR:
            importlib.import_module(f"numpy.{q['name']}")
        if q["name"] not in space:
            return {"desc": {"k": "missing", "id": -1}}
        return {"desc": self.describe(space[q["name"]])}

    def code(self, q: dict[str, Any]) -> dict[str, Any]:
        """A Python function that the compiler would inline."""
        f: Any = self.objects[q["id"]]
        code = _inlinable(f)
        spaces = (f.__globals__, builtins_of(f))
        if type(spaces[0]) is not dict:
            raise TypeError("globals that are not a dict")
        told: dict[str, Any] = {
            "code": as_dict(code),
            "state": self.number((f.__code__, f.__defaults__, f.__kwdefaults__, code)),
            "defaults": [self.describe(v) for v in f.__defaults__ or ()],
            "cells": [self.number(c) for c in f.__closure__ or ()],
        }
        if code is self.source:
            told["self"] = True
        if f.__kwdefaults__ is not None:
            told["kwdefaults"] = self.number(f.__kwdefaults__)
        ours = (self.function.__globals__, builtins_of(self.function))
        if spaces[0] is not ours[0] or spaces[1] is not ours[1]:
            told["spaces"] = [self.number(s) for s in spaces]
        return {"function": told}

    def nested(self, q: dict[str, Any]) -> dict[str, Any]:
        """The code of a function that another one makes: a constant of that one's code."""
        state: Any = self.objects[q["id"]] if q["id"] >= 0 else (self.source,)
        code = state[-1].co_consts[int(q["name"])]
        return {
            "function": {"code": as_dict(code), "state": self.number(self._kept((code,))), "defaults": []}
        }

    def bycode(self, q: dict[str, Any]) -> dict[str, Any]:
        """A function that is known by its code: others of the same code may come in its place."""
        f: Any = self.objects[q["id"]]
        if _inlinable(f) is not f.__code__ or type(f.__globals__) is not dict:
            raise TypeError(f"{f.__qualname__} is more than its code")
        parts = (f.__code__, f.__globals__, types.FunctionType)
        told: dict[str, Any] = {
            "code": as_dict(f.__code__),
            "state": self.number(self._kept((f.__code__,))),
            "defaults": [{"k": "other", "id": self.number(part)} for part in parts],
        }
        spaces = (f.__globals__, builtins_of(f))
        if spaces[0] is not self.function.__globals__ or spaces[1] is not builtins_of(self.function):
            told["spaces"] = [self.number(s) for s in spaces]
        return {"function": told}

    def _kept(self, state: tuple[Any, ...]) -> tuple[Any, ...]:
        return self._states.setdefault(id(state[-1]), state)

    def item(self, q: dict[str, Any]) -> dict[str, Any]:
        space: Any = self.objects[q["id"]]
        if q["name"] not in space or (space is sys.modules and _half_imported(space[q["name"]])):
            return {"desc": {"k": "missing", "id": -1}}
        return {"desc": self.describe(space[q["name"]])}

    def form(self, q: dict[str, Any]) -> dict[str, Any]:
        """What a list, or another container, holds, where compiled code can have that."""
        found = _containers.form(self.objects[q["id"]])
        return {"form": found} if found else {"error": "items that compiled code does not hold"}

    def part(self, q: dict[str, Any]) -> dict[str, Any]:
        """An attribute or item of an object; of a method the function.

        Keys in pairs are told in classes.c."""
        of = self.objects[q["id"]]
        found = _native.part(of, _trials.argument(self, q["args"][0], 1))
        if found is None:
            return {"desc": {"k": "missing", "id": -1}}
        value = found[0]
        if type(value) is types.MethodType and value.__self__ is of:
            function = self.describe(value.__func__)
            return {
                "desc": function if function["k"] == "python" else {"k": "missing", "id": -1},
                "where": "method",
            }
        return {"desc": self.describe(value)}

    def cached(self, q: dict[str, Any]) -> dict[str, Any]:
        """What a cached function has in its cache: described, with the cache and the arguments for items."""
        from . import _cached

        args = tuple(_trials.argument(self, a, 1) for a in q.get("args", ()))
        cache, result = _cached.held(self.objects[q["id"]], args)
        items = [{"k": "other", "id": self.number(x)} for x in (cache, args)]
        return {"desc": self.describe(result) | {"id": self.number(result), "items": items}}

    def cell(self, q: dict[str, Any]) -> dict[str, Any]:
        cell: Any = self.objects[q["id"]]
        return {"desc": self.describe(cell.cell_contents)}

    def published(self, q: dict[str, Any]) -> dict[str, Any]:
        """What an imported module publishes: of a method, which is a new object each time, the first."""
        path = tuple(q["path"])
        if path not in self._published:
            value: Any = sys.modules[path[0]]
            for name in path[1:]:
                value = _loops.NUMPY[name] if value is np and name in _loops.NUMPY else getattr(value, name)
            self._published[path] = {"k": "function", "id": self.number(value), "name": ".".join(path)}
        return {"desc": self._published[path]}

    def dtype(self, q: dict[str, Any]) -> dict[str, Any]:
        value = np.dtype(q["name"])
        return {"desc": {"k": "dtype", "id": self.number(value), "name": q["name"]}}

    def ufunc(self, q: dict[str, Any]) -> dict[str, Any]:
        ufunc = self.objects[q["id"]] if q["id"] >= 0 else _loops.NUMPY[q["name"]]
        operands = [_PROMOTED.get(t) or np.dtype(t) for t in q["in"]]
        resolved = ufunc.resolve_dtypes((*operands, *[None] * ufunc.nout))
        sig = [DTYPES[t.num] for t in resolved]
        return {"sig": sig, "loop": loop_types(sig, ufunc.nin) in ufunc.types}

    def unfused(self, q: dict[str, Any]) -> dict[str, Any]:
        return {"loop": _complex.unfused(q["in"][0])}

    def digest(self, q: dict[str, Any]) -> dict[str, Any]:
        return {"texts": [_loops.digest(q["name"], q["in"][0], q.get("signed", False))]}

    def power(self, q: dict[str, Any]) -> dict[str, Any]:
        return {"where": _loops.power(q["in"][0], load_const(q["args"][0]["const"]))}

    def fold(self, q: dict[str, Any]) -> dict[str, Any]:
        return {"loop": _numpy.folds_alike(q["name"], q["in"][0])}

    def call(self, q: dict[str, Any]) -> dict[str, Any]:
        return _trials.call(self, q)

    def processor(self, _q: dict[str, Any]) -> dict[str, Any]:
        from . import _llvm

        return {"texts": _llvm.processor()}

    def llvm(self, q: dict[str, Any]) -> dict[str, Any]:
        from . import _llvm

        return {"texts": [_llvm.compile_object(q["text"], *q["in"]).hex()]}

    def fetch(self, spec: dict[str, Any]) -> Any:
        """The live object a compiled region refers to."""
        if "codeconst" in spec:
            state: Any = self.objects[spec["of"] - 1] if "of" in spec else (self.source,)
            return state[-1].co_consts[spec["codeconst"] - 1]
        if "const" in spec:
            return load_const(spec["const"])
        if "key" in spec:
            return sys.intern(spec["key"])
        if "super" in spec:
            return self.objects[spec["id"]], sys.intern(spec["super"])
        if "kwnames" in spec:
            return tuple(sys.intern(n) for n in spec["kwnames"])
        if "dict" in spec:
            return self.function.__globals__ if spec["dict"] == "globals" else builtins_of(self.function)
        if "dictof" in spec:
            return vars(self.objects[spec["dictof"] - 1])
        return self.objects[spec["id"]]


_ANSWERS: dict[str, Callable[[Job, dict[str, Any]], dict[str, Any]]] = {
    "name": Job.name,
    "attr": Job.attr,
    "code": Job.code,
    "nested": Job.nested,
    "bycode": Job.bycode,
    "item": Job.item,
    "cell": Job.cell,
    "part": Job.part,
    "form": Job.form,
    "cached": Job.cached,
    "object": Job.published,
    "dtype": Job.dtype,
    "ufunc": Job.ufunc,
    "power": Job.power,
    "fold": Job.fold,
    "unfused": Job.unfused,
    "digest": Job.digest,
    "call": Job.call,
    "processor": Job.processor,
    "llvm": Job.llvm,
}
_PROMOTED: dict[str, Any] = {"int": int, "float": float, "complex": complex}


def _half_imported(module: object) -> bool:
    """Whether an import statement would wait for another thread to finish with a module."""
    spec = vars(module).get("__spec__") if type(module) is types.ModuleType else None
    if spec is None:
        return False
    return type(spec) is not type(sys.__spec__) or bool(vars(spec).get("_initializing"))


def _inlinable(function: types.FunctionType) -> types.CodeType:
    """The code to interpret for a call of a function: of one that is
    accelerated itself, the code it was made from."""
    from ._jit import accelerated

    ours = accelerated(function)
    if ours is None:
        return function.__code__
    if ours.options.watched or function.__code__ is not ours._code:
        raise TypeError(f"every call of {function.__qualname__} is watched")
    return ours.code


def builtins_of(function: types.FunctionType) -> dict[str, Any]:
    """The namespace in which a function's builtins are looked up."""
    typed: Any = function  # the attribute is missing from the type's stub
    found = typed.__builtins__
    return found if isinstance(found, dict) else vars(found)
