"""Answers to the compiler's questions about live objects, as text.

The compiler never sees an object. It asks what a name means, which types a
ufunc computes in, what a call gives; the objects themselves stay in the list
of the job and are named by their place in it.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import sys
import threading
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from . import _native, _numpy, _recipes  # noqa: F401  # the compiler names the last
from ._code import _const as dump_const
from ._code import as_dict

#: Element types the compiler handles, by NumPy's type number.
_NAMES = ("b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8", "f2", "c8", "c16")
DTYPES: dict[int, str] = {np.dtype(t).num: t for t in _NAMES}
_SINGLE = {num: np.dtype(t) for num, t in DTYPES.items()}
_CHARS = {t: np.dtype(t).char for t in _NAMES}
_SCALARS = {np.dtype(t).type: t for t in _CHARS}
_LITERALS = (int, float, complex, bool, str, type(None), type(Ellipsis))

#: NumPy's names as they were: a program may bind others to them.
_NUMPY = dict(vars(np))

#: Modules that NumPy itself imports when they are asked for by name.
_IMPORTED_WHEN_ASKED_FOR = ("fft", "linalg", "polynomial")

Description = dict[str, Any]


class Job:
    """The objects one compilation talks about, and answers on them."""

    def __init__(self, function: types.FunctionType, source: types.CodeType | None = None) -> None:
        self.function = function
        self.source = source or function.__code__
        self.objects: list[object] = []
        self._numbers: dict[int, int] = {}
        self._published: dict[tuple[str, ...], Description] = {}
        self._states: dict[int, tuple[Any, ...]] = {}

    def number(self, value: object) -> int:
        """The number of an object in this job."""
        key = id(value)
        if key not in self._numbers:
            self._numbers[key] = len(self.objects)
            self.objects.append(value)
        return self._numbers[key]

    def describe(self, value: Any) -> Description:
        """What the compiler may know of a value."""
        kind = type(value)
        if kind is np.ndarray:
            return self._array(value)
        if kind in _SCALARS:
            d = {"k": "npscalar", "id": -1, "dtype": _SCALARS[kind]}
            return d if issubclass(kind, np.complexfloating) else d | {"value": dump_const(value.item())}
        if kind in _LITERALS:
            return {"k": "const", "id": self.number(value), "const": dump_const(value)}
        if kind is tuple and _literal(value):
            d = {"k": "const", "id": self.number(value), "const": dump_const(value)}
            return d | {"class": self.number(tuple)}
        if kind is types.CellType:
            return {"k": "missing", "id": -1, "why": "unbound"}
        if kind is types.ModuleType:
            return {"k": "module", "id": self.number(value), "name": value.__name__}
        if kind is np.ufunc:
            return self._ufunc(value)
        if kind is types.FunctionType and not published(value):
            return {"k": "python", "id": self.number(value), "name": value.__qualname__}
        return self._function(value)

    def _array(self, value: np.ndarray) -> Description:
        d: Description = {"k": "array", "id": -1, "dims": list(value.shape)}
        dtype = value.dtype
        if dtype.num in DTYPES and dtype.isnative and dtype.metadata is None and value.flags.aligned:
            d["dtype"] = DTYPES[dtype.num]
        else:
            d["why"] = f"an array of dtype {dtype}" + ("" if value.flags.aligned else ", unaligned")
        return d

    def _ufunc(self, value: np.ufunc) -> Description:
        d: Description = {"k": "ufunc", "id": self.number(value), "nin": value.nin, "nout": value.nout}
        name = value.__name__
        if value.signature is not None:
            if vars(np).get(name) is value:
                return {"k": "function", "id": self.number(value), "name": f"numpy.{name}"}
            return {"k": "other", "id": self.number(value), "why": f"the generalised ufunc {name}"}
        if vars(np).get(name) is value:
            d["name"] = f"numpy.{_CANONICAL.get(name, name)}"
        else:
            # Two foreign ufuncs may share a name; the number tells them apart.
            d["name"] = f"other_{d['id']}_{''.join(c for c in name if c.isalnum())}"
        return d

    def _function(self, value: object) -> Description:
        name = published(value)
        if name:
            return {"k": "function", "id": self.number(value), "name": name}
        kind = type(value)
        why = f"an object of type {_CLASS_MODULE(kind)}.{_CLASS_NAME(kind)}"
        if issubclass(kind, np.ndarray):
            why = f"an array of the subclass {_CLASS_NAME(kind)}"
        d = {"k": "other", "id": self.number(value), "why": why, "class": self.number(kind)}
        if type(value) is dict and len(value) <= _FEW and all(type(key) is str for key in value):
            d["keys"] = list(value)
        return d | {"name": _CONTAINERS[kind]} if kind in _CONTAINERS else d

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
        if code is self.source:
            raise RecursionError(f"{f.__qualname__} calls itself")
        spaces = (f.__globals__, builtins_of(f))
        if type(spaces[0]) is not dict:
            raise TypeError("globals that are not a dict")
        told: dict[str, Any] = {
            "code": as_dict(code),
            "state": self.number((f.__code__, f.__defaults__, f.__kwdefaults__, code)),
            "defaults": [self.describe(v) for v in f.__defaults__ or ()],
            "cells": [self.number(c) for c in f.__closure__ or ()],
        }
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

    def _kept(self, state: tuple[Any, ...]) -> tuple[Any, ...]:
        return self._states.setdefault(id(state[-1]), state)

    def item(self, q: dict[str, Any]) -> dict[str, Any]:
        space: Any = self.objects[q["id"]]
        if q["name"] not in space or (space is sys.modules and _half_imported(space[q["name"]])):
            return {"desc": {"k": "missing", "id": -1}}
        return {"desc": self.describe(space[q["name"]])}

    def part(self, q: dict[str, Any]) -> dict[str, Any]:
        """An attribute or item of an object; of a method the function."""
        of = self.objects[q["id"]]
        found = _native.part(of, load_const(q["args"][0]["const"]))
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

    def cell(self, q: dict[str, Any]) -> dict[str, Any]:
        cell: Any = self.objects[q["id"]]
        return {"desc": self.describe(cell.cell_contents)}

    def published(self, q: dict[str, Any]) -> dict[str, Any]:
        """What an imported module publishes: of a method, which is a new object each time, the first."""
        path = tuple(q["path"])
        if path not in self._published:
            value: Any = sys.modules[path[0]]
            for name in path[1:]:
                value = _NUMPY[name] if value is np and name in _NUMPY else getattr(value, name)
            self._published[path] = {"k": "function", "id": self.number(value), "name": ".".join(path)}
        return {"desc": self._published[path]}

    def dtype(self, q: dict[str, Any]) -> dict[str, Any]:
        value = np.dtype(q["name"])
        return {"desc": {"k": "dtype", "id": self.number(value), "name": q["name"]}}

    def ufunc(self, q: dict[str, Any]) -> dict[str, Any]:
        ufunc = self.objects[q["id"]] if q["id"] >= 0 else _NUMPY[q["name"]]
        operands = [_PROMOTED.get(t) or np.dtype(t) for t in q["in"]]
        resolved = ufunc.resolve_dtypes((*operands, *[None] * ufunc.nout))
        sig = [DTYPES[t.num] for t in resolved]
        return {"sig": sig, "loop": loop_types(sig, ufunc.nin) in ufunc.types}

    def digest(self, q: dict[str, Any]) -> dict[str, Any]:
        return {"texts": [loop_digest(q["name"], q["in"][0], q.get("signed", False))]}

    def power(self, q: dict[str, Any]) -> dict[str, Any]:
        return {"where": power_ufunc(q["in"][0], load_const(q["args"][0]["const"]))}

    def fold(self, q: dict[str, Any]) -> dict[str, Any]:
        return {"loop": _numpy.folds_alike(q["name"], q["in"][0])}

    def call(self, q: dict[str, Any]) -> dict[str, Any]:
        for length in (1, 4):
            with contextlib.suppress(Exception):  # so few elements may be too few, or not be parted
                return {"desc": self._result(self._tried(q, length))}
        return {"desc": self._result(self._tried(q, 12 if _rank(q["args"]) < 5 else 5))}

    def _tried(self, q: dict[str, Any], length: int) -> Any:
        """What the call gives for arrays whose axes have this length."""
        args = [self._trial(a, length) for a in q["args"]]
        names = q.get("kw", ())
        first = len(args) - len(names)
        callee: Any = self.objects[q["id"]]
        with np.errstate(all="ignore"), _warnings_raised():
            return callee(*args[:first], **dict(zip(names, args[first:], strict=True)))

    def _result(self, value: Any) -> Description:
        """What the compiler may know of what a call gives."""
        if type(value) in (tuple, list) or _is_record(value):
            return self._items(value)
        if type(value) in _SCALARS:
            return {"k": "npscalar", "id": self.number(value), "dtype": _SCALARS[type(value)]}
        if issubclass(type(value), np.dtype) and value is _SINGLE.get(value.num):
            return {"k": "dtype", "id": self.number(value), "name": DTYPES[value.num]}
        return self.describe(value)

    def _items(self, value: Any) -> Description:
        d: Description = {"k": "tuple", "id": -1, "items": [self._result(item) for item in value]}
        if type(value) is list:
            d["name"] = "list"
        if _is_record(value):
            d["fields"] = list(value._fields)
        return d

    def _trial(self, arg: dict[str, Any], length: int) -> Any:
        if arg.get("const") is not None:
            return load_const(arg["const"])
        if arg.get("object"):
            return self.objects[arg["object"] - 1]
        if arg.get("tuple"):
            items = [self._trial(item, length) for item in arg.get("items", ())]
            return _SEQUENCES[arg.get("type", "")](items)
        number = 0 if arg.get("zero") else 1
        if arg["rank"] < 0:
            return np.dtype(arg["dtype"]).type(number)
        return np.full((length,) * arg["rank"], number, dtype=arg["dtype"])

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
    "item": Job.item,
    "cell": Job.cell,
    "part": Job.part,
    "object": Job.published,
    "dtype": Job.dtype,
    "ufunc": Job.ufunc,
    "power": Job.power,
    "fold": Job.fold,
    "digest": Job.digest,
    "call": Job.call,
    "processor": Job.processor,
    "llvm": Job.llvm,
}
#: Of these the compiler reads items, of other objects attributes.
_CONTAINERS: dict[type, str] = {
    dict: "dict",
    list: "sequence",
    tuple: "tuple",
    functools.partial: "partial",
}
#: Of longer dicts the compiler does not learn the keys.
_FEW = 16
_SEQUENCES: dict[str, Callable[[list[Any]], Any]] = {
    "": tuple,
    "list": list,
    "slice": lambda items: slice(*items),
}
_PROMOTED: dict[str, Any] = {"int": int, "float": float, "complex": complex}
#: Names under which a ufunc also goes in NumPy, and the one in the compiler's table.
_CANONICAL = {
    "true_divide": "divide",
    "mod": "remainder",
    "abs": "absolute",
    "bitwise_not": "invert",
    "pow": "power",
}


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


class _OfTrials(type):
    """The class of a category to which belongs what is warned of in a thread that tries a call."""

    threads: ClassVar[set[int]] = set()

    def __subclasscheck__(cls, category: type) -> bool:
        return threading.get_ident() in cls.threads


class _Tried(Warning, metaclass=_OfTrials):
    pass


_RAISED = ("error", None, _Tried, None, 0)


@contextlib.contextmanager
def _warnings_raised() -> Iterator[None]:
    """Warnings of what is tried are errors: it is left to Python, whose line they name.

    `warnings.catch_warnings` would make every warning that a program has seen new
    again, and take warnings of other threads.
    """
    filters: Any = warnings.filters
    _OfTrials.threads.add(threading.get_ident())
    filters.insert(0, _RAISED)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            filters.remove(_RAISED)
        _OfTrials.threads.discard(threading.get_ident())


#: What ``array ** number`` may call instead of power.
_POWERS = (np.square, np.reciprocal, np.sqrt, np.positive)


def power_ufunc(dtype: str, exponent: float) -> str:
    """The name of the ufunc that ``array ** exponent`` has the bits of.

    Which exponents have a short cut differs between versions of NumPy. The
    last bits of the two ways differ in one of a thousand values, so a sample
    of 65,536 and the special values tell them apart.
    """
    special = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan]
    x = np.concatenate([np.random.default_rng(0).normal(0.0, 8.0, 1 << 16), special]).astype(dtype)
    with np.errstate(all="ignore"):
        power = (x**exponent).tobytes()
        for ufunc in _POWERS:
            if ufunc(x).tobytes() == power:
                return ufunc.__name__
    return "power"


#: Arguments by which a loop of NumPy is told from another, see ``jit/codegen/math.go``.
_SAMPLES = 1 << 14


def loop_digest(name: str, dtype: str, signed: bool) -> str:
    """The hash of the results of a ufunc of float64 for arguments that the compiler knows."""
    with np.errstate(all="ignore"):
        return digest(_NUMPY[name](sample_arguments(signed).view(dtype)))


def sample_arguments(signed: bool) -> np.ndarray:
    """The bits of those arguments: the compiler computes the same (codegen/math.go)."""
    i = np.arange(_SAMPLES, dtype=np.uint64)
    u = i * np.uint64(0x9E3779B97F4A7C15)
    u = (u ^ (u >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    u ^= u >> np.uint64(32)
    top = u >> np.uint64(52)
    exponent = np.where(
        i & np.uint64(1), np.uint64(1023) - (top & np.uint64(1)), np.uint64(973) + top % np.uint64(59)
    )
    bits = (exponent << np.uint64(52)) | (u & np.uint64((1 << 52) - 1))
    return bits | (i >> np.uint64(1)) << np.uint64(63) if signed else bits


def digest(values: np.ndarray) -> str:
    """The hash of an array's bytes."""
    import hashlib  # not at hand when the package is imported

    return hashlib.sha256(values.tobytes()).hexdigest()


