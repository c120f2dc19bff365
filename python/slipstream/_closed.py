"""Whether anybody but a loop itself can see the names of its module while it runs.

A loop at the top level binds global names. It may keep them in local variables only
where nobody can look at the globals meanwhile: no function that reads them, no object
with methods written in Python, no tracer, no other thread. What cannot be shown to
be harmless counts as a look.
"""

from __future__ import annotations

import builtins
import dis
import gc
import signal
import sys
import threading
import types
import warnings
import weakref
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ._flow import Refused
from ._jit import accelerated

_BUILTINS: frozenset[Any] = frozenset(
    {abs, all, any, bool, complex, dict, divmod, enumerate, float, int, isinstance, len, list, max, min, pow}
    | {print, range, repr, reversed, round, set, sorted, str, sum, tuple, type, zip}
)
_MODULES = ("numpy", "math", "cmath", "time")
_PLAIN = (bool, int, float, complex, str, bytes, range, slice, type(None), type(Ellipsis))
_CONTAINERS = (tuple, list, set, frozenset, dict)
#: As many items of containers are looked at; those of longer ones may be anything.
_ITEMS = 2000
#: Attributes by which the stack, the owners of memory or NumPy's call-backs come into play.
_DENIED = frozenset({"resize", "seterrcall", "seterr", "set_printoptions", "setflags", "sleep"})
_STEPS = frozenset(
    {
        "STORE_GLOBAL",
        "DELETE_GLOBAL",
        "IMPORT_NAME",
        "LOAD_BUILD_CLASS",
        "STORE_ATTR",
        "DELETE_ATTR",
        "LOAD_NAME",
    }
    | {"YIELD_VALUE", "SEND", "RETURN_GENERATOR", "BEFORE_WITH", "SETUP_ANNOTATIONS"}
)


class World:
    """What can be reached from a piece of code of a module."""

    def __init__(self, names: Mapping[str, Any], stored: Iterable[str]) -> None:
        self._names = names
        self._stored = frozenset(stored)
        self._seen: set[int] = set()
        self._items = 0

    def check(self, code: types.CodeType, names: Mapping[str, Any]) -> None:
        """Raise `Refused` unless code runs nothing that may look at the stored names."""
        for instruction in dis.get_instructions(code):
            if instruction.opname in _STEPS:
                raise Refused(f"{code.co_name} has the instruction {instruction.opname}")
        modules = self._globals(code, names)
        self._attributes(code, modules)
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                self.check(constant, names)

    def _globals(self, code: types.CodeType, names: Mapping[str, Any]) -> list[types.ModuleType]:
        """Check what the code's names are bound to; gives the modules among it."""
        modules = []
        for name in code.co_names:
            if names is self._names and name in self._stored:
                raise Refused(f"{code.co_name} reads {name!r}, which the loop sets")
            value = names.get(name, vars(builtins).get(name, self))
            if value is not self:
                self.value(value, name)
            if isinstance(value, types.ModuleType):
                modules.append(value)
        return modules

    def _attributes(self, code: types.CodeType, modules: list[types.ModuleType]) -> None:
        for name in code.co_names:
            if name in _DENIED or name.startswith("__"):
                raise Refused(f"the name {name!r}")
            for module in modules:
                value = vars(module).get(name, self)
                if isinstance(value, types.ModuleType) and value not in modules:
                    modules.append(value)  # the list grows while it is read
                if value is not self:
                    self.value(value, f"{module.__name__}.{name}")

    def value(self, value: Any, name: str) -> None:
        """Raise `Refused` unless using a value runs nothing that may look."""
        if id(value) in self._seen:
            return
        self._seen.add(id(value))
        if value is self._names or _is_watched(value):
            raise Refused(f"{name!r} is looked at from elsewhere")
        if not (is_data(value) or self._is_container(value, name) or self._is_called(value, name)):
            raise Refused(f"{name!r} is {type(value).__module__}.{type(value).__qualname__}")

    def _is_container(self, value: Any, name: str) -> bool:
        if type(value) not in _CONTAINERS:
            return False
        items = [*value.keys(), *value.values()] if type(value) is dict else list(value)
        self._items += len(items)
        if self._items > _ITEMS:
            raise Refused(f"{name!r} has many items")
        for item in items:
            self.value(item, f"an item of {name}")
        return True

    def _is_called(self, value: Any, name: str) -> bool:
        kind = type(value)
        if kind is types.FunctionType:
            return _of_library(value.__globals__.get("__name__")) or self._is_closed(value)
        if kind is types.ModuleType:
            return _of_library(value.__name__) and sys.modules.get(value.__name__) is value
        if kind is types.BuiltinFunctionType:
            return value in _BUILTINS or _is_librarys(value.__self__)
        if isinstance(value, type):
            return value in _BUILTINS or (kind is type and _of_library(value.__module__))
        if kind is np.ufunc:
            return vars(np).get(value.__name__) is value
        return kind in _KINDS or kind.__module__.startswith("numpy.random")

    def _is_closed(self, function: types.FunctionType) -> bool:
        """A function of the program: nothing it reaches may look, either."""
        parts: list[Any] = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
        parts += [c.cell_contents for c in function.__closure__ or ()]
        for part in parts:
            self.value(part, f"a value kept by {function.__name__}")
        self.check(_code_of(function), function.__globals__)
        return True