def loop_types(sig: Sequence[str], nin: int) -> str:
    """NumPy's text for the operand types of an inner loop: ``dd->d``."""
    chars = "".join(_CHARS[t] for t in sig)
    return chars[:nin] + "->" + chars[nin:]


def builtins_of(function: types.FunctionType) -> dict[str, Any]:
    """The namespace in which a function's builtins are looked up."""
    typed: Any = function  # the attribute is missing from the type's stub
    found = typed.__builtins__
    return found if isinstance(found, dict) else vars(found)


#: A class's own names: a metaclass may answer for it with code of the user's.
_CLASS_MODULE: Callable[[type], object] = vars(type)["__module__"].__get__
_CLASS_NAME: Callable[[type], object] = vars(type)["__qualname__"].__get__
_NAMED = (types.FunctionType, types.BuiltinFunctionType, type, type(np.dtype), type(np.sum))


def _named(value: Any) -> bool:
    """Whether asking for its name runs nobody's code, as `__getattr__` would."""
    if type(value) is types.MethodType:
        value = value.__func__
    return type(value) in _NAMED or _CLASS_NAME(type(value)) == "cython_function_or_method"


def published(value: Any) -> str:
    """The qualified name under which NumPy, builtins or math publish a function."""
    if not _named(value):
        return ""
    module, name = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if type(module) is not str or type(name) is not str:
        return ""
    home = sys.modules.get(module) if module.partition(".")[0] in ("numpy", "builtins", "math") else None
    known = isinstance(home, types.ModuleType) and vars(home).get(name) is value
    return f"{module}.{name}" if known else ""