def _is_watched(array: Any) -> bool:
    """Whether the program may be told when an array is freed, or what owns its memory."""
    if type(array) is not np.ndarray:
        return False
    while type(array) is np.ndarray:
        if weakref.getweakrefcount(array):
            return True
        array = array.base
    return array is not None and type(array).__module__ != "builtins"


def _code_of(function: types.FunctionType) -> types.CodeType:
    """The code as it was written, where it is still what the function runs."""
    state = accelerated(function)
    return state.code if state is not None and state.unchanged else function.__code__


def is_data(value: Any) -> bool:
    """Whether a value is an array or number, which may be handed over instead of looked up."""
    kind = type(value)
    if kind is np.ndarray:
        return bool(value.dtype.kind in "biufcSUmM")
    return kind in _PLAIN or (
        issubclass(kind, np.generic) and kind.__module__ == "numpy" and kind is not np.void
    )


#: Objects of NumPy that are called or indexed, and run no code but its own.
_KINDS = (
    type(np.mean),
    type(np.r_),
    type(np.s_),
    np.finfo,
    np.iinfo,
    *map(type, map(np.dtype, "?bhilqefdFD")),
)


def _of_library(name: object) -> bool:
    """Whether a module is NumPy's or one of numbers."""
    return isinstance(name, str) and name.partition(".")[0] in _MODULES


def _is_librarys(owner: Any) -> bool:
    """Whether what a builtin function belongs to is such a module, or a source of random numbers."""
    if isinstance(owner, types.ModuleType):
        return _of_library(owner.__name__)
    return type(owner).__module__.startswith("numpy.random")


_SHOW = warnings.showwarning
_STREAMS = ("_io", "io", "ipykernel", "IPython", "_pytest", "tempfile")


def check_surroundings(names: Mapping[str, Any], threads: frozenset[int | None], prints: bool) -> None:
    """Raise `Refused` where code of the program may run at any time, or is called by NumPy."""
    found = [
        (_is_traced(), "a tracer or profiler runs"),
        (not {t.ident for t in threading.enumerate()} <= threads, "other threads run"),
        (_is_called_back(names), "the program is called on signals or when objects are freed"),
        (np.geterrcall() is not None, "NumPy calls the program on errors"),
        (warnings.showwarning is not _SHOW, "the program shows warnings itself"),
        (prints and np.get_printoptions()["formatter"] is not None, "the program formats arrays itself"),
        (
            prints and type(sys.stdout).__module__.partition(".")[0] not in _STREAMS,
            "the program prints itself",
        ),
    ]
    for seen, what in found:
        if seen:
            raise Refused(what)


def _is_traced() -> bool:
    if sys.gettrace() is not None or sys.getprofile() is not None:
        return True
    monitoring = getattr(sys, "monitoring", None)
    return monitoring is not None and any(monitoring.get_tool(i) is not None for i in range(6))


def _is_called_back(names: Mapping[str, Any]) -> bool:
    """Whether functions of the module may run between any two instructions."""
    registry: Any = getattr(weakref.finalize, "_registry", {})
    called = [*map(signal.getsignal, signal.valid_signals()), *gc.callbacks]
    called += [info.func for info in list(registry.values())]
    if any(isinstance(f, types.FunctionType) and f.__globals__ is names for f in called):
        return True
    kinds = {v if isinstance(v, type) else type(v) for v in list(names.values())}
    return any(isinstance(getattr(kind, "__del__", None), types.FunctionType) for kind in kinds)