def _rank(args: Sequence[dict[str, Any]]) -> int:
    """The largest rank of arrays among the arguments of a trial."""
    return max((max(a.get("rank", 0), _rank(a.get("items", ()))) for a in args), default=0)


def _is_record(value: Any) -> bool:
    """Whether it is one of NumPy's named tuples, which is unpacked and indexed as a tuple."""
    kind = type(value)
    if not issubclass(kind, tuple) or kind.__module__.partition(".")[0] != "numpy":
        return False
    own = (kind.__iter__, kind.__getitem__) != (tuple.__iter__, tuple.__getitem__)
    return hasattr(kind, "_fields") and not own


def _literal(value: tuple[Any, ...]) -> bool:
    return all(type(v) in _LITERALS or (type(v) is tuple and _literal(v)) for v in value)


def load_const(const: dict[str, Any]) -> Any:
    """The Python literal that a constant's text stands for."""
    kind, text = const["t"], const.get("v", "")
    if kind in ("tuple", "frozenset"):
        items = (load_const(item) for item in const.get("items", ()))
        return tuple(items) if kind == "tuple" else frozenset(items)
    return _LOADERS[kind](text)


_LOADERS: dict[str, Callable[[str], Any]] = {
    "none": lambda _: None,
    "bool": lambda v: v == "True",
    "int": int,
    "float": float.fromhex,
    "complex": lambda v: complex(*map(float.fromhex, v.split())),
    "str": str,
    "bytes": bytes.fromhex,
    "ellipsis": lambda _: ...,
}
